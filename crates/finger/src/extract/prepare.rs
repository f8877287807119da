//! Steps 1 and 2: any resolution to 500 ppi, then local normalisation.

use crate::plane::Plane;
use crate::{MAX_EXTRACT_PIXELS, Refusal};
use raster::GreyImage;

/// The resolution that everything inside works at.
pub(crate) const WORK_PPI: f64 = 500.0;

/// Radius of the box for local normalisation: 33 px hold three to four ridges.
const NORM_RADIUS_PX: usize = 16;

/// Added to the local deviation, so that a flat background stays flat.
const NORM_FLOOR: f32 = 6.0;

/// The image in grey levels at 500 ppi.
pub(crate) fn to_work_ppi(image: &GreyImage) -> Result<Plane, Refusal> {
    let ppi = image
        .ppi()
        .filter(|p| (crate::MIN_PPI..=crate::MAX_PPI).contains(p))
        .ok_or(Refusal::Resolution(image.ppi()))?;
    let scale = WORK_PPI / ppi;
    let w = ((f64::from(image.width()) * scale).round() as usize).max(1);
    let h = ((f64::from(image.height()) * scale).round() as usize).max(1);
    if w.saturating_mul(h) > MAX_EXTRACT_PIXELS {
        return Err(Refusal::TooLarge { width_px: w, height_px: h });
    }
    let source = Plane {
        w: image.width() as usize,
        h: image.height() as usize,
        v: image.pixels().iter().map(|p| f32::from(*p)).collect(),
    };
    Ok(if (source.w, source.h) == (w, h) { source } else { resize(&source, w, h) })
}

/// Catmull-Rom in both axes; the kernel widens when shrinking, so that nothing aliases.
pub(crate) fn resize(source: &Plane, w: usize, h: usize) -> Plane {
    let taps_x = taps(source.w, w);
    let taps_y = taps(source.h, h);
    let across = Plane::from_fn(w, source.h, |x, y| {
        let (start, weights) = &taps_x[x];
        weights.iter().enumerate().map(|(i, k)| k * source.at(start + i as isize, y as isize)).sum()
    });
    let mut out = Plane::new(w, h);
    for (y, (start, weights)) in taps_y.iter().enumerate() {
        for (i, k) in weights.iter().enumerate() {
            let sy = (start + i as isize).clamp(0, source.h as isize - 1) as usize;
            let row = &across.v[sy * w..(sy + 1) * w];
            out.v[y * w..(y + 1) * w].iter_mut().zip(row).for_each(|(o, v)| *o += k * v);
        }
    }
    out.v.iter_mut().for_each(|v| *v = v.clamp(0.0, 255.0));
    out
}

fn taps(from: usize, to: usize) -> Vec<(isize, Vec<f32>)> {
    let step = from as f64 / to as f64;
    let stretch = step.max(1.0);
    (0..to)
        .map(|i| {
            let centre = (i as f64 + 0.5) * step - 0.5;
            let start = (centre - 2.0 * stretch).ceil() as isize;
            let end = (centre + 2.0 * stretch).floor() as isize;
            let mut weights: Vec<f32> =
                (start..=end).map(|j| catmull_rom((j as f64 - centre) / stretch) as f32).collect();
            let sum: f32 = weights.iter().sum();
            weights.iter_mut().for_each(|k| *k /= sum);
            (start, weights)
        })
        .collect()
}

fn catmull_rom(t: f64) -> f64 {
    let t = t.abs();
    if t < 1.0 {
        (1.5 * t - 2.5) * t * t + 1.0
    } else if t < 2.0 {
        ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0
    } else {
        0.0
    }
}

/// (I - local mean) / (local deviation + floor), and the local deviation in grey levels.
pub(crate) fn normalise(grey: &Plane) -> (Plane, Plane) {
    let mean = grey.box_mean(NORM_RADIUS_PX);
    let square = grey.map(|v| v * v).box_mean(NORM_RADIUS_PX);
    let deviation = square.zip(&mean, |s, m| (s - m * m).max(0.0).sqrt());
    let mut out = grey.zip(&mean, |v, m| v - m);
    out.v.iter_mut().zip(&deviation.v).for_each(|(o, d)| *o /= d + NORM_FLOOR);
    (out, deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resizing_keeps_a_slow_wave() {
        let wave = |x: f32| 128.0 + 60.0 * (x * 0.2).sin();
        let source = Plane::from_fn(200, 50, |x, _| wave(x as f32 + 0.5));
        for (w, h) in [(100, 25), (400, 100), (195, 49)] {
            let out = resize(&source, w, h);
            let step = 200.0 / w as f32;
            for x in 10..w - 10 {
                let want = wave((x as f32 + 0.5) * step);
                assert!((out.at(x as isize, 10) - want).abs() < 2.5, "{w}: {x}");
            }
        }
    }

    #[test]
    fn normalising_removes_level_and_contrast() {
        let ridge = |x: usize, gain: f32, level: f32| level + gain * (x as f32 * 0.7).sin();
        let (strong, _) = normalise(&Plane::from_fn(120, 60, |x, _| ridge(x, 80.0, 120.0)));
        let (weak, _) = normalise(&Plane::from_fn(120, 60, |x, _| ridge(x, 40.0, 60.0)));
        for x in 30..90 {
            assert!((strong.at(x, 30) - weak.at(x, 30)).abs() < 0.2);
        }
    }
}
