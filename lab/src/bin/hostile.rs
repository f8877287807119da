//! Extraction on images that are no prints: `hostile [COUNT] [SEED]`; prints what became of each kind.

use ridgeline_lab::eval::in_parallel;
use ridgeline_lab::hostile::{Kind, Outcome, run};

/// Images unless stated otherwise.
const COUNT: u64 = 1000;
/// Images of one piece of work.
const PIECE: u64 = 50;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let count: u64 = args.next().map_or(Ok(COUNT), |n| n.parse())?;
    let seed: u64 = args.next().map_or(Ok(1), |n| n.parse())?;
    let pieces = count.div_ceil(PIECE) as usize;
    let found = in_parallel(pieces, 2, |i| run(seed, i as u64 * PIECE, ((i as u64 + 1) * PIECE).min(count)));
    for kind in Kind::ALL {
        let mut sum = Outcome::default();
        for (_, o) in found.iter().flatten().filter(|(k, _)| *k == kind) {
            sum.images += o.images;
            sum.templates += o.templates;
            sum.good += o.good;
            sum.longest = sum.longest.max(o.longest);
        }
        println!(
            "{kind:?}: {} images, {} templates, {} of them of quality 30 or more, longest {} ms",
            sum.images,
            sum.templates,
            sum.good,
            sum.longest.as_millis()
        );
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && let Some(line) = status.lines().find(|l| l.starts_with("VmHWM"))
    {
        println!("most memory: {}", line.trim_start_matches("VmHWM:").trim());
    }
    Ok(())
}
