//! How fast a gallery is searched, and what its stages lose.

mod measure;
mod people;
mod pictures;
mod planted;
mod report;
mod single;

pub use people::Sample;
pub use pictures::MachineAnswer;
pub use planted::{Planted, planted};
pub use report::page;
pub use single::Single;

use gallery::{Gallery, snapshot::SnapshotError};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// Bytes that the first pass reads of a finger: a direction and 128 sign bits for each of 32 minutiae.
pub const FINGER_BYTES: usize = 32 * 17;
/// Nobody is behind what is written here.
const LARGEST_KEY: [u8; 32] = [1; 32];

/// What is measured.
#[derive(Debug, Clone)]
pub struct Options {
    /// Persons in the largest gallery.
    pub people: usize,
    /// Of them drawn one by one; the others are their echoes ([`Gallery::with_echoes`]).
    pub drawn: usize,
    /// Searches at each size, of drawn persons who come again.
    pub probes: usize,
    /// Threads of the person search.
    pub threads: usize,
    /// Seed of the synthetic people.
    pub seed: u64,
    /// Where drawn people are kept between runs: about 45 KB a person.
    pub cache: PathBuf,
    /// Searches that are made at once.
    pub at_once: usize,
    /// Whether the largest gallery is written and loaded again: about 8 KB a person of disk.
    pub load: bool,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// The folder of drawn people.
    #[error("{}: {source}", path.display())]
    Cache {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A snapshot.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A thread pool.
    #[error("no threads: {0}")]
    Threads(String),
    /// A synthetic iris.
    #[error(transparent)]
    Iris(#[from] iris::TemplateError),
    /// A synthetic picture.
    #[error(transparent)]
    Image(#[from] raster::ImageError),
    /// A synthetic picture that could not be compressed.
    #[error(transparent)]
    Encode(#[from] raster::EncodeError),
    /// The process that was to load the gallery.
    #[error("the gallery was not loaded by another process: {0}")]
    Elsewhere(String),
    /// A search that a queue would not make.
    #[error(transparent)]
    Queue(#[from] gallery::QueueError),
}

/// The figures of one size.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Size {
    /// Persons.
    pub people: usize,
    /// Single finger, one thread, all stages, templates a second.
    pub finger_templates_per_s: f64,
    /// Of single-finger searches, mates found in first place.
    pub finger_mates_found: f64,
    /// One eye, one thread, milliseconds a million codes, all stages.
    pub iris_ms_per_million: f64,
    /// Of single-eye searches, mates found.
    pub iris_mates_found: f64,
    /// Ten fingers and two irises.
    pub person_ms_p50: f64,
    /// The same, 95th percentile.
    pub person_ms_p95: f64,
    /// Ten fingers without irises, 95th percentile.
    pub ten_fingers_ms_p95: f64,
    /// Mates found and in first place, whole persons.
    pub person_mates_found: f64,
    /// Mates in first place by ten fingers alone.
    pub ten_fingers_mates_found: f64,
    /// Bytes of the columns a person.
    pub column_bytes_per_person: f64,
    /// Bytes of everything in memory a person.
    pub bytes_per_person: f64,
}

/// Everything.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Figures {
    /// Instructions that the kernels used.
    pub instructions: String,
    /// Bytes a second that one thread reads, gigabytes.
    pub memory_gb_per_s: f64,
    /// The same of all threads of the person search together.
    pub memory_gb_per_s_threads: f64,
    /// Bytes a second that a single-finger search reads on one thread, gigabytes.
    pub finger_gb_per_s: f64,
    /// Persons drawn.
    pub drawn: usize,
    /// Threads of the person search.
    pub threads: usize,
    /// Searches at each size.
    pub probes: usize,
    /// By size.
    pub sizes: Vec<Size>,
    /// From pictures to candidates, at the largest size.
    pub machine_answer: MachineAnswer,
    /// Full comparisons a second and thread, as the last stages make them.
    pub full_comparisons_per_s: f64,
    /// Single fingers: mates that the full comparison with everybody drawn releases and the stages, at the largest
    /// size, do not.
    pub exhaustive_loss: f64,
    /// The same of single eyes.
    pub iris_exhaustive_loss: f64,
    /// Strangers among the searches with whole persons who got a candidate, and how many searches there were.
    pub strangers_with_candidate: (usize, usize),
    /// Correlation of the scores of two fingers of one person, in mates' comparisons; none where these do not vary.
    pub finger_correlation: Option<f64>,
    /// The same in comparisons of different people.
    pub stranger_correlation: Option<f64>,
    /// Comparisons of different people, all fingers.
    pub strangers_compared: usize,
    /// Evidence, and the share of different people who reach it.
    pub strangers_reaching: Vec<(f32, f64)>,
    /// Searches at once.
    pub at_once: usize,
    /// Searches a second, one after the other and all at once.
    pub searches_per_s: (f64, f64),
    /// So many at once, and searches a second.
    pub searches_per_s_by: Vec<(usize, f64)>,
    /// 95th percentile of a priority search, alone and among the others, milliseconds.
    pub priority_ms_p95: (f64, f64),
    /// Load of the largest gallery by a process that has just started, seconds.
    pub load_s: Option<f64>,
    /// Bytes of the snapshot.
    pub snapshot_bytes: Option<u64>,
}

/// What a run tells on its way: what it does, steps done, steps in all.
pub type Progress<'a> = &'a (dyn Fn(&str, u64, u64) + Sync);

/// Lets a process that has just started load a snapshot ([`load_here`] in it) and says how many seconds it took; or
/// why it did not.
pub type LoadElsewhere<'a> = &'a dyn Fn(&Path) -> Result<f64, String>;

/// Measures searches by whole persons, and by their single fingers and eyes.
///
/// # Errors
/// [`BenchError`].
pub fn run(options: &Options, elsewhere: LoadElsewhere, progress: Progress) -> Result<Figures, BenchError> {
    let drawn = people::drawn(Sample::Person, options, progress)?;
    measure::all(options, &drawn, elsewhere, progress)
}

/// Measures searches by one finger or one eye in galleries that hold nothing else.
///
/// # Errors
/// [`BenchError`].
pub fn single(
    sample: Sample,
    options: &Options,
    elsewhere: LoadElsewhere,
    progress: Progress,
) -> Result<Single, BenchError> {
    single::run(sample, options, elsewhere, progress)
}

/// Loads a snapshot that a run has written, on so many threads; seconds.
///
/// # Errors
/// [`BenchError`].
pub fn load_here(path: &Path, threads: usize) -> Result<f64, BenchError> {
    let start = Instant::now();
    let loaded = measure::pool(threads)?.install(|| gallery::snapshot::load(path, &LARGEST_KEY))?;
    let seconds = start.elapsed().as_secs_f64();
    match loaded.lost.len() {
        0 => Ok(seconds),
        lost => Err(BenchError::Elsewhere(format!("{lost} persons are damaged"))),
    }
}

/// Drawn fingers alone, for [`planted`].
///
/// # Errors
/// [`BenchError`].
pub fn fingers(options: &Options, progress: Progress) -> Result<Gallery, BenchError> {
    people::drawn(Sample::Finger, options, progress)
}
