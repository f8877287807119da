//! The work that is due. A job is made in the transaction that makes it necessary and removed in the one
//! that does it, so a killed process neither loses nor repeats work.

use crate::{Result, Tx, View, row};
use jiff::Timestamp;
use model::{EncounterId, Stage};
use rusqlite::params;

/// Work to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob<'a> {
    /// For which encounter; for `reverse` the entry's and for `twice` the list's id stands here.
    pub encounter: EncounterId,
    /// Which stage.
    pub stage: Stage,
    /// For `forward` and `collect`: to or from whom.
    pub destination: &'a str,
    /// Higher first.
    pub priority: i32,
    /// Not before.
    pub due_at: Timestamp,
}

/// Work that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Row.
    pub id: i64,
    /// For which encounter.
    pub encounter: EncounterId,
    /// Which stage.
    pub stage: Stage,
    /// To or from whom, or empty.
    pub destination: String,
    /// Higher first.
    pub priority: i32,
    /// How often it was tried in vain.
    pub attempts: u32,
}

impl Tx<'_> {
    /// Adds a job; the same job again is brought forward if it is due earlier.
    ///
    /// # Errors
    /// A database error.
    pub fn add_job(&self, job: &NewJob<'_>) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO jobs (encounter, stage, destination, priority, due_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (encounter, stage, destination) DO UPDATE SET due_at = min(due_at, excluded.due_at)",
            params![
                job.encounter.to_string(),
                job.stage.as_str(),
                job.destination,
                job.priority,
                row::ms(job.due_at)
            ],
        )?;
        Ok(())
    }

    /// Takes a job off the table; says whether it was still there. A stage that finds it gone was overtaken
    /// and must write nothing.
    ///
    /// # Errors
    /// A database error.
    pub fn finish_job(&self, id: i64) -> Result<bool> {
        Ok(row::run(self.conn, "DELETE FROM jobs WHERE id = ?1", [id])? > 0)
    }

    /// Puts a job off after a failure.
    ///
    /// # Errors
    /// A database error.
    pub fn postpone_job(&self, id: i64, until: Timestamp, error: &str) -> Result<()> {
        row::run(
            self.conn,
            "UPDATE jobs SET due_at = ?2, attempts = attempts + 1, last_error = ?3 WHERE id = ?1",
            params![id, row::ms(until), error],
        )?;
        Ok(())
    }

    /// Puts a job back that found no room: it did not fail, it waits.
    ///
    /// # Errors
    /// A database error.
    pub fn put_job_back(&self, id: i64, until: Timestamp, why: &str) -> Result<()> {
        row::run(
            self.conn,
            "UPDATE jobs SET due_at = ?2, last_error = ?3 WHERE id = ?1",
            params![id, row::ms(until), why],
        )?;
        Ok(())
    }

    /// Removes all jobs of an encounter.
    ///
    /// # Errors
    /// A database error.
    pub fn drop_jobs(&self, encounter: EncounterId) -> Result<()> {
        row::run(self.conn, "DELETE FROM jobs WHERE encounter = ?1", [encounter.to_string()])?;
        Ok(())
    }
}

impl View<'_> {
    /// Jobs of some stages that are due now, with at least a priority, best first.
    ///
    /// # Errors
    /// A database error.
    pub fn due_jobs(&self, now: Timestamp, stages: &[Stage], least: i32, limit: usize) -> Result<Vec<Job>> {
        row::all(
            self.conn,
            &format!(
                "SELECT * FROM jobs WHERE due_at <= ?1 AND priority >= ?2 AND stage IN ({})
                 ORDER BY priority DESC, due_at, id LIMIT ?3",
                names(stages)
            ),
            params![row::ms(now), least, limit as i64],
            |c| {
                Ok(Job {
                    id: c.get("id")?,
                    encounter: c.parse("encounter")?,
                    stage: c.parse("stage")?,
                    destination: c.text("destination")?,
                    priority: c.get("priority")?,
                    attempts: c.get("attempts")?,
                })
            },
        )
    }

    /// When the next job of some stages becomes due; what is due already has somebody at it, or wakes somebody.
    ///
    /// # Errors
    /// A database error.
    pub fn next_due(&self, now: Timestamp, stages: &[Stage]) -> Result<Option<Timestamp>> {
        let query =
            format!("SELECT min(due_at) AS due FROM jobs WHERE due_at > ?1 AND stage IN ({})", names(stages));
        Ok(row::one(self.conn, &query, [row::ms(now)], |c| c.time_opt("due"))?.flatten())
    }

    /// Whether a job is still to be done.
    ///
    /// # Errors
    /// A database error.
    pub fn has_job(&self, id: i64) -> Result<bool> {
        Ok(row::count(self.conn, "SELECT count(*) FROM jobs WHERE id = ?1", [id])? > 0)
    }

    /// Jobs that wait, in all.
    ///
    /// # Errors
    /// A database error.
    pub fn job_count(&self) -> Result<u64> {
        row::count(self.conn, "SELECT count(*) FROM jobs", [])
    }

    /// Jobs of an encounter that wait.
    ///
    /// # Errors
    /// A database error.
    pub fn jobs_of(&self, encounter: EncounterId) -> Result<Vec<(Stage, String)>> {
        row::all(
            self.conn,
            "SELECT stage, destination FROM jobs WHERE encounter = ?1",
            [encounter.to_string()],
            |c| Ok((c.parse("stage")?, c.text("destination")?)),
        )
    }
}

/// Stages as a list for a query; their names are ours, not somebody's input.
fn names(stages: &[Stage]) -> String {
    stages.iter().map(|s| format!("'{s}'")).collect::<Vec<_>>().join(", ")
}
