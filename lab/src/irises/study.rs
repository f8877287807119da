//! What extraction and comparison make of altered pictures.

use super::alter::Alteration;
use super::shot::{POINTS, Shot};
use crate::eval::in_parallel;
use iris::{Contour, Extraction};

/// Mean distance from the true limbus at the sides, as a share of its radius, from which a boundary is wrong.
pub const LIMBUS_OFF: f32 = 0.10;
/// The same for the pupil's boundary, as a share of the limbus's radius.
pub const PUPIL_OFF: f32 = 0.05;
/// A template whose boundary is wrong and whose quality is at least this says nothing of it.
pub const SILENT: u8 = 40;
/// Scores at which error rates are taken: promised false match rates of 1e-2, 1e-3 and 1e-4.
pub const SCORES: [f32; 3] = [2.0, 3.0, 4.0];
/// The rate at which mates are counted whatever the score promises.
pub const MEASURED: f64 = 1e-3;

/// An eye of the study: its picture and whose it is. Without a picture it counts as refused.
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// Eyes of one number are the same.
    pub class: u32,
    /// The picture.
    pub shot: Option<Shot>,
}

/// What became of one altered picture.
pub struct Outcome {
    /// The picture that was given.
    pub shot: Option<Shot>,
    /// What extraction says.
    pub found: Result<Extraction, String>,
    /// How far pupil and limbus lie beside the truth, as shares of the limbus's radius.
    pub gaps: [f32; 2],
}

impl Outcome {
    /// Whether there is a template whose boundary is wrong.
    pub fn off(&self) -> bool {
        self.found.is_ok() && (self.gaps[0] > PUPIL_OFF || self.gaps[1] > LIMBUS_OFF)
    }

    /// The quality; none for a refusal.
    pub fn quality(&self) -> Option<u8> {
        self.found.as_ref().ok().map(|e| e.quality.value)
    }
}

/// The figures of one alteration; shares are of 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Pictures without a template.
    pub refused: f64,
    /// Pictures with a template whose boundary is wrong.
    pub off: f64,
    /// Those of them whose quality says nothing of it.
    pub silent: f64,
    /// Median gap of pupil and limbus among the templates.
    pub gaps: [f32; 2],
    /// Mates under the highest of [`SCORES`], refusals counted.
    pub missed: f64,
    /// Mates under the score that strangers reach at a rate of 1e-3.
    pub missed_measured: f64,
    /// Strangers at and above each of [`SCORES`].
    pub false_matches: [f64; 3],
    /// Mean quality of the templates.
    pub quality: f64,
    /// Milliseconds a picture.
    pub took_ms: f64,
}

/// Alters and extracts all.
pub fn outcomes(subjects: &[Subject], alteration: &Alteration, threads: usize) -> (Vec<Outcome>, f64) {
    let found = in_parallel(subjects.len(), threads, |i| {
        let shot = subjects[i].shot.as_ref().and_then(|s| alteration.apply(s, i as u64));
        let image = shot.as_ref().and_then(Shot::image);
        let started = std::time::Instant::now();
        let found = match &image {
            None => Err("no picture".to_owned()),
            Some(image) => iris::extract(image, model::Eye::Unknown, &mut raster::NoTrace)
                .map_err(|refusal| refusal.to_string()),
        };
        let took = started.elapsed().as_secs_f64() * 1e3;
        let gaps = match (&found, &shot) {
            (Ok(e), Some(shot)) => gaps(shot, e),
            _ => [f32::NAN; 2],
        };
        (Outcome { shot, found, gaps }, took)
    });
    let n = found.len().max(1) as f64;
    let (found, times): (Vec<Outcome>, Vec<f64>) = found.into_iter().unzip();
    (found, times.iter().sum::<f64>() / n)
}

/// Error rates of all pairs of altered pictures among themselves, as if all came from one new camera.
pub fn figures(subjects: &[Subject], found: &[Outcome], took_ms: f64, threads: usize) -> Figures {
    let ready: Vec<_> =
        found.iter().map(|o| o.found.as_ref().map(|e| iris::Prepared::new(&e.template))).collect();
    let rows = in_parallel(found.len(), threads, |a| {
        let score = |b: usize| match (&ready[a], &ready[b]) {
            (Ok(a), Ok(b)) => iris::compare(a, b).llr,
            _ => crate::eval::REFUSED_SCORE,
        };
        (a + 1..found.len()).map(|b| (subjects[a].class == subjects[b].class, score(b))).collect::<Vec<_>>()
    });
    let scores = |genuine: bool| {
        let mut all: Vec<f32> = rows.iter().flatten().filter(|p| p.0 == genuine).map(|p| p.1).collect();
        all.sort_by(|a, b| b.total_cmp(a));
        all
    };
    let (mates, strangers) = (scores(true), scores(false));
    let share =
        |all: &[f32], least: f32| all.partition_point(|s| *s >= least) as f64 / all.len().max(1) as f64;
    // As many strangers as the rate allows stand above this one.
    let bound = strangers.get((strangers.len() as f64 * MEASURED) as usize).map_or(0.0, |s| s.next_up());
    let n = found.len().max(1) as f64;
    let count = |f: &dyn Fn(&Outcome) -> bool| found.iter().filter(|o| f(o)).count() as f64 / n;
    let median = |k: usize| {
        let mut all: Vec<f32> = found.iter().filter(|o| o.found.is_ok()).map(|o| o.gaps[k]).collect();
        all.sort_by(f32::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f32::NAN)
    };
    let qualities: Vec<f64> = found.iter().filter_map(Outcome::quality).map(f64::from).collect();
    Figures {
        refused: count(&|o| o.found.is_err()),
        off: count(&Outcome::off),
        silent: count(&|o| o.off() && o.quality().is_some_and(|q| q >= SILENT)),
        gaps: [median(0), median(1)],
        missed: 1.0 - share(&mates, SCORES[2]),
        missed_measured: 1.0 - share(&mates, bound),
        false_matches: SCORES.map(|least| share(&strangers, least)),
        quality: qualities.iter().sum::<f64>() / qualities.len().max(1) as f64,
        took_ms,
    }
}

/// How far the found boundaries lie beside the true ones, at the sides of the eye, where lids leave both to be seen.
fn gaps(shot: &Shot, found: &Extraction) -> [f32; 2] {
    let [_, (_, _, lr)] = shot.circles();
    let gap = |truth: &[(f32, f32)], contour: &Contour| {
        let mut n = 0.0f32;
        let sum: f32 = truth
            .iter()
            .enumerate()
            .filter(|(i, _)| {
                let up = (*i as f32 / POINTS as f32 * std::f32::consts::TAU).sin();
                (-0.7..0.42).contains(&up)
            })
            .map(|(_, (x, y))| {
                n += 1.0;
                let (dx, dy) = (x - contour.x, contour.y - y);
                let turns = dy.atan2(dx) / std::f32::consts::TAU;
                (dx.hypot(dy) - contour.radius_at(turns)).abs()
            })
            .sum();
        sum / n.max(1.0) / lr.max(1.0)
    };
    [gap(&shot.pupil, &found.pupil), gap(&shot.limbus, &found.limbus)]
}
