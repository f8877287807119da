//! The measurements.

use super::{
    BenchError, FINGER_BYTES, Figures, LoadElsewhere, Options, Progress, Sample, Size, pictures, single,
};
use gallery::{Cascade, Gallery, Person, Queue, Request, SearchAnswer, SearchOptions, View, snapshot};
use rayon::prelude::*;
use std::time::Instant;

/// Rate at which candidates are released.
pub(super) const FPIR: f64 = 0.01;
const OPTIONS: SearchOptions = SearchOptions { fpir: FPIR, max_candidates: 20 };
/// Buffer read for the memory's speed: more than caches hold.
const BANDWIDTH_BYTES: usize = 1 << 30;
/// Strangers searched.
const STRANGERS: usize = 40;
/// Galleries smaller than the one asked for.
const SIZES: [usize; 6] = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000];
/// Drawn people with whom every probe is compared in full to see how the evidence of different people adds up.
const OTHERS: usize = 2000;
/// Searches at once besides all.
const AT_ONCE: [usize; 3] = [4, 16, 32];
/// Evidence at which the share of different people that reach it is stated.
const HEIGHTS: [f32; 5] = [0.0, 1.0, 2.0, 3.0, 4.0];

pub(super) fn all(
    options: &Options,
    drawn: &Gallery,
    elsewhere: LoadElsewhere,
    progress: Progress,
) -> Result<Figures, BenchError> {
    let one = pool(1)?;
    let many = pool(options.threads)?;
    let mut out = Figures {
        instructions: gallery::instructions().to_owned(),
        memory_gb_per_s: bandwidth(1)?,
        memory_gb_per_s_threads: bandwidth(options.threads)?,
        drawn: drawn.len(),
        threads: options.threads,
        probes: options.probes.min(drawn.len()),
        at_once: options.at_once,
        ..Figures::default()
    };
    let mut sizes: Vec<usize> = SIZES.into_iter().filter(|s| *s < options.people).collect();
    sizes.push(options.people);
    for (at, people) in sizes.iter().enumerate() {
        progress(&format!("searching {people} people"), at as u64, sizes.len() as u64);
        let mut gallery = drawn_as_large(drawn, *people);
        let view = gallery.view();
        // Of those alone who stand in a gallery smaller than what was drawn.
        let among = drawn.len().min(view.len());
        let probes = single::presented(Sample::Person, options, among, options.probes)?;
        out.sizes.push(one_size(&view, &probes, &one, &many));
        if at + 1 == sizes.len() {
            if let Some(size) = out.sizes.last() {
                out.finger_gb_per_s = size.finger_templates_per_s * FINGER_BYTES as f64 / 1e9;
            }
            progress("searching strangers", 0, 1);
            strangers(options, &view, &many, &mut out)?;
            progress("searching at once", 0, 1);
            together(options, &gallery, &probes, &mut out)?;
            loss(&drawn.view(), &view, &probes, &one, &many, &mut out, progress);
            drop(view);
            out.machine_answer = pictures::answers(options, &mut gallery, &many, &OPTIONS, progress)?;
            if options.load {
                let (seconds, bytes) = load(options, gallery, elsewhere, progress)?;
                (out.load_s, out.snapshot_bytes) = (Some(seconds), Some(bytes));
            }
        }
    }
    Ok(out)
}

/// So many persons: some of the drawn, or these and their echoes.
pub(super) fn drawn_as_large(drawn: &Gallery, people: usize) -> Gallery {
    let echoes = people.div_ceil(drawn.len().max(1)).saturating_sub(1) as u32;
    if people < drawn.len() { drawn.first(people) } else { drawn.with_echoes(echoes) }
}

pub(super) fn pool(threads: usize) -> Result<rayon::ThreadPool, BenchError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
    pool.map_err(|e| BenchError::Threads(e.to_string()))
}

