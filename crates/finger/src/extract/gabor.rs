//! Step 5: a complex Gabor filter per pixel, tuned to the local orientation and period.
//!
//! The even part is the ridge image, the odd part its quadrature; together they give amplitude and phase.

use super::flow::{CELL_PX, Flow};
use super::kernels::{self, Kernel, Tap};
use crate::plane::Plane;
use std::sync::OnceLock;

/// Orientations over half a turn: at most 2.8 degrees off.
pub(crate) const ORIENTATIONS: usize = 32;
/// Periods, 5 px and up in steps of 10 %.
const PERIODS: usize = 12;
const MIN_PERIOD_PX: f32 = 5.0;
const PERIOD_STEP: f32 = 1.1;
/// Width of the envelope across the ridges, in periods.
const SIGMA_ACROSS: f32 = 0.42;
/// Width of the envelope along the ridges, in periods.
const SIGMA_ALONG: f32 = 0.52;
/// Where the envelope is cut, in its own widths.
const CUT: f32 = 2.3;
/// The largest kernel's radius: CUT * SIGMA_ALONG * 5 * 1.1^11.
const MAX_RADIUS: usize = 18;
/// Room at the right for kernels padded to whole lanes.
const SLACK: usize = 8;

/// The filtered image.
pub(crate) struct Waves {
    /// Positive on valleys (bright), negative on ridges.
    pub(crate) even: Plane,
    /// Quadrature along the normal of `bin`.
    pub(crate) odd: Plane,
    /// Orientation bin of each pixel's normal; [`NO_BIN`] where nothing was computed.
    pub(crate) bin: Vec<u8>,
}

/// Marks pixels outside the mask.
pub(crate) const NO_BIN: u8 = u8::MAX;

/// Unit normal of an orientation bin, image axes.
pub(crate) fn normal(bin: u8) -> (f32, f32) {
    let a = core::f32::consts::PI * f32::from(bin) / ORIENTATIONS as f32;
    (libm::cosf(a), libm::sinf(a))
}

/// Filters the pixels whose cell has `mask` above zero.
pub(crate) fn filter(image: &Plane, flow: &Flow, period: &Plane, mask: &Plane) -> Waves {
    let bank = bank();
    let (w, h) = (image.w, image.h);
    let stride = w + 2 * MAX_RADIUS + SLACK;
    let mut padded = vec![0.0f32; stride * (h + 2 * MAX_RADIUS + 1)];
    for y in 0..h + 2 * MAX_RADIUS {
        let sy = y.saturating_sub(MAX_RADIUS).min(h - 1);
        let row = &image.v[sy * w..(sy + 1) * w];
        let out = &mut padded[y * stride..(y + 1) * stride];
        out[..MAX_RADIUS].fill(row[0]);
        out[MAX_RADIUS..MAX_RADIUS + w].copy_from_slice(row);
        out[MAX_RADIUS + w..].fill(row[w - 1]);
    }
    let mut bin = vec![NO_BIN; w * h];
    let mut taps = Vec::new();
    for y in 0..h {
        for x in 0..w {
            let cell = (y / CELL_PX) * mask.w + x / CELL_PX;
            if mask.v[cell] <= 0.0 {
                continue;
            }
            let (c2, s2) = flow.at_px(x as f32, y as f32);
            let angle = 0.5 * libm::atan2f(s2, c2);
            let k = (angle * (ORIENTATIONS as f32 / core::f32::consts::PI)).round() as i32;
            let k = k.rem_euclid(ORIENTATIONS as i32) as usize;
            let p = period_bin(period.v[cell]);
            bin[y * w + x] = k as u8;
            let r = bank[p * ORIENTATIONS + k].radius;
            taps.push(Tap {
                kernel: (p * ORIENTATIONS + k) as u32,
                from: ((y + MAX_RADIUS - r) * stride + x + MAX_RADIUS - r) as u32,
                to: (y * w + x) as u32,
            });
        }
    }
    let mut even = Plane::new(w, h);
    let mut odd = Plane::new(w, h);
    kernels::apply(&padded, stride, bank, &taps, &mut even.v, &mut odd.v);
    Waves { even, odd, bin }
}

fn period_bin(period: f32) -> usize {
    let steps = libm::logf((period / MIN_PERIOD_PX).max(1.0)) / libm::logf(PERIOD_STEP);
    (steps.round() as usize).min(PERIODS - 1)
}

fn bank() -> &'static [Kernel] {
    static BANK: OnceLock<Vec<Kernel>> = OnceLock::new();
    BANK.get_or_init(|| {
        (0..PERIODS)
            .flat_map(|p| {
                let period = MIN_PERIOD_PX * libm::powf(PERIOD_STEP, p as f32);
                (0..ORIENTATIONS).map(move |k| kernel(period, normal(k as u8)))
            })
            .collect()
    })
}

fn kernel(period: f32, (nx, ny): (f32, f32)) -> Kernel {
    let (sn, st) = (SIGMA_ACROSS * period, SIGMA_ALONG * period);
    let radius = ((CUT * sn.max(st)).ceil() as usize).min(MAX_RADIUS);
    let side = 2 * radius + 1;
    let width = side.div_ceil(kernels::LANES) * kernels::LANES;
    let omega = core::f32::consts::TAU / period;
    let cells = || {
        (0..side * side).map(move |i| {
            let x = (i % side) as f32 - radius as f32;
            let y = (i / side) as f32 - radius as f32;
            let (n, t) = (x * nx + y * ny, y * nx - x * ny);
            let g = libm::expf(-0.5 * (n * n / (sn * sn) + t * t / (st * st)));
            (i, g, libm::cosf(omega * n), libm::sinf(omega * n))
        })
    };
    let (envelope, mean) = cells().fold((0.0, 0.0), |(e, m), (_, g, c, _)| (e + g, m + g * c));
    let mean = mean / envelope;
    let gain_even: f32 = cells().map(|(_, g, c, _)| g * (c - mean) * c).sum();
    let gain_odd: f32 = cells().map(|(_, g, _, s)| g * s * s).sum();
    let mut even = vec![0.0; width * side];
    let mut odd = even.clone();
    for (i, g, c, s) in cells() {
        let at = (i / side) * width + i % side;
        even[at] = g * (c - mean) / gain_even;
        odd[at] = g * s / gain_odd;
    }
    Kernel { radius, width, even, odd }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::flow::flow;

    #[test]
    fn a_pure_wave_comes_back_with_its_phase() {
        let image = Plane::from_fn(80, 80, |x, y| {
            ((x as f32 * 0.6 + y as f32 * 0.8) * core::f32::consts::TAU / 9.0).cos()
        });
        let field = flow(&image, 8.0, None);
        let all = Plane::from_fn(field.c2.w, field.c2.h, |_, _| 1.0);
        let waves = filter(&image, &field, &all.map(|_| 9.0), &all);
        for y in 30..50 {
            for x in 30..50 {
                let i = y * 80 + x;
                assert!((waves.even.v[i] - image.v[i]).abs() < 0.15);
                let amplitude = waves.even.v[i].hypot(waves.odd.v[i]);
                assert!((amplitude - 1.0).abs() < 0.15, "{amplitude}");
            }
        }
    }

    #[test]
    fn largest_kernel_fits() {
        assert!(bank().iter().all(|k| k.radius <= MAX_RADIUS && k.width <= 2 * MAX_RADIUS + 1 + SLACK));
    }
}
