//! All irises of a manifest against each other.

use crate::finger_eval::{Pair, REFUSED_SCORE, Summary, in_parallel};
use crate::manifest::Entry;
use crate::rates::{Rates, Scored, rates};
use iris::{Comparison, Extraction};
use model::Eye;
use raster::GreyImage;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How the images come in.
pub type Loader<'a> = &'a (dyn Fn(&Entry) -> Result<GreyImage, String> + Sync);

/// What became of one image.
pub struct Sample {
    /// Eye number, equal for equal subject and instance.
    pub class: u32,
    /// Template and quality, or why there is none.
    pub outcome: Result<Extraction, String>,
    /// Time of extraction without decoding.
    pub took: Duration,
}

/// All that an evaluation found.
pub struct Evaluation {
    /// One per entry.
    pub samples: Vec<Sample>,
    /// Every pair once.
    pub pairs: Vec<Pair>,
    /// Error rates.
    pub rates: Rates,
    /// Number of eyes.
    pub classes: u32,
    /// Mean time of one comparison.
    pub compare_us_mean: f64,
}

/// Extracts every image and compares every pair.
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
                score: match (&samples[a].outcome, &samples[b].outcome) {
                    (Ok(x), Ok(y)) => iris::compare(&x.template, &y.template).llr,
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
        Err(why) => return Sample { class, outcome: Err(why), took: Duration::ZERO },
    };
    let started = Instant::now();
    let outcome =
        iris::extract(&image, Eye::Unknown, &mut raster::NoTrace).map_err(|refusal| refusal.to_string());
    Sample { class, outcome, took: started.elapsed() }
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
            fte: self.samples.iter().filter(|s| s.outcome.is_err()).count() as f64 / n.max(1) as f64,
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
        let a = self.samples.get(pair.a as usize)?.outcome.as_ref().ok()?;
        let b = self.samples.get(pair.b as usize)?.outcome.as_ref().ok()?;
        Some(iris::compare(&a.template, &b.template))
    }
}
