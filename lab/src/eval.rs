//! All samples of a manifest against each other, of whatever kind they are.

use crate::discard::{curve, judged};
use crate::identify::{Identification, identification};
use crate::kept::Kept;
use crate::manifest::Entry;
use crate::rates::{Rates, Scored, rates};
use raster::GreyImage;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The score of pairs with an image that gives no template: lower than any comparison's.
pub const REFUSED_SCORE: f32 = -100.0;

/// How the images come in: a path and the resolution that overrides the file's.
pub type Loader<'a> = &'a (dyn Fn(&Entry) -> Result<GreyImage, String> + Sync);

/// An engine under evaluation: what an image gives, and how two of those are compared.
pub trait Engine: Sync {
    /// What extraction gives.
    type Sample: Send + Sync;
    /// That, made ready for comparison.
    type Ready: Send + Sync;
    /// Name and version; kept samples of another version are not used.
    const NAME: &'static str;

    /// Image to sample, or why not.
    ///
    /// # Errors
    /// The refusal in words.
    fn extract(&self, image: &GreyImage) -> Result<Self::Sample, String>;
    /// What is done once a sample.
    fn ready(&self, sample: &Self::Sample) -> Self::Ready;
    /// Higher is more alike.
    fn score(&self, a: &Self::Ready, b: &Self::Ready) -> f32;
    /// 0 to 100, where the engine judges quality.
    fn quality(&self, sample: &Self::Sample) -> Option<u8>;
    /// A stored form from which the sample comes back, where there is one.
    fn keep(&self, _sample: &Self::Sample) -> Option<Vec<u8>> {
        None
    }
    /// The sample out of its stored form.
    fn restore(&self, _bytes: &[u8]) -> Option<Self::Sample> {
        None
    }
}

/// What became of one image.
pub struct Sample<E: Engine> {
    /// Finger or eye number, equal for equal subject and instance.
    pub class: u32,
    /// Template and quality, or why there is none.
    pub outcome: Result<E::Sample, String>,
    /// Ready to compare.
    pub ready: Option<E::Ready>,
    /// Time of extraction without decoding; none where the sample had been kept.
    pub took: Option<Duration>,
    /// Time of making ready.
    pub ready_took: Duration,
}

/// One scored pair: indices of entries.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    /// First entry.
    pub a: u32,
    /// Second entry, after the first.
    pub b: u32,
    /// Same finger or eye.
    pub genuine: bool,
    /// What the engine says, or [`REFUSED_SCORE`].
    pub score: f32,
}

/// All that an evaluation found.
pub struct Evaluation<E: Engine> {
    /// The engine.
    pub engine: E,
    /// One per entry.
    pub samples: Vec<Sample<E>>,
    /// Every pair once.
    pub pairs: Vec<Pair>,
    /// Error rates.
    pub rates: Rates,
    /// Number of fingers or eyes.
    pub classes: u32,
    /// Mean time of one comparison; no finite number where there was none.
    pub compare_us_mean: f64,
}

/// The figures that `ridgeline eval` prints, in that order; what could not be measured is no number, `null` in JSON.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Summary {
    /// Images in the manifest.
    pub images: usize,
    /// Share of images without a template.
    pub fte: f64,
    /// Rates.
    #[serde(flatten)]
    pub rates: Rates,
    /// Mean time of extraction; none where all samples had been kept.
    pub extract_ms_mean: Option<f64>,
    /// 95th percentile of it.
    pub extract_ms_p95: Option<f64>,
    /// Mean time of one comparison.
    pub compare_us_mean: f64,
    /// Genuine pairs.
    pub genuine: usize,
    /// Impostor pairs.
    pub impostor: usize,
    /// Closed-set identification: share of images whose best score among all others is with their own class; images
    /// without a mate do not count, ties with another class do not either.
    pub rank1: f64,
    /// Open-set identification.
    #[serde(flatten)]
    pub identification: Identification,
    /// Mean time of making a template ready for comparison.
    pub prepare_us_mean: f64,
    /// Most memory that the process ever held, where the system tells.
    pub peak_memory_mib: Option<f64>,
    /// Name and version of the engine.
    pub engine: &'static str,
}