/// Gigabytes a second that so many threads read and add up together, the best of four.
fn bandwidth(threads: usize) -> Result<f64, BenchError> {
    let words = vec![1u64; BANDWIDTH_BYTES / 8];
    let read = |part: &[u64]| {
        // Eight sums side by side, so that adding does not hold reading up.
        let mut sums = [0u64; 8];
        for eight in part.as_chunks::<8>().0 {
            for (sum, word) in sums.iter_mut().zip(eight) {
                *sum = sum.wrapping_add(*word);
            }
        }
        std::hint::black_box(sums);
    };
    let pool = pool(threads)?;
    let all = || words.par_chunks(words.len().div_ceil(threads.max(1))).for_each(read);
    let seconds = (0..4).map(|_| pool.install(|| timed(all)).1).fold(f64::INFINITY, f64::min);
    Ok(BANDWIDTH_BYTES as f64 / 1e9 / seconds.max(1e-9))
}

fn one_size(
    view: &View,
    probes: &[(u64, Person)],
    one: &rayon::ThreadPool,
    many: &rayon::ThreadPool,
) -> Size {
    let cascade = Cascade::default();
    let (columns, bytes) = view.bytes();
    let people = view.len().max(1);
    let fingers =
        |p: &Person| Person { fingers: p.fingers.get(1..2).map_or(vec![], <[_]>::to_vec), irises: vec![] };
    let eye =
        |p: &Person| Person { fingers: vec![], irises: p.irises.get(..1).map_or(vec![], <[_]>::to_vec) };
    let ten = |p: &Person| Person { irises: vec![], ..p.clone() };
    let single = each(view, probes, one, &cascade, fingers);
    let eyes = each(view, probes, one, &cascade, eye);
    let tens = each(view, probes, many, &cascade, ten);
    let whole = each(view, probes, many, &cascade, Person::clone);
    Size {
        people,
        finger_templates_per_s: people as f64 / single.mean(),
        finger_mates_found: single.found,
        iris_ms_per_million: eyes.mean() * 1e3 * 1e6 / people as f64,
        iris_mates_found: eyes.found,
        person_ms_p50: whole.percentile(0.5) * 1e3,
        person_ms_p95: whole.percentile(0.95) * 1e3,
        ten_fingers_ms_p95: tens.percentile(0.95) * 1e3,
        person_mates_found: whole.found,
        ten_fingers_mates_found: tens.found,
        column_bytes_per_person: columns as f64 / people as f64,
        bytes_per_person: bytes as f64 / people as f64,
    }
}

pub(super) struct Times {
    /// Seconds, sorted.
    seconds: Vec<f64>,
    /// Share of mates in first place.
    pub(super) found: f64,
}

impl Times {
    pub(super) fn mean(&self) -> f64 {
        self.seconds.iter().sum::<f64>() / self.seconds.len().max(1) as f64
    }

    pub(super) fn percentile(&self, share: f64) -> f64 {
        let at = (self.seconds.len() as f64 * share).ceil() as usize;
        self.seconds.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    pub(super) fn of(mut seconds: Vec<f64>, found: usize) -> Self {
        seconds.sort_by(f64::total_cmp);
        let found = found as f64 / seconds.len().max(1) as f64;
        Self { seconds, found }
    }
}

pub(super) fn each(
    view: &View,
    probes: &[(u64, Person)],
    pool: &rayon::ThreadPool,
    cascade: &Cascade,
    part: impl Fn(&Person) -> Person,
) -> Times {
    let (mut seconds, mut found) = (Vec::new(), 0);
    for (index, probe) in probes {
        let probe = part(probe);
        let (answer, took) = pool.install(|| timed(|| view.search_with(&probe, &OPTIONS, cascade)));
        seconds.push(took);
        // An echo is its original in the last stage, and ties go by key: the original stands first.
        found += usize::from(candidates(&answer).first().is_some_and(|c| c.key == u128::from(*index)));
    }
    Times::of(seconds, found)
}

/// Runs a search on this thread's pool and says what it took: on one thread the thread's own time, which a busy
/// machine does not falsify, where the system tells it (Linux); else the time that passed.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let own = || {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
    };
    let (start, before) = (Instant::now(), own());
    let value = work();
    let passed = start.elapsed().as_secs_f64();
    let alone = rayon::current_num_threads() == 1;
    let took = before.zip(own()).map(|(a, b)| b - a).filter(|s| alone && *s > 0.0);
    (value, took.unwrap_or(passed))
}

