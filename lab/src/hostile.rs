//! Images that are no prints: what extraction does with them, and how long it takes.

use finger::extract;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use raster::{GreyImage, NoTrace};
use std::time::{Duration, Instant};

/// Largest side drawn, except for the long and narrow ones.
const MAX_SIDE_PX: u32 = 900;
/// Longest side of the long and narrow ones.
const MAX_LONG_PX: u32 = 60_000;

/// What an image shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One grey.
    Constant,
    /// Independent greys.
    Noise,
    /// Noise, blurred to the scale of ridges.
    Blobs,
    /// Straight stripes.
    Grating,
    /// Circles about a point.
    Rings,
    /// Squares.
    Checks,
    /// Rows of strokes like writing.
    Text,
    /// Stripes in the upper part, nothing below, as a file cut short decodes.
    Truncated,
    /// One side of a few pixels.
    Narrow,
    /// A slope from dark to bright.
    Slope,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Constant,
        Self::Noise,
        Self::Blobs,
        Self::Grating,
        Self::Rings,
        Self::Checks,
        Self::Text,
        Self::Truncated,
        Self::Narrow,
        Self::Slope,
    ];
}

/// What became of the images of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Images.
    pub images: usize,
    /// Those that gave a template.
    pub templates: usize,
    /// Those whose template has a quality of 30 or more: what a person might take for a print.
    pub good: usize,
    /// The longest extraction, in time of the processor where the system tells it: on a busy machine the clock
    /// measures the others.
    pub longest: Duration,
}

/// Time that this thread has used, or else the clock.
enum Spent {
    Thread(Duration),
    Clock(Instant),
}

impl Spent {
    fn now() -> Self {
        Self::thread().map_or_else(|| Self::Clock(Instant::now()), Self::Thread)
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Thread(before) => Self::thread().unwrap_or_default().saturating_sub(*before),
            Self::Clock(started) => started.elapsed(),
        }
    }

    /// Linux: nanoseconds on a processor, the first of three numbers.
    fn thread() -> Option<Duration> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    }
}

/// Images number `from` to `to` of the stream that `seed` names, by kind.
pub fn run(seed: u64, from: u64, to: u64) -> Vec<(Kind, Outcome)> {
    let mut all: Vec<(Kind, Outcome)> = Kind::ALL.iter().map(|k| (*k, Outcome::default())).collect();
    for number in from..to {
        let at = (number % Kind::ALL.len() as u64) as usize;
        let Some((kind, outcome)) = all.get_mut(at) else { continue };
        let Some(image) = draw(*kind, seed, number) else { continue };
        let started = Spent::now();
        let found = extract(&image, &mut NoTrace);
        outcome.longest = outcome.longest.max(started.elapsed());
        outcome.images += 1;
        if let Ok(e) = found {
            outcome.templates += 1;
            outcome.good += usize::from(e.quality.value >= 30);
        }
    }
    all
}

/// One image; none where its size is none that an image can have.
pub fn draw(kind: Kind, seed: u64, number: u64) -> Option<GreyImage> {
    let mut dice = ChaCha8Rng::seed_from_u64(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (w, h) = if kind == Kind::Narrow {
        let (thin, long) = (dice.random_range(1..=40), dice.random_range(1..=MAX_LONG_PX));
        if dice.random() { (thin, long) } else { (long, thin) }
    } else {
        (dice.random_range(1..=MAX_SIDE_PX), dice.random_range(1..=MAX_SIDE_PX))
    };
    let ppi = match dice.random_range(0..8) {
        0 => None,
        1 => Some(dice.random_range(1.0..3000.0)),
        2 => Some(250.0),
        3 => Some(1000.0),
        _ => Some(500.0),
    };
    let period = dice.random_range(2.0..30.0f32);
    let angle = dice.random_range(0.0..std::f32::consts::PI);
    let (s, c) = angle.sin_cos();
    let level = dice.random_range(0.0..255.0f32);
    let contrast = dice.random_range(1.0..127.0f32);
    let (cx, cy) = (dice.random_range(-0.5..1.5f32) * w as f32, dice.random_range(-0.5..1.5f32) * h as f32);
    let wave = |t: f32| (t * std::f32::consts::TAU / period).sin();
    let stripes = |x: f32, y: f32| level + contrast * wave(x * c + y * s);
    let cut = dice.random_range(0..=h);
    let mut strokes = vec![0.0f32; 64];
    strokes.iter_mut().for_each(|v| *v = if dice.random_bool(0.5) { contrast } else { 0.0 });
    let mut before = level;
    let pixels = (0..h)
        .flat_map(|y| (0..w).map(move |x| (x, y)))
        .map(|(x, y)| {
            let (fx, fy) = (x as f32, y as f32);
            let value = match kind {
                Kind::Constant => level,
                Kind::Noise | Kind::Narrow => dice.random_range(0.0..255.0),
                Kind::Blobs => {
                    before += (dice.random_range(-255.0..510.0f32) - before) / period;
                    before
                }
                Kind::Grating => stripes(fx, fy),
                Kind::Rings => level + contrast * wave((fx - cx).hypot(fy - cy)),
                Kind::Checks => level + contrast * (wave(fx) * wave(fy)).signum(),
                Kind::Text => {
                    let (column, row) = ((fx / period) as usize, (fy / (2.0 * period)) as usize);
                    let gap = (fy / period) as usize % 2 == 1;
                    let stroke = strokes.get((column * 7 + row * 13) % 64).copied().unwrap_or(0.0);
                    if gap { 255.0 } else { 255.0 - stroke }
                }
                Kind::Truncated => {
                    if y < cut {
                        stripes(fx, fy)
                    } else {
                        0.0
                    }
                }
                Kind::Slope => (fx * c + fy * s) * 255.0 / (w + h) as f32,
            };
            value.clamp(0.0, 255.0) as u8
        })
        .collect();
    GreyImage::new(w, h, ppi, pixels).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_print_gives_no_good_template() {
        for (kind, outcome) in run(1, 0, 60) {
            assert!(outcome.images > 0, "{kind:?}");
            assert_eq!(outcome.good, 0, "{kind:?}: {outcome:?}");
            assert!(outcome.longest < Duration::from_secs(60), "{kind:?}: {outcome:?}");
        }
    }
}
