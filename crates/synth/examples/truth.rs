//! How well extraction finds what is really there: `truth [PRINTS] [classical]`, over all presets.
//!
//! A minutia counts as found within 9 pixels and half a radian, each true one once.

use finger::{FrontEnd, Minutia, MinutiaKind, extract_with};
use model::FingerPosition;
use raster::NoTrace;
use rayon::prelude::*;
use ridgeline_synth::{
    Person,
    finger::{Condition, Preset, impression},
};
use std::f32::consts::{PI, TAU};

/// The seed of people that no training saw.
const SEED: u64 = 0x7e57;

#[derive(Default, Clone)]
struct Tally {
    prints: usize,
    refused: usize,
    truth: usize,
    found: usize,
    hits: usize,
    kinds: [usize; 2],
    px: f32,
    rad: f32,
    /// Per tenth of confidence: right, all.
    bins: [[usize; 2]; 10],
    /// Each found one: log-odds of its confidence, whether it was right.
    claims: Vec<(f64, bool)>,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let count = args.next().and_then(|n| n.parse().ok()).unwrap_or(16u64);
    let road = if args.next().is_some() { FrontEnd::Classical } else { FrontEnd::Learned };
    let mut all = Tally::default();
    for preset in Preset::ALL {
        let parts: Vec<Tally> = (0..count).into_par_iter().map(|i| measure(preset, i, road)).collect();
        let mut tally = Tally::default();
        parts.iter().for_each(|p| tally.add(p));
        println!("{preset:?}: {}", tally.line());
        all.add(&tally);
    }
    println!("all: {}", all.line());
    for (i, [right, total]) in all.bins.iter().enumerate() {
        let share = *right as f32 / (*total).max(1) as f32;
        println!("confidence {:.2}: {share:.3} of {total} right", (i as f32 + 0.5) / 10.0);
    }
    let (slope, offset) = line(&all.claims);
    println!(
        "log-odds of being right: {slope:.3} x log-odds of the confidence + {offset:.3} (1 and 0 are just)"
    );
}

fn measure(preset: Preset, index: u64, road: FrontEnd) -> Tally {
    let mut tally = Tally { prints: 1, ..Tally::default() };
    let person = Person::new(SEED, index);
    let positions = FingerPosition::TEN;
    let position = positions[index as usize % positions.len()];
    let seed = person.key() ^ index;
    let Some(print) = person
        .finger(position)
        .and_then(|master| impression(master, &Condition::draw(preset, seed), seed).ok())
    else {
        return Tally::default();
    };
    let Ok(made) = extract_with(&print.image, road, &mut NoTrace) else {
        tally.refused = 1;
        return tally;
    };
    tally.match_up(&print.truth.minutiae, &made.template.minutiae);
    tally
}

/// The line in the log-odds under which what was seen is likeliest, by Newton's steps.
fn line(claims: &[(f64, bool)]) -> (f64, f64) {
    let (mut a, mut b) = (1.0, 0.0);
    for _ in 0..40 {
        let (mut ga, mut gb, mut aa, mut ab, mut bb) = (0.0, 0.0, 1e-6, 0.0, 1e-6);
        for (x, right) in claims {
            let p = 1.0 / (1.0 + (-(a * x + b)).exp());
            let (e, w) = (f64::from(*right) - p, p * (1.0 - p));
            ga += e * x;
            gb += e;
            aa += w * x * x;
            ab += w * x;
            bb += w;
        }
        let det = aa * bb - ab * ab;
        a += (ga * bb - gb * ab) / det;
        b += (gb * aa - ga * ab) / det;
    }
    (a, b)
}

impl Tally {
    fn match_up(&mut self, truth: &[Minutia], found: &[Minutia]) {
        self.truth += truth.len();
        self.found += found.len();
        let mut used = vec![false; truth.len()];
        let mut found = found.to_vec();
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        for m in &found {
            let fits = |t: &Minutia| {
                let (dx, dy) = (t.x - m.x, t.y - m.y);
                let turn = (t.direction - m.direction + PI).rem_euclid(TAU) - PI;
                let d = (dx * dx + dy * dy).sqrt();
                (d < 9.0 && turn.abs() < 0.5).then_some((d, turn.abs()))
            };
            let best = truth
                .iter()
                .enumerate()
                .filter(|(i, _)| !used[*i])
                .filter_map(|(i, t)| Some((i, fits(t)?)))
                .min_by(|a, b| a.1.0.total_cmp(&b.1.0));
            let bin = &mut self.bins[((m.confidence * 10.0) as usize).min(9)];
            bin[1] += 1;
            let p = f64::from(m.confidence).clamp(0.004, 0.996);
            self.claims.push(((p / (1.0 - p)).ln(), best.is_some()));
            if let Some((i, (px, rad))) = best {
                used[i] = true;
                bin[0] += 1;
                self.hits += 1;
                self.px += px;
                self.rad += rad;
                if m.kind != MinutiaKind::Other {
                    self.kinds[1] += 1;
                    self.kinds[0] += usize::from(m.kind == truth[i].kind);
                }
            }
        }
    }

    fn add(&mut self, o: &Self) {
        self.prints += o.prints;
        self.refused += o.refused;
        self.truth += o.truth;
        self.found += o.found;
        self.hits += o.hits;
        self.px += o.px;
        self.rad += o.rad;
        self.claims.extend(&o.claims);
        for k in 0..2 {
            self.kinds[k] += o.kinds[k];
            self.bins.iter_mut().zip(&o.bins).for_each(|(a, b)| a[k] += b[k]);
        }
    }

    fn line(&self) -> String {
        let share = |a: usize, b: usize| a as f32 / b.max(1) as f32;
        let hits = self.hits.max(1) as f32;
        format!(
            "{} prints, {} refused, recall {:.3}, precision {:.3}, {:.2} px, {:.3} rad, type {:.3} of {:.3}",
            self.prints,
            self.refused,
            share(self.hits, self.truth),
            share(self.hits, self.found),
            self.px / hits,
            self.rad / hits,
            share(self.kinds[0], self.kinds[1]),
            share(self.kinds[1], self.hits),
        )
    }
}