pub(super) fn candidates(answer: &SearchAnswer) -> &[gallery::Candidate] {
    let (SearchAnswer::Complete { candidates, .. } | SearchAnswer::Partial { candidates, .. }) = answer;
    candidates
}

/// People who are not in the gallery.
fn strangers(
    options: &Options,
    view: &View,
    pool: &rayon::ThreadPool,
    out: &mut Figures,
) -> Result<(), BenchError> {
    for index in 0..STRANGERS {
        let probe = Sample::Person.of(options.seed, (options.people + index) as u64, 0)?;
        let answer = pool.install(|| view.search(&probe, &OPTIONS));
        out.strangers_with_candidate.0 += usize::from(!candidates(&answer).is_empty());
        out.strangers_with_candidate.1 += 1;
    }
    Ok(())
}

/// Many searches at once, and priority among them.
fn together(
    options: &Options,
    gallery: &Gallery,
    probes: &[(u64, Person)],
    out: &mut Figures,
) -> Result<(), BenchError> {
    if probes.is_empty() || options.at_once == 0 {
        return Ok(());
    }
    let queue =
        Queue::new(options.threads, options.at_once).map_err(|e| BenchError::Threads(e.to_string()))?;
    let request = |i: usize, priority: bool| {
        let (_, probe) = &probes[i % probes.len()];
        Request { priority, ..Request::new(gallery.view(), probe.clone(), OPTIONS) }
    };
    let mut alone = Vec::new();
    for i in 0..probes.len() {
        let start = Instant::now();
        queue.search(request(i, true))?;
        alone.push(start.elapsed().as_secs_f64());
    }
    let one_by_one = probes.len() as f64 / alone.iter().sum::<f64>();
    let all = |count: usize| -> Result<f64, BenchError> {
        let start = Instant::now();
        let tickets = (0..count).map(|i| queue.submit(request(i, false))).collect::<Result<Vec<_>, _>>()?;
        for ticket in tickets {
            ticket.wait()?;
        }
        Ok(count as f64 / start.elapsed().as_secs_f64())
    };
    out.searches_per_s = (one_by_one, all(options.at_once)?);
    for few in AT_ONCE.into_iter().filter(|few| *few < options.at_once) {
        out.searches_per_s_by.push((few, all(few)?));
    }
    // Again, with priority coming in between: as many as end before the others do.
    let tickets =
        (0..options.at_once).map(|i| queue.submit(request(i, false))).collect::<Result<Vec<_>, _>>()?;
    let mut among = Vec::new();
    for i in 0..probes.len() {
        let start = Instant::now();
        queue.search(request(i, true))?;
        among.push(start.elapsed().as_secs_f64());
    }
    for ticket in tickets {
        ticket.wait()?;
    }
    let p95 = |seconds| Times::of(seconds, 0).percentile(0.95) * 1e3;
    out.priority_ms_p95 = (p95(alone), p95(among));
    Ok(())
}

/// Writes the columns of a gallery and lets them be loaded elsewhere: seconds, and the file's bytes.
pub(super) fn load(
    options: &Options,
    gallery: Gallery,
    elsewhere: LoadElsewhere,
    progress: Progress,
) -> Result<(f64, u64), BenchError> {
    progress("writing and loading", 0, 1);
    let path = options.cache.join("largest.snapshot");
    // Samples stay where the drawn people's files hold them: only columns are written.
    snapshot::write_columns(&gallery.view(), &path, &super::LARGEST_KEY)?;
    drop(gallery);
    let seconds = elsewhere(&path).map_err(BenchError::Elsewhere)?;
    let bytes = std::fs::metadata(&path).map(|m| m.len()).unwrap_or(0);
    // It is no harm where it stays.
    let _ = std::fs::remove_file(&path);
    Ok((seconds, bytes))
}

