//! Genuine pairs in which the second print was turned, cut, brought to another resolution or given
//! other skin: `robust MANIFEST...`;
//! prints the share that stays under the score for FMR 1e-3.

use finger::Prepared;
use raster::GreyImage;
use ridgeline_lab::eval::in_parallel;
use ridgeline_lab::manifest;
use ridgeline_lab::robust::{Change, scores};
use std::collections::BTreeMap;
use std::path::Path;

/// The score from which a stranger in a thousand would pass.
const BOUND: f32 = 3.0;
const THREADS: usize = 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifests: Vec<String> = std::env::args().skip(1).collect();
    if manifests.is_empty() || manifests.iter().any(|m| m.starts_with('-')) {
        return Err("usage: robust MANIFEST...".into());
    }
    for path in manifests {
        let entries = manifest::read(Path::new(&path))?;
        let mut numbers = BTreeMap::new();
        let mut images: Vec<(u32, GreyImage)> = Vec::new();
        for e in &entries {
            let next = numbers.len() as u32;
            let class = *numbers.entry((&e.subject, &e.instance)).or_insert(next);
            let image = raster::decode(&std::fs::read(&e.path)?, &raster::Hints::default())?;
            let ppi = e.ppi.or(image.ppi());
            images.push((class, image.with_ppi(ppi)));
        }
        println!("{path}");
        let prepared = |change: Change| {
            in_parallel(images.len(), THREADS, |i| change.template(&images[i].1).map(|t| Prepared::new(&t)))
        };
        let classes = images.iter().map(|(class, _)| *class);
        let plain: Vec<(u32, Option<Prepared>)> = classes.zip(prepared(Change::None)).collect();
        for change in Change::ALL {
            let changed = prepared(change);
            let found = scores(&plain, &changed);
            let missed = found.iter().filter(|s| **s < BOUND).count() as f64 / found.len().max(1) as f64;
            let refused = changed.iter().filter(|c| c.is_none()).count();
            println!("  {change:?}: {:.2} % under {BOUND}, {refused} refused", 100.0 * missed);
        }
    }
    Ok(())
}
