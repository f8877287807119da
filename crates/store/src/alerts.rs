//! Alerts and who was told.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{AlertId, AlertState, CaseId, EncounterId, ListId, UserId};
use rusqlite::params;

/// An alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// Id.
    pub id: AlertId,
    /// The confirmed case.
    pub case: CaseId,
    /// The list.
    pub list: ListId,
    /// The encounter.
    pub encounter: EncounterId,
    /// State.
    pub state: AlertState,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// Who acknowledged it.
    pub acknowledged_by: Option<UserId>,
    /// When.
    pub acknowledged_at: Option<Timestamp>,
    /// When it escalates unless acknowledged.
    pub next_escalation_at: Option<Timestamp>,
    /// What was done, or why it was retracted.
    pub note: String,
    /// Last change.
    pub changed_at: Timestamp,
}

/// Who was told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRow {
    /// Who.
    pub user: UserId,
    /// Since when it is on their screen.
    pub delivered_at: Option<Timestamp>,
    /// Since when its retraction is on their screen.
    pub retraction_seen_at: Option<Timestamp>,
}

impl Tx<'_> {
    /// Raises an alert to recipients; the same case again raises none. Says whether it did.
    ///
    /// # Errors
    /// A database error.
    pub fn add_alert(&self, a: &AlertRow, recipients: &[UserId]) -> Result<bool> {
        let added = row::run(
            self.conn,
            "INSERT INTO alerts (id, \"case\", list, encounter, state, raised_at, next_escalation_at, note, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?6) ON CONFLICT (\"case\") DO NOTHING",
            params![
                a.id.to_string(),
                a.case.to_string(),
                a.list.to_string(),
                a.encounter.to_string(),
                a.state.as_str(),
                row::ms(a.raised_at),
                a.next_escalation_at.map(row::ms),
                a.note
            ],
        )?;
        if added > 0 {
            for user in recipients {
                self.add_alert_recipient(a.id, *user)?;
            }
        }
        Ok(added > 0)
    }

    /// Adds a recipient, for instance on escalation.
    ///
    /// # Errors
    /// A database error.
    pub fn add_alert_recipient(&self, alert: AlertId, user: UserId) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO alert_recipients (alert, user) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![alert.to_string(), user.to_string()],
        )?;
        Ok(())
    }

    /// Changes an alert that is still in state `from`.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where it is in another state by now.
    pub fn update_alert(&self, a: &AlertRow, from: AlertState) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE alerts SET state = ?3, acknowledged_by = ?4, acknowledged_at = ?5, next_escalation_at = ?6,
             note = ?7, changed_at = ?8 WHERE id = ?1 AND state = ?2",
            params![
                a.id.to_string(),
                from.as_str(),
                a.state.as_str(),
                a.acknowledged_by.map(|u| u.to_string()),
                a.acknowledged_at.map(row::ms),
                a.next_escalation_at.map(row::ms),
                a.note,
                row::ms(self.now())
            ],
        )?;
        if changed == 0 { Err(StoreError::Changed { what: "alert", id: a.id.to_string() }) } else { Ok(()) }
    }

    /// Notes that a recipient has the alert (or, after a retraction, the retraction) on the screen. Says
    /// whether this was the first time.
    ///
    /// # Errors
    /// A database error.
    pub fn note_alert_seen(&self, alert: AlertId, user: UserId, retracted: bool) -> Result<bool> {
        let column = if retracted { "retraction_seen_at" } else { "delivered_at" };
        let changed = row::run(
            self.conn,
            &format!(
                "UPDATE alert_recipients SET {column} = ?3 WHERE alert = ?1 AND user = ?2 AND {column} IS NULL"
            ),
            params![alert.to_string(), user.to_string(), row::ms(self.now())],
        )?;
        Ok(changed > 0)
    }
}

impl View<'_> {
    /// One alert.
    ///
    /// # Errors
    /// No such alert, or a database error.
    pub fn alert(&self, id: AlertId) -> Result<AlertRow> {
        row::one(self.conn, "SELECT * FROM alerts WHERE id = ?1", [id.to_string()], read_alert)?
            .ok_or_else(|| StoreError::missing("alert", id))
    }

    /// The alert of a case.
    ///
    /// # Errors
    /// A database error.
    pub fn alert_of(&self, case: CaseId) -> Result<Option<AlertRow>> {
        row::one(self.conn, "SELECT * FROM alerts WHERE \"case\" = ?1", [case.to_string()], read_alert)
    }

    /// All alerts, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn alerts(&self, limit: usize) -> Result<Vec<AlertRow>> {
        row::all(
            self.conn,
            "SELECT * FROM alerts ORDER BY raised_at DESC, id LIMIT ?1",
            [limit as i64],
            read_alert,
        )
    }

    /// Alerts that a person was told of, newest first.
    ///
    /// # Errors
    /// A database error.
    pub fn alerts_for(&self, user: UserId, limit: usize) -> Result<Vec<AlertRow>> {
        row::all(
            self.conn,
            "SELECT alerts.* FROM alerts JOIN alert_recipients ON alert = alerts.id WHERE user = ?1
             ORDER BY raised_at DESC, alerts.id LIMIT ?2",
            params![user.to_string(), limit as i64],
            read_alert,
        )
    }

    /// Alerts whose escalation is due.
    ///
    /// # Errors
    /// A database error.
    pub fn alerts_to_escalate(&self, now: Timestamp) -> Result<Vec<AlertRow>> {
        row::all(
            self.conn,
            "SELECT * FROM alerts WHERE next_escalation_at <= ?1 ORDER BY next_escalation_at",
            [row::ms(now)],
            read_alert,
        )
    }

    /// Who was told.
    ///
    /// # Errors
    /// A database error.
    pub fn alert_recipients(&self, alert: AlertId) -> Result<Vec<RecipientRow>> {
        row::all(
            self.conn,
            "SELECT * FROM alert_recipients WHERE alert = ?1 ORDER BY user",
            [alert.to_string()],
            |c| {
                Ok(RecipientRow {
                    user: c.parse("user")?,
                    delivered_at: c.time_opt("delivered_at")?,
                    retraction_seen_at: c.time_opt("retraction_seen_at")?,
                })
            },
        )
    }
}

fn read_alert(c: &row::Columns<'_>) -> Result<AlertRow> {
    Ok(AlertRow {
        id: c.parse("id")?,
        case: c.parse("case")?,
        list: c.parse("list")?,
        encounter: c.parse("encounter")?,
        state: c.parse("state")?,
        raised_at: c.time("raised_at")?,
        acknowledged_by: c.parse_opt("acknowledged_by")?,
        acknowledged_at: c.time_opt("acknowledged_at")?,
        next_escalation_at: c.time_opt("next_escalation_at")?,
        note: c.text("note")?,
        changed_at: c.time("changed_at")?,
    })
}