/// The stages against everybody in full, single fingers and eyes.
fn loss(
    drawn: &View,
    all: &View,
    probes: &[(u64, Person)],
    one: &rayon::ThreadPool,
    many: &rayon::ThreadPool,
    out: &mut Figures,
    progress: Progress,
) {
    let finger =
        |p: &Person| Person { fingers: p.fingers.get(1..2).map_or(vec![], <[_]>::to_vec), irises: vec![] };
    let eye =
        |p: &Person| Person { fingers: vec![], irises: p.irises.get(..1).map_or(vec![], <[_]>::to_vec) };
    if let Some((_, probe)) = probes.first() {
        let (_, took) =
            one.install(|| timed(|| drawn.search_with(&finger(probe), &OPTIONS, &Cascade::exhaustive())));
        out.full_comparisons_per_s = drawn.len() as f64 / took.max(1e-9);
    }
    let lost = |part: &(dyn Fn(&Person) -> Person + Sync)| {
        let parts: Vec<(u64, Person)> = probes.iter().map(|(index, p)| (*index, part(p))).collect();
        many.install(|| single::loss(drawn, all, &parts, progress))
    };
    out.exhaustive_loss = lost(&finger);
    out.iris_exhaustive_loss = lost(&eye);
    evidence(drawn, probes, many, out);
}

/// How the scores of one person's fingers go together, in mates and in different people, and how often the evidence
/// of different people adds up to much.
fn evidence(view: &View, probes: &[(u64, Person)], pool: &rayon::ThreadPool, out: &mut Figures) {
    let (mut mates, mut others, mut sums) = (Vec::new(), Vec::new(), Vec::new());
    for (index, probe) in probes {
        let fingers = Person { irises: vec![], ..probe.clone() };
        for (key, llr, scores) in pool.install(|| view.evidence(&fingers, OTHERS)) {
            if key == u128::from(*index) {
                continue;
            }
            sums.push(llr);
            if scores.len() == fingers.fingers.len() {
                others.push(scores);
            }
        }
        let scores = view.finger_scores(u128::from(*index), probe);
        if scores.len() == fingers.fingers.len() {
            mates.push(scores);
        }
    }
    let count = sums.len().max(1) as f64;
    let reach = |height: &f32| sums.iter().filter(|s| **s >= *height).count() as f64 / count;
    out.finger_correlation = correlation(&mates);
    out.stranger_correlation = correlation(&others);
    out.strangers_compared = sums.len();
    out.strangers_reaching = HEIGHTS.iter().map(|h| (*h, reach(h))).collect();
}

/// Mean correlation over all pairs of columns that vary; none where no two do, as when all scores stand at the end of
/// their scale.
fn correlation(rows: &[Vec<f32>]) -> Option<f64> {
    let columns = rows.iter().map(Vec::len).min().unwrap_or(0);
    let count = rows.len() as f64;
    let mean = |c: usize| rows.iter().map(|r| f64::from(r[c])).sum::<f64>() / count;
    let means: Vec<f64> = (0..columns).map(mean).collect();
    let covariance = |a: usize, b: usize| {
        rows.iter().map(|r| (f64::from(r[a]) - means[a]) * (f64::from(r[b]) - means[b])).sum::<f64>() / count
    };
    let pairs: Vec<f64> = (0..columns)
        .flat_map(|a| (a + 1..columns).map(move |b| (a, b)))
        .map(|(a, b)| covariance(a, b) / (covariance(a, a) * covariance(b, b)).sqrt())
        .filter(|correlation| correlation.is_finite())
        .collect();
    (!pairs.is_empty()).then(|| pairs.iter().sum::<f64>() / pairs.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        let rows = |rows: &[[f32; 3]]| rows.iter().map(|r| r.to_vec()).collect::<Vec<_>>();
        assert_eq!(correlation(&[]), None);
        assert_eq!(correlation(&rows(&[[8.0, 8.0, 8.0], [8.0, 8.0, 8.0]])), None);
        // The first two columns go together; the third stands still and is left out.
        let one = correlation(&rows(&[[1.0, 2.0, 8.0], [2.0, 4.0, 8.0], [4.0, 8.0, 8.0]]));
        assert!(one.is_some_and(|c| (c - 1.0).abs() < 1e-9), "{one:?}");
    }
}
