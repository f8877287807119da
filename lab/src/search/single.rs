//! Searches by one finger or one eye: what other tools read.

use super::{
    BenchError, LoadElsewhere, Options, Progress, Sample,
    measure::{FPIR, candidates, drawn_as_large, each, load, pool},
    people,
};
use gallery::{Cascade, Person, SearchOptions, View};

/// Searches by which the loss of the stages is measured, where so many are drawn: each costs as many full comparisons
/// as persons are drawn.
const LOSS_SEARCHES: usize = 100;

/// The figures of one modality. A gallery of N holds N persons with one template each.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Single {
    /// Templates in the gallery.
    pub gallery: usize,
    /// Of them drawn one by one; the others are echoes of these.
    pub drawn: usize,
    /// Searches timed.
    pub probes: usize,
    /// Threads that all of these figures were measured with.
    pub threads: usize,
    /// Templates searched a second, all stages, one search after the other.
    pub templates_per_s: f64,
    /// Searches a second, likewise.
    pub searches_per_s: f64,
    /// 95th percentile of a search, milliseconds.
    pub search_ms_p95: f64,
    /// Bytes of the columns that are scanned, a template.
    pub bytes_per_template: f64,
    /// Seconds in which a process that has just started loads the gallery; none where it was not asked for.
    pub load_s: Option<f64>,
    /// Of the timed searches, those with the mate in first place, whatever its score.
    pub rank1: f64,
    /// Of the timed searches, those that release the mate at an FPIR of 1 %.
    pub mates_found: f64,
    /// Of the searches that release the mate when everybody drawn is compared in full, at the threshold of the whole
    /// gallery, those in which the stages do not.
    pub exhaustive_loss: f64,
    /// Searches behind that figure.
    pub loss_searches: usize,
    /// Instructions that the kernels used.
    pub instructions: &'static str,
}

pub(super) fn run(
    sample: Sample,
    options: &Options,
    elsewhere: LoadElsewhere,
    progress: Progress,
) -> Result<Single, BenchError> {
    let pool = pool(options.threads)?;
    let drawn = people::drawn(sample, options, progress)?;
    progress("making the gallery", 0, 1);
    let gallery = drawn_as_large(&drawn, options.people);
    let view = gallery.view();
    let cascade = Cascade::default();
    let probes = presented(sample, options, drawn.len(), options.probes)?;
    progress("searching", 0, 1);
    let times = each(&view, &probes, &pool, &cascade, Person::clone);
    let anybody = SearchOptions { fpir: 1e9, max_candidates: 1 };
    let first = |(index, probe): &&(u64, Person)| {
        let answer = pool.install(|| view.search_with(probe, &anybody, &cascade));
        candidates(&answer).first().is_some_and(|c| c.key == u128::from(*index))
    };
    let rank1 = probes.iter().filter(first).count() as f64 / probes.len().max(1) as f64;
    let more = presented(sample, options, drawn.len(), LOSS_SEARCHES.max(options.probes))?;
    let exhaustive_loss = pool.install(|| loss(&drawn.view(), &view, &more, progress));
    let mut out = Single {
        gallery: view.len(),
        drawn: drawn.len(),
        probes: probes.len(),
        threads: options.threads,
        templates_per_s: view.len() as f64 / times.mean(),
        searches_per_s: 1.0 / times.mean(),
        search_ms_p95: times.percentile(0.95) * 1e3,
        bytes_per_template: view.bytes().0 as f64 / view.len().max(1) as f64,
        load_s: None,
        rank1,
        mates_found: times.found,
        exhaustive_loss,
        loss_searches: more.len(),
        instructions: gallery::instructions(),
    };
    drop((view, drawn));
    if options.load {
        out.load_s = Some(load(options, gallery, elsewhere, progress)?.0);
    }
    Ok(out)
}

/// So many of the drawn, spread over all, as they come again.
pub(super) fn presented(
    sample: Sample,
    options: &Options,
    drawn: usize,
    count: usize,
) -> Result<Vec<(u64, Person)>, BenchError> {
    let count = count.min(drawn);
    let index = |i: usize| (i * drawn / count.max(1)) as u64;
    (0..count).map(|i| Ok((index(i), sample.of(options.seed, index(i), 1)?))).collect()
}

/// The share of mates that the stages lose in `all`, of those whom the full comparison of everybody drawn releases: an
/// echo is the person that it came from there. The threshold is the same.
pub(super) fn loss(drawn: &View, all: &View, probes: &[(u64, Person)], progress: Progress) -> f64 {
    let smaller = drawn.len() as f64 / all.len().max(1) as f64;
    let released = |view: &View, fpir: f64, cascade: &Cascade, (index, probe): &(u64, Person)| {
        // More than are ever released, so that no echo takes a mate's place.
        let options = SearchOptions { fpir, max_candidates: usize::MAX };
        let answer = view.search_with(probe, &options, cascade);
        candidates(&answer).iter().any(|c| c.key == u128::from(*index))
    };
    let (mut kept, mut lost) = (0u32, 0u32);
    for (at, probe) in probes.iter().enumerate() {
        progress("comparing in full", at as u64, probes.len() as u64);
        if released(drawn, FPIR * smaller, &Cascade::exhaustive(), probe) {
            kept += 1;
            lost += u32::from(!released(all, FPIR, &Cascade::default(), probe));
        }
    }
    f64::from(lost) / f64::from(kept.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(people: usize, drawn: usize, folder: &std::path::Path) -> Options {
        Options {
            people,
            drawn,
            probes: 4,
            threads: 1,
            seed: 3,
            cache: folder.to_path_buf(),
            at_once: 0,
            load: true,
        }
    }

    #[test]
    fn one_modality_is_drawn_and_measured_alone() {
        let folder = std::env::temp_dir().join(format!("ridgeline-single-{}", std::process::id()));
        let elsewhere = |path: &std::path::Path| super::super::load_here(path, 1).map_err(|e| e.to_string());
        for sample in [Sample::Finger, Sample::Iris] {
            let found = run(sample, &options(128, 64, &folder), &elsewhere, &|_, _, _| {}).unwrap();
            assert_eq!((found.gallery, found.drawn, found.probes, found.threads), (128, 64, 4, 1));
            assert_eq!(
                (found.rank1, found.mates_found, found.exhaustive_loss),
                (1.0, 1.0, 0.0),
                "{sample:?}"
            );
            assert!(found.load_s.is_some_and(|s| s > 0.0) && found.templates_per_s > 0.0);
            assert!((500.0..900.0).contains(&found.bytes_per_template), "{}", found.bytes_per_template);
        }
        let files = std::fs::read_dir(&folder).unwrap().count();
        assert_eq!(files, 2, "one file of fingers, one of eyes, no snapshot left");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_mate_that_is_not_there_is_lost() {
        let folder = std::env::temp_dir().join(format!("ridgeline-loss-{}", std::process::id()));
        let options = options(64, 64, &folder);
        let drawn = people::drawn(Sample::Finger, &options, &|_, _, _| {}).unwrap();
        let probes = presented(Sample::Finger, &options, 64, 4).unwrap();
        let mut without = drawn.copy();
        assert!(without.remove(16), "{:?}", probes.iter().map(|p| p.0).collect::<Vec<_>>());
        assert_eq!(loss(&drawn.view(), &without.view(), &probes, &|_, _, _| {}), 0.25);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
