//! The learned finder: a small network sees the whole picture, reduced to [`LONG_PX`] along, and says where pupil and
//! iris lie and which part of the iris can be seen.
//!
//! Every cell that sees iris or pupil names the two circles. The circles on which most cells agree are taken, and how
//! many agree says how sure they are. Trained on synthetic eyes alone; `train/README.md` holds the model's card.

use crate::num;
use crate::plane::Plane;
use net::{CELL_PX, Image, Maps, Network};
use std::sync::OnceLock;

/// Longer side of what the network sees, pixels.
const LONG_PX: usize = 192;
/// Unit of the ways from a cell to the circles' middles, pixels.
const WAY_PX: f32 = 32.0;
/// Radii whose logarithm is zero: limbus, pupil.
const RADIUS_PX: [f32; 2] = [24.0, 10.0];
/// Reach of the local mean of the second plane: boxes of 33 pixels.
const LOCAL_REACH: usize = 16;
/// Numbers of a cell: log-odds of pupil, of iris and pupil, of iris that is seen; then the ways to the limbus's middle
/// and the logarithm of its radius, and the same of the pupil.
const CHANNELS: usize = 9;
const IRIS: usize = 1;
const SEEN: usize = 2;
const LIMBUS: usize = 3;
const PUPIL: usize = 6;

/// Cells whose limbus lies farther from the others' than this share of its radius count little.
const TOGETHER: f32 = 0.2;

/// Circles this share of the limbus's radius apart, middles and radii together, have nothing in common.
const APART: f32 = 0.5;

/// Agreement of boundaries that are nearly always wrong, and of such as are nearly always right.
const AGREEING: (f32, f32) = (0.30, 0.60);

/// As much evidence as one cell may bring in `cover`.
const MOST_HIDDEN: f32 = 4.0;

static WEIGHTS: &[u8] = include_bytes!("finder/weights.bin");

/// A circle: x, y, radius, pixels.
pub(crate) type Circle = (f32, f32, f32);

/// What the network finds, in the pixels of the plane that it was asked about.
pub(crate) struct Found {
    pub(crate) pupil: Circle,
    pub(crate) limbus: Circle,
    /// Cells that agree on the limbus over those that it holds, 0 to about 1.
    pub(crate) sure: f32,
    maps: Maps,
    /// Pixels of the plane a pixel of what the network saw.
    grain: f32,
}

impl Found {
    /// Looks at a plane; `None` where the network sees no eye at all.
    pub(crate) fn of(plane: &Plane) -> Option<Self> {
        let grain = plane.w.max(plane.h) as f32 / LONG_PX as f32;
        let side = |n: usize| ((n as f32 / grain + 0.5) as usize).max(1);
        let small = plane.resized(side(plane.w), side(plane.h));
        let maps = maps(&small)?;
        let (limbus, pupil, sure) = agreed(&maps)?;
        let whole = |(x, y, r): Circle| ((x + 0.5) * grain - 0.5, (y + 0.5) * grain - 0.5, r * grain);
        Some(Self { pupil: whole(pupil), limbus: whole(limbus), sure, maps, grain })
    }

    /// How well two circles are those that the network names, 0 to 1, the surer it is the more.
    pub(crate) fn agrees(&self, pupil: Circle, limbus: Circle) -> f32 {
        let near = |a: Circle, b: Circle, unit: f32| {
            let away = num::length(a.0 - b.0, a.1 - b.1) + (a.2 - b.2).abs();
            (1.0 - away / (APART * unit).max(1.0)).max(0.0)
        };
        let r = self.limbus.2;
        self.sure.min(1.0) * 0.5 * (near(pupil, self.pupil, r) + near(limbus, self.limbus, r))
    }

    /// What the network says of the boundaries that were found, 0 to 100. Of right ones in
    /// unaltered pictures of two sensors 95 in 100 have 96 or more, in noisy or blurred ones 77, with a dull sclera 40; of
    /// those whose limbus was taken at the skin beyond such a sclera, half have less than 43.
    pub(crate) fn percent(&self, pupil: Circle, limbus: Circle) -> f32 {
        let (none, full) = AGREEING;
        (100.0 * (self.agrees(pupil, limbus) - none) / (full - none)).clamp(0.0, 100.0)
    }

    /// Log-odds that something hides the iris at a point of the plane, at most [`MOST_HIDDEN`] either way.
    pub(crate) fn hidden(&self, x: f32, y: f32) -> f32 {
        let p = self.seen(x, y).clamp(1e-6, 1.0 - 1e-6);
        libm::logf((1.0 - p) / p).clamp(-MOST_HIDDEN, MOST_HIDDEN)
    }