/// How far an evaluation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One more image became a sample or was refused.
    Extracted,
    /// So many pairs more were compared.
    Compared(usize),
}

/// Extracts every image and compares every pair. With `kept`, samples extracted before are used again and new ones
/// are kept.
pub fn evaluate<E: Engine>(
    engine: E,
    entries: &[Entry],
    load: Loader,
    kept: Option<&Kept>,
    threads: usize,
) -> Evaluation<E> {
    evaluate_watched(engine, entries, load, kept, threads, &|_| ())
}

/// The same, telling `watch` of every step.
pub fn evaluate_watched<E: Engine>(
    engine: E,
    entries: &[Entry],
    load: Loader,
    kept: Option<&Kept>,
    threads: usize,
    watch: &(dyn Fn(Step) + Sync),
) -> Evaluation<E> {
    let mut numbers = BTreeMap::new();
    let classes: Vec<u32> = entries
        .iter()
        .map(|e| {
            let next = numbers.len() as u32;
            *numbers.entry((e.subject.as_str(), e.instance.as_str())).or_insert(next)
        })
        .collect();
    let samples: Vec<Sample<E>> = in_parallel(entries.len(), threads, |i| {
        let sample = sample(&engine, &entries[i], classes[i], load, kept);
        watch(Step::Extracted);
        sample
    });
    let started = Instant::now();
    let rows = in_parallel(entries.len(), threads, |a| {
        let row = (a + 1..entries.len())
            .map(|b| Pair {
                a: a as u32,
                b: b as u32,
                genuine: classes[a] == classes[b],
                score: match (&samples[a].ready, &samples[b].ready) {
                    (Some(x), Some(y)) => engine.score(x, y),
                    _ => REFUSED_SCORE,
                },
            })
            .collect::<Vec<_>>();
        watch(Step::Compared(row.len()));
        row
    });
    let took = started.elapsed();
    let pairs: Vec<Pair> = rows.into_iter().flatten().collect();
    let compared = pairs.iter().filter(|p| p.score > REFUSED_SCORE).count();
    let scores =
        |genuine: bool| pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect::<Vec<_>>();
    Evaluation {
        rates: rates(&scores(true), &scores(false)),
        engine,
        samples,
        classes: numbers.len() as u32,
        compare_us_mean: took.as_secs_f64() * 1e6 * threads.max(1) as f64 / compared as f64,
        pairs,
    }
}

fn sample<E: Engine>(engine: &E, entry: &Entry, class: u32, load: Loader, kept: Option<&Kept>) -> Sample<E> {
    let (outcome, took) = match kept.and_then(|k| k.get(entry)) {
        Some(Err(refusal)) => (Err(refusal), None),
        Some(Ok(bytes)) if let Some(sample) = engine.restore(&bytes) => (Ok(sample), None),
        _ => match load(entry) {
            Err(why) => (Err(why), None),
            Ok(image) => {
                let started = Instant::now();
                let outcome = engine.extract(&image);
                let took = started.elapsed();
                if let Some(kept) = kept {
                    match &outcome {
                        Ok(sample) => engine.keep(sample).into_iter().for_each(|b| kept.put(entry, Ok(&b))),
                        Err(refusal) => kept.put(entry, Err(refusal)),
                    }
                }
                (outcome, Some(took))
            }
        },
    };
    let started = Instant::now();
    let ready = outcome.as_ref().ok().map(|s| engine.ready(s));
    Sample { class, outcome, ready, took, ready_took: started.elapsed() }
}

