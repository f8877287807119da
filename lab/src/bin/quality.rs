//! Whether fingers' quality foretells which mates will be missed, and where it comes from:
//! `quality curve TEMPLATES MANIFEST...` prints the error that is left when the worst pairs are put aside, for our
//! quality and for the one in the manifests' column `quality` (`lab/nfiq2.py` writes NFIQ 2's there), for mates missed by
//! our comparison and, in a build with `--features nbis`, by BOZORTH3;
//! `quality learn FOLDER...` finds the formula on the synthetic prints of `calibrate-finger extract`.

use ridgeline_lab::discard::{Judged, curve, judged, margin_at, rank_correlation};
use ridgeline_lab::engines::Fingers;
use ridgeline_lab::eval::{Engine, Evaluation, evaluate};
use ridgeline_lab::kept::Kept;
use ridgeline_lab::learn::{prints, quality};
use ridgeline_lab::manifest::{self, Entry};
use std::path::Path;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Shares of the pairs put aside.
const SHARES: [f64; 6] = [0.0, 0.05, 0.1, 0.2, 0.3, 0.5];
/// The false match rate at which mates are missed.
const FMR: f64 = 1e-3;
/// Few are missed there; so many of all sets' are at stricter thresholds.
const STRICTER: [f64; 2] = [0.05, 0.1];

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((what, rest)) if what == "curve" && rest.len() >= 2 => curves(&rest[0], &rest[1..]),
        Some((what, rest)) if what == "learn" && !rest.is_empty() => learn(rest),
        _ => Err("usage: quality curve TEMPLATES MANIFEST... | learn FOLDER...".into()),
    }
}

fn learn(folders: &[String]) -> Outcome {
    let mut all = Vec::new();
    for folder in folders {
        all.extend(prints::read(Path::new(folder))?);
    }
    let found = quality::utilities(&all);
    let ([real, mean, constant], explained) = quality::fit(&found);
    println!(
        "{} prints: evidence = {real:.3} ln(real minutiae) + {mean:.3} mean confidence + {constant:.3}, \
         {explained:.3} of the variance",
        found.len()
    );
    Ok(())
}

/// Mates with one quality, set by set.
#[derive(Default)]
struct Column(Vec<(String, Vec<Judged>)>);

fn curves(templates: &str, manifests: &[String]) -> Outcome {
    let kept = Kept::open(Path::new(templates), Fingers::NAME)?;
    let (mut ours, mut theirs) = (Column::default(), Column::default());
    #[cfg(feature = "nbis")]
    let (mut ours_nbis, mut theirs_nbis) = (Column::default(), Column::default());
    for path in manifests {
        let entries = manifest::read(Path::new(path))?;
        let name = Path::new(path).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let found = evaluate(Fingers::default(), &entries, &load, Some(&kept), 1);
        let own = |i| own_quality(&found, i);
        let other = |i: usize| entries.get(i)?.quality.map(f32::from);
        ours.0.extend(judged(&found.pairs, own, FMR).map(|j| (name.clone(), j)));
        theirs.0.extend(judged(&found.pairs, other, FMR).map(|j| (name.clone(), j)));
        #[cfg(feature = "nbis")]
        {
            let peer = evaluate(ridgeline_lab::engines::Nbis, &entries, &load, None, 1);
            ours_nbis.0.extend(judged(&peer.pairs, own, FMR).map(|j| (name.clone(), j)));
            theirs_nbis.0.extend(judged(&peer.pairs, other, FMR).map(|j| (name.clone(), j)));
        }
    }
    print!("{:36}", "per cent missed of what is left, put aside:");
    SHARES.iter().for_each(|s| print!(" {:6}", 100.0 * s));
    println!("  rank correlation");
    ours.print("our quality, our comparison");
    theirs.print("the manifest's quality, our comparison");
    #[cfg(feature = "nbis")]
    {
        ours_nbis.print("our quality, BOZORTH3");
        theirs_nbis.print("the manifest's quality, BOZORTH3");
    }
    Ok(())
}

impl Column {
    fn print(&self, what: &str) {
        if self.0.is_empty() {
            return;
        }
        println!("{what}");
        for (name, judged) in &self.0 {
            line(name, judged, 0.0);
        }
        let all: Vec<Judged> = self.0.iter().flat_map(|(_, j)| j.clone()).collect();
        line("together, each set's threshold", &all, 0.0);
        for share in STRICTER {
            line(&format!("together, {} % missed", 100.0 * share), &all, margin_at(&all, share));
        }
    }
}

fn line(name: &str, judged: &[Judged], least: f32) {
    print!("  {name:41}");
    curve(judged, least, &SHARES).iter().for_each(|v| print!(" {:6.2}", 100.0 * v));
    println!("  {:.3}", rank_correlation(judged));
}

fn own_quality(found: &Evaluation<Fingers>, i: usize) -> Option<f32> {
    Some(match &found.samples.get(i)?.outcome {
        Ok(sample) => f32::from(found.engine.quality(sample)?),
        Err(_) => 0.0,
    })
}

fn load(entry: &Entry) -> Result<raster::GreyImage, String> {
    let bytes = std::fs::read(&entry.path).map_err(|e| e.to_string())?;
    let image = raster::decode(&bytes, &raster::Hints::default()).map_err(|e| e.to_string())?;
    let ppi = entry.ppi.or(image.ppi());
    Ok(image.with_ppi(ppi))
}