    /// Probability that a point of the plane shows iris, pupil aside.
    fn seen(&self, x: f32, y: f32) -> f32 {
        let cell = |v: f32, n: usize| {
            (((v + 0.5) / self.grain - 0.5 * CELL_PX as f32) / CELL_PX as f32).clamp(0.0, n as f32 - 1.0)
        };
        let (x, y) = (cell(x, self.maps.w), cell(y, self.maps.h));
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.maps.w - 1), (y0 + 1).min(self.maps.h - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let at = |x: usize, y: usize| probability(self.maps.cell(x, y)[SEEN]);
        let top = at(x0, y0) * (1.0 - fx) + at(x1, y0) * fx;
        let bottom = at(x0, y1) * (1.0 - fx) + at(x1, y1) * fx;
        top * (1.0 - fy) + bottom * fy
    }
}

fn network() -> Option<&'static Network> {
    static NETWORK: OnceLock<Option<Network>> = OnceLock::new();
    NETWORK.get_or_init(|| Network::read(WEIGHTS, 2, CHANNELS).ok()).as_ref()
}

/// The network over the two planes that it was trained on.
fn maps(small: &Plane) -> Option<Maps> {
    let n = small.v.len().max(1) as f32;
    let mean = small.v.iter().sum::<f32>() / n;
    let deviation = (small.v.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n).sqrt();
    let whole: Vec<f32> = small.v.iter().map(|v| ((v - mean) / (deviation + 8.0)).clamp(-3.0, 3.0)).collect();
    let local = local(small);
    Some(network()?.maps(Image { w: small.w, h: small.h, planes: &[&whole, &local] }))
}

/// Every pixel against mean and deviation of the box around it, as far as the box lies in the picture.
fn local(small: &Plane) -> Vec<f32> {
    let (w, h) = (small.w, small.h);
    // Sums over all that lies above and to the left, of values and of squares; exact enough for differences.
    let mut sums = vec![(0.0f64, 0.0f64); (w + 1) * (h + 1)];
    for y in 0..h {
        let mut row = (0.0, 0.0);
        for x in 0..w {
            let v = f64::from(small.v[y * w + x] - 128.0);
            row = (row.0 + v, row.1 + v * v);
            let above = sums[y * (w + 1) + x + 1];
            sums[(y + 1) * (w + 1) + x + 1] = (above.0 + row.0, above.1 + row.1);
        }
    }
    let mut out = Vec::with_capacity(w * h);
    for y in 0..h {
        let rows = [y.saturating_sub(LOCAL_REACH), (y + LOCAL_REACH + 1).min(h)];
        for x in 0..w {
            let columns = [x.saturating_sub(LOCAL_REACH), (x + LOCAL_REACH + 1).min(w)];
            let [a, b, c, d] =
                [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(i, j)| sums[rows[i] * (w + 1) + columns[j]]);
            let n = ((rows[1] - rows[0]) * (columns[1] - columns[0])) as f64;
            let mean = (d.0 - c.0 - b.0 + a.0) / n;
            let square = (d.1 - c.1 - b.1 + a.1) / n;
            let deviation = (square - mean * mean).max(0.0).sqrt() as f32;
            out.push((small.v[y * w + x] - 128.0 - mean as f32) / (deviation + 6.0));
        }
    }
    out
}

fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + num::exp(-log_odds))
}

