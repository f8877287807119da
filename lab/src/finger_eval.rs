//! All fingers of a manifest against each other.

use crate::manifest::Entry;
use crate::rates::{Rates, Scored, rates};
use finger::{Comparison, Extraction, Prepared, Refusal};
use raster::GreyImage;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The score of pairs with an image that gives no template: lower than any comparison's.
pub const REFUSED_SCORE: f32 = -100.0;

/// How the images come in: a path and the resolution that overrides the file's.
pub type Loader<'a> = &'a (dyn Fn(&Entry) -> Result<GreyImage, String> + Sync);

/// What became of one image.
pub struct Sample {
    /// Finger number, equal for equal subject and instance.
    pub class: u32,
    /// Template and quality, or why there is none.
    pub outcome: Result<Extraction, String>,
    /// Ready to compare.
    pub prepared: Option<Prepared>,
    /// Time of extraction without decoding.
    pub took: Duration,
}

/// One scored pair: indices of entries.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// First entry.
    pub a: u32,
    /// Second entry, after the first.
    pub b: u32,
    /// Same finger.
    pub genuine: bool,
    /// -log10 of the false match rate at which the pair would just pass, or [`REFUSED_SCORE`].
    pub score: f32,
}

/// All that an evaluation found.
pub struct Evaluation {
    /// One per entry.
    pub samples: Vec<Sample>,
    /// Every pair once.
    pub pairs: Vec<Pair>,
    /// Error rates.
    pub rates: Rates,
    /// Number of fingers.
    pub classes: u32,
    /// Mean time of one comparison.
    pub compare_us_mean: f64,
}

/// The figures of `ridgeline eval finger`, in the order that it prints them.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// Images in the manifest.
    pub images: usize,
    /// Share of images without a template.
    pub fte: f64,
    /// Rates.
    #[serde(flatten)]
    pub rates: Rates,
    /// Mean time of extraction.
    pub extract_ms_mean: f64,
    /// 95th percentile of it.
    pub extract_ms_p95: f64,
    /// Mean time of one comparison.
    pub compare_us_mean: f64,
    /// Genuine pairs.
    pub genuine: usize,
    /// Impostor pairs.
    pub impostor: usize,
}

/// Extracts every image and compares every pair. `extract` lets other front-ends be measured the same way.
pub fn evaluate(entries: &[Entry], load: Loader, threads: usize) -> Evaluation {
    let mut numbers = BTreeMap::new();
    let classes: Vec<u32> = entries
        .iter()
        .map(|e| {
            let next = numbers.len() as u32;
            *numbers.entry((e.subject.as_str(), e.instance.as_str())).or_insert(next)
        })
        .collect();
    let samples = in_parallel(entries.len(), threads, |i| sample(&entries[i], classes[i], load));
    let started = Instant::now();
    let rows = in_parallel(entries.len(), threads, |a| {
        (a + 1..entries.len())
            .map(|b| Pair {
                a: a as u32,
                b: b as u32,
                genuine: classes[a] == classes[b],
                score: match (&samples[a].prepared, &samples[b].prepared) {
                    (Some(x), Some(y)) => finger::compare(x, y).llr,
                    _ => REFUSED_SCORE,
                },
            })
            .collect::<Vec<_>>()
    });
    let took = started.elapsed();
    let pairs: Vec<Pair> = rows.into_iter().flatten().collect();
    let compared = pairs.iter().filter(|p| p.score > REFUSED_SCORE).count();
    let scores =
        |genuine: bool| pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect::<Vec<_>>();
    Evaluation {
        rates: rates(&scores(true), &scores(false)),
        samples,
        classes: numbers.len() as u32,
        compare_us_mean: took.as_secs_f64() * 1e6 * threads.max(1) as f64 / compared.max(1) as f64,
        pairs,
    }
}

fn sample(entry: &Entry, class: u32, load: Loader) -> Sample {
    let image = match load(entry) {
        Ok(image) => image,
        Err(why) => return Sample { class, outcome: Err(why), prepared: None, took: Duration::ZERO },
    };
    let started = Instant::now();
    let outcome = finger::extract(&image, &mut raster::NoTrace).map_err(|r: Refusal| r.to_string());
    let took = started.elapsed();
    let prepared = outcome.as_ref().ok().map(|e| Prepared::new(&e.template));
    Sample { class, outcome, prepared, took }
}

impl Evaluation {
    /// The printed figures.
    pub fn summary(&self) -> Summary {
        let mut times: Vec<f64> = self.samples.iter().map(|s| s.took.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let n = self.samples.len();
        let genuine = self.pairs.iter().filter(|p| p.genuine).count();
        Summary {
            images: n,
            fte: self.samples.iter().filter(|s| s.prepared.is_none()).count() as f64 / n.max(1) as f64,
            rates: self.rates,
            extract_ms_mean: times.iter().sum::<f64>() / n.max(1) as f64,
            extract_ms_p95: times.get((n * 95 / 100).min(n.saturating_sub(1))).copied().unwrap_or(0.0),
            compare_us_mean: self.compare_us_mean,
            genuine,
            impostor: self.pairs.len() - genuine,
        }
    }

    /// Pairs as the bootstrap wants them.
    pub fn scored(&self, genuine: bool) -> Vec<Scored> {
        let class = |i: u32| self.samples.get(i as usize).map_or(0, |s| s.class);
        self.pairs
            .iter()
            .filter(|p| p.genuine == genuine)
            .map(|p| Scored { a: class(p.a), b: class(p.b), score: p.score })
            .collect()
    }

    /// Compares one pair again, for its details.
    pub fn compare(&self, pair: &Pair) -> Option<Comparison> {
        let a = self.samples.get(pair.a as usize)?.prepared.as_ref()?;
        let b = self.samples.get(pair.b as usize)?.prepared.as_ref()?;
        Some(finger::compare(a, b))
    }
}

/// `f(0..n)` on `threads` threads, results in order: the outcome does not depend on the number of threads.
pub fn in_parallel<T: Send>(n: usize, threads: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if threads <= 1 {
        return (0..n).map(f).collect();
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut found: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        if i >= n {
                            return mine;
                        }
                        mine.push((i, f(i)));
                    }
                })
            })
            .collect();
        workers.into_iter().filter_map(|w| w.join().ok()).flatten().collect()
    });
    found.sort_by_key(|(i, _)| *i);
    found.into_iter().map(|(_, t)| t).collect()
}