impl<E: Engine> Evaluation<E> {
    /// The printed figures.
    pub fn summary(&self) -> Summary {
        let mut times: Vec<f64> =
            self.samples.iter().filter_map(|s| s.took).map(|t| t.as_secs_f64() * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let n = self.samples.len();
        let genuine = self.pairs.iter().filter(|p| p.genuine).count();
        let ready: f64 =
            self.samples.iter().filter(|s| s.ready.is_some()).map(|s| s.ready_took.as_secs_f64()).sum();
        let refused = self.samples.iter().filter(|s| s.ready.is_none()).count();
        Summary {
            images: n,
            fte: refused as f64 / n as f64,
            rates: self.rates,
            extract_ms_mean: (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64),
            extract_ms_p95: times.get((times.len() * 95 / 100).min(times.len().saturating_sub(1))).copied(),
            compare_us_mean: self.compare_us_mean,
            genuine,
            impostor: self.pairs.len() - genuine,
            rank1: self.rank1(),
            identification: self.identification(),
            prepare_us_mean: ready * 1e6 / (n - refused) as f64,
            peak_memory_mib: peak_memory_mib(),
            engine: E::NAME,
        }
    }

    /// See [`Summary::rank1`].
    pub fn rank1(&self) -> f64 {
        let mut best = vec![(REFUSED_SCORE, f32::NEG_INFINITY, false); self.samples.len()];
        for p in &self.pairs {
            for i in [p.a, p.b] {
                let Some((mate, other, has_mate)) = best.get_mut(i as usize) else { continue };
                if p.genuine {
                    (*mate, *has_mate) = (mate.max(p.score), true);
                } else {
                    *other = other.max(p.score);
                }
            }
        }
        let asked = best.iter().filter(|b| b.2).count();
        let found = best.iter().filter(|(mate, other, has)| *has && mate > other && *mate > REFUSED_SCORE);
        found.count() as f64 / asked as f64
    }

    /// One sample a class enrolled, the others searched.
    pub fn identification(&self) -> Identification {
        let classes: Vec<u32> = self.samples.iter().map(|s| s.class).collect();
        identification(&classes, &self.pairs)
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

    /// Scores of one kind of pair.
    pub fn scores(&self, genuine: bool) -> Vec<f32> {
        self.pairs.iter().filter(|p| p.genuine == genuine).map(|p| p.score).collect()
    }

    /// Both sides of a pair, where both gave a template.
    pub fn sides(&self, pair: &Pair) -> Option<[&Sample<E>; 2]> {
        let side = |i: u32| self.samples.get(i as usize).filter(|s| s.ready.is_some());
        Some([side(pair.a)?, side(pair.b)?])
    }

    /// Error versus discard: for shares of the pairs put aside, those of the worst quality first, the FNMR of the rest
    /// at the threshold that gives FMR 1e-3 on all. Empty without qualities.
    pub fn error_versus_discard(&self) -> Vec<(f64, f64)> {
        let quality = |i: usize| match self.samples.get(i)?.outcome.as_ref() {
            Ok(sample) => self.engine.quality(sample).map(f32::from),
            Err(_) => Some(0.0),
        };
        let Some(judged) = judged(&self.pairs, quality, 1e-3) else { return Vec::new() };
        let shares: Vec<f64> = (0..=10).map(|k| f64::from(k) * 0.05).collect();
        let left = curve(&judged, 0.0, &shares);
        shares.into_iter().zip(left).collect()
    }
}

/// VmHWM of Linux.
fn peak_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    /// An engine for which an image is its first pixel: alike when near.
    struct Pixel;

    impl Engine for Pixel {
        type Sample = u8;
        type Ready = f32;
        const NAME: &'static str = "pixel/1";
        fn extract(&self, image: &GreyImage) -> Result<u8, String> {
            image.pixels().first().copied().filter(|v| *v > 0).ok_or_else(|| "black".to_owned())
        }
        fn ready(&self, sample: &u8) -> f32 {
            f32::from(*sample)
        }
        fn score(&self, a: &f32, b: &f32) -> f32 {
            -(a - b).abs()
        }
        fn quality(&self, sample: &u8) -> Option<u8> {
            Some(sample.saturating_sub(4))
        }
        fn keep(&self, sample: &u8) -> Option<Vec<u8>> {
            Some(vec![*sample])
        }
        fn restore(&self, bytes: &[u8]) -> Option<u8> {
            bytes.first().copied()
        }
    }

    fn entries(values: &[(u8, &str)]) -> Vec<Entry> {
        values
            .iter()
            .enumerate()
            .map(|(i, (v, subject))| Entry {
                path: format!("{v}").into(),
                name: format!("image{i}"),
                subject: (*subject).to_owned(),
                instance: "r".to_owned(),
                ppi: None,
                quality: None,
            })
            .collect()
    }

    fn load(entry: &Entry) -> Result<GreyImage, String> {
        let value = entry.path.to_string_lossy().parse::<u8>().map_err(|e| e.to_string())?;
        GreyImage::new(1, 1, None, vec![value]).map_err(|e| e.to_string())
    }

    #[test]
    fn pairs_rates_and_ranks_of_a_known_engine() {
        // Subject c's images lie apart, with a's between them; one image of b is refused.
        let list = entries(&[(10, "a"), (12, "a"), (50, "b"), (0, "b"), (51, "b"), (5, "c"), (19, "c")]);
        let found = evaluate(Pixel, &list, &load, None, 1);
        let s = found.summary();
        assert_eq!((s.images, s.genuine, s.impostor, found.classes), (7, 5, 16, 3));
        assert!((s.fte - 1.0 / 7.0).abs() < 1e-9);
        assert!((s.rank1 - 4.0 / 7.0).abs() < 1e-9, "{}", s.rank1);
        let refused = found.pairs.iter().filter(|p| p.score == REFUSED_SCORE).count();
        assert_eq!(refused, 6);
        let (images, compared) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let watch = |step| match step {
            Step::Extracted => images.fetch_add(1, Relaxed),
            Step::Compared(n) => compared.fetch_add(n, Relaxed),
        };
        let threads = evaluate_watched(Pixel, &list, &load, None, 3, &|step| {
            watch(step);
        });
        assert_eq!((images.into_inner(), compared.into_inner()), (7, 21));
        assert!(found.pairs.iter().zip(&threads.pairs).all(|(p, q)| p.score == q.score && p.a == q.a));
        let curve = found.error_versus_discard();
        assert_eq!(curve.len(), 11);
        // Two refused pairs and the one of c miss; the refused have no quality at all.
        assert!((curve[0].1 - 0.6).abs() < 1e-9 && (curve[10].1 - 1.0 / 3.0).abs() < 1e-9, "{curve:?}");
    }

    #[test]
    fn what_cannot_be_measured_is_no_number() {
        let s = evaluate(Pixel, &entries(&[(0, "a")]), &load, None, 1).summary();
        assert!((s.fte - 1.0).abs() < 1e-9);
        let text = serde_json::to_string(&s).unwrap();
        for name in ["eer", "fmr1000", "zero", "compare_us_mean", "rank1", "search_rank1", "prepare_us_mean"]
        {
            assert!(text.contains(&format!("\"{name}\":null")), "{name}: {text}");
        }
    }

    #[test]
    fn kept_samples_are_used_again() {
        let folder = std::env::temp_dir().join(format!("ridgeline-kept-{}", std::process::id()));
        let list = entries(&[(10, "a"), (0, "a"), (50, "b")]);
        let kept = Kept::open(&folder, Pixel::NAME).unwrap();
        let first = evaluate(Pixel, &list, &load, Some(&kept), 1);
        let nothing = |_: &Entry| -> Result<GreyImage, String> { Err("not asked for".to_owned()) };
        let again = evaluate(Pixel, &list, &nothing, Some(&kept), 1);
        let what = |e: &Evaluation<Pixel>| e.samples.iter().map(|s| s.outcome.clone()).collect::<Vec<_>>();
        assert_eq!(what(&first), what(&again));
        assert!(again.samples.iter().all(|s| s.took.is_none()));
        let other = Kept::open(&folder, "pixel/2").unwrap();
        let fresh = evaluate(Pixel, &list, &nothing, Some(&other), 1);
        assert!(fresh.samples.iter().all(|s| s.outcome == Err("not asked for".to_owned())));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