/// Limbus and pupil that most cells name, and the share that does.
fn agreed(maps: &Maps) -> Option<(Circle, Circle, f32)> {
    let side = CELL_PX as f32;
    let mut votes: Vec<(f32, Circle, Circle)> = Vec::new();
    for y in 0..maps.h {
        for x in 0..maps.w {
            let cell = maps.cell(x, y);
            let p = probability(cell[IRIS]);
            if p < 0.3 {
                continue;
            }
            let circle = |at: usize, unit: f32| {
                let (cx, cy) = (x as f32 * side + 0.5 * (side - 1.0), y as f32 * side + 0.5 * (side - 1.0));
                // Bounded: a radius that no picture holds is no number for the sums below.
                let r = unit * num::exp(cell[at + 2].clamp(-4.0, 4.0));
                (cx + WAY_PX * cell[at], cy + WAY_PX * cell[at + 1], r)
            };
            votes.push((p.powi(4), circle(LIMBUS, RADIUS_PX[0]), circle(PUPIL, RADIUS_PX[1])));
        }
    }
    let best = votes.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let middle = |weight: &dyn Fn(&Circle) -> f32| {
        let mut sums = ([0.0f32; 3], [0.0f32; 3], 1e-6f32);
        for (p, limbus, pupil) in &votes {
            let w = p * weight(limbus);
            sums.2 += w;
            for (sum, c) in [(&mut sums.0, limbus), (&mut sums.1, pupil)] {
                sum[0] += w * c.0;
                sum[1] += w * c.1;
                sum[2] += w * c.2;
            }
        }
        let mean = |s: [f32; 3]| (s[0] / sums.2, s[1] / sums.2, s[2] / sums.2);
        (mean(sums.0), mean(sums.1), sums.2)
    };
    // From what all say to what those near it say; or from the surest cell, where that gathers more.
    let gather = |from: Circle| {
        let mut at = (from, from, 0.0);
        for _ in 0..4 {
            let near = at.0;
            at = middle(&|c: &Circle| {
                let d = (c.0 - near.0).abs() + (c.1 - near.1).abs() + (c.2 - near.2).abs();
                let d = d / (TOGETHER * near.2).max(1.0);
                1.0 / (1.0 + d * d)
            });
        }
        at
    };
    let (all, one) = (gather(middle(&|_| 1.0).0), gather(best.1));
    let (limbus, pupil, count) = if one.2 > all.2 { one } else { all };
    let cells = std::f32::consts::PI * limbus.2 * limbus.2 / (side * side);
    let plausible = limbus.2 > 3.0 && pupil.2 > 0.5;
    plausible.then_some((limbus, pupil, count / cells.max(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_says_what_the_trainer_said() {
        let bytes = include_bytes!("finder/vector.bin");
        let mut words = bytes.chunks_exact(4).map(|b| [b[0], b[1], b[2], b[3]]);
        let mut size = || u32::from_le_bytes(words.next().unwrap()) as usize;
        let (h, w) = (size(), size());
        let values: Vec<f32> = words.map(f32::from_le_bytes).collect();
        let (picture, want) = values.split_at(h * w);
        let maps = maps(&Plane { w, h, v: picture.to_vec() }).unwrap();
        let cells = maps.w * maps.h;
        assert_eq!(want.len(), CHANNELS * cells);
        for (i, want) in want.iter().enumerate() {
            let got = maps.cell(i % cells % maps.w, i % cells / maps.w)[i / cells];
            assert!((got - want).abs() < 2e-3 * (1.0 + want.abs()), "channel {}: {got} {want}", i / cells);
        }
    }

    /// Cells that all name these circles but for a block of others; cells of the first disc are iris.
    fn named(limbus: Circle, pupil: Circle, other: Option<Circle>) -> Maps {
        Maps::from_fn(48, 36, CHANNELS, |x, y, k| {
            let (cx, cy) = (4.0 * x as f32 + 1.5, 4.0 * y as f32 + 1.5);
            let within = |c: Circle| num::length(cx - c.0, cy - c.1) < c.2;
            let (circle, iris) = match other.filter(|o| within(*o)) {
                Some(other) => (other, true),
                None => (limbus, within(limbus)),
            };
            match k {
                IRIS => {
                    if iris {
                        4.0
                    } else {
                        -6.0
                    }
                }
                3 => (circle.0 - cx) / WAY_PX,
                4 => (circle.1 - cy) / WAY_PX,
                5 => libm::logf(circle.2 / RADIUS_PX[0]),
                6 => (pupil.0 - cx) / WAY_PX,
                7 => (pupil.1 - cy) / WAY_PX,
                8 => libm::logf(pupil.2 / RADIUS_PX[1]),
                _ => 0.0,
            }
        })
    }

    #[test]
    fn most_cells_decide() {
        let (limbus, pupil) = ((100.0, 70.0, 40.0), (102.0, 69.0, 15.0));
        let near = |a: Circle, b: Circle| num::length(a.0 - b.0, a.1 - b.1) + (a.2 - b.2).abs() < 0.5;
        let (l, p, sure) = agreed(&named(limbus, pupil, None)).unwrap();
        assert!(near(l, limbus) && near(p, pupil) && sure > 0.8, "{l:?} {p:?} {sure}");
        let (l, _, less) = agreed(&named(limbus, pupil, Some((30.0, 30.0, 16.0)))).unwrap();
        assert!(near(l, limbus) && less > 0.6, "{l:?} {less}");
        assert!(agreed(&Maps::from_fn(48, 36, CHANNELS, |_, _, _| -9.0)).is_none());
    }

    #[test]
    fn rubbish_has_no_circles_that_are_no_numbers() {
        for (w, h) in [(64, 64), (1, 300), (700, 40)] {
            let v = (0..w * h).map(|i| ((i * 7919) % 251) as f32).collect();
            if let Some(found) = Found::of(&Plane { w, h, v }) {
                let all =
                    [found.pupil.0, found.pupil.1, found.pupil.2, found.limbus.0, found.limbus.2, found.sure];
                assert!(all.iter().all(|v| v.is_finite()), "{all:?}");
                assert!(found.hidden(0.0, 0.0).is_finite() && found.hidden(1e6, -1e6).is_finite());
            }
        }
    }
}
