//! Real prints planted among synthetic ones: what the stages lose on them.

use super::Progress;
use crate::{eval::Loader, manifest::Entry};
use gallery::{Candidate, Cascade, Gallery, Person, SearchAnswer, SearchOptions, View};
use model::FingerPosition;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Error rates of a search by one finger.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Planted {
    /// Synthetic fingers around them.
    pub synthetic: usize,
    /// Of them echoes: rivals in the first pass that bring nobody new to the full comparison.
    pub echoes: usize,
    /// Real fingers planted, one print each.
    pub planted: usize,
    /// Searches by other prints of them.
    pub searches: usize,
    /// FPIR, FNIR when everybody is compared in full, FNIR through the stages.
    pub rates: Vec<(f64, f64, f64)>,
}

/// Rates at which losses are stated.
const FPIRS: [f64; 3] = [0.01, 0.02, 0.05];

/// Plants the first usable print of every finger of a manifest among people, and searches by the others. A finger
/// is given the position [`FingerPosition::RightIndex`]; the threshold for each FPIR is the score that this share
/// of searches reaches without their mate. The stages search among `size` people, echoes included; in full everybody
/// is compared but the echoes, which are who they came from there.
///
/// Searches of either kind are told to `progress`.
pub fn planted(
    people: &Gallery,
    size: usize,
    entries: &[Entry],
    load: Loader,
    threads: usize,
    progress: Progress,
) -> Planted {
    let position = FingerPosition::RightIndex;
    let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build() else {
        return Planted::default();
    };
    let templates: Vec<Option<finger::Template>> = pool.install(|| {
        let extract = |e: &Entry| {
            finger::extract(&load(e).ok()?, &mut raster::NoTrace).ok().map(|found| found.template)
        };
        entries.par_iter().map(extract).collect()
    });
    let echoes = size.div_ceil(people.len().max(1)).saturating_sub(1) as u32;
    let (mut gallery, mut larger) = (people.copy(), people.with_echoes(echoes));
    let mut keys: BTreeMap<(&str, &str), u128> = BTreeMap::new();
    let mut probes: Vec<(u128, Person)> = Vec::new();
    for (entry, template) in entries.iter().zip(templates) {
        let finger = (entry.subject.as_str(), entry.instance.as_str());
        let person = template.map(|t| Person { fingers: vec![(position, t)], irises: vec![] });
        match (keys.get(&finger), person) {
            (Some(key), Some(person)) => probes.push((*key, person)),
            (None, Some(person)) => {
                let key = u128::MAX - keys.len() as u128;
                gallery.insert(key, &person);
                larger.insert(key, &person);
                keys.insert(finger, key);
            }
            // An image without a template finds nobody, in either way.
            (Some(key), None) => probes.push((*key, Person::default())),
            (None, None) => {}
        }
    }
    // Least scores, so that thresholds can be set afterwards.
    let options = SearchOptions { fpir: 1e9, max_candidates: 100 };
    let scores = |what: &str, view: &View, cascade: &Cascade| -> Vec<(f32, f32)> {
        let search = |(at, (key, probe)): (usize, &(u128, Person))| {
            progress(what, at as u64, probes.len() as u64);
            best(view, *key, probe, &options, cascade)
        };
        pool.install(|| probes.iter().enumerate().map(search).collect())
    };
    let full = scores("searching real prints in full", &gallery.view(), &Cascade::exhaustive());
    let staged = scores("searching real prints in stages", &larger.view(), &Cascade::default());
    let mut strangers: Vec<f32> = full.iter().map(|s| s.1).collect();
    strangers.sort_by(|a, b| b.total_cmp(a));
    let count = probes.len().max(1) as f64;
    let rates = FPIRS.map(|fpir| {
        let threshold = strangers.get((fpir * count) as usize).copied().unwrap_or(0.0);
        let missed = |of: &[(f32, f32)]| of.iter().filter(|s| s.0 <= threshold).count() as f64 / count;
        (fpir, missed(&full), missed(&staged))
    });
    Planted {
        synthetic: larger.len() - keys.len(),
        echoes: larger.len() - gallery.len(),
        planted: keys.len(),
        searches: probes.len(),
        rates: rates.to_vec(),
    }
}

/// The mate's evidence and the best stranger's.
fn best(view: &View, key: u128, probe: &Person, options: &SearchOptions, cascade: &Cascade) -> (f32, f32) {
    let answer = view.search_with(probe, options, cascade);
    let (SearchAnswer::Complete { candidates, .. } | SearchAnswer::Partial { candidates, .. }) = &answer;
    let most = |pick: &dyn Fn(&Candidate) -> bool| {
        candidates.iter().filter(|c| pick(c)).map(|c| c.llr).fold(f32::NEG_INFINITY, f32::max)
    };
    (most(&|c| c.key == key), most(&|c| c.key != key))
}
