//! Measurements taken of real and synthetic prints alike.

use finger::{FLOW_CELL_PX, Prepared, Template, compare, extract};
use raster::{GreyImage, NoTrace};
use rayon::prelude::*;

/// What was measured of one print.
#[derive(Default)]
pub(crate) struct Print {
    pub(crate) subject: usize,
    pub(crate) density: f32,
    pub(crate) area_mm2: f32,
    pub(crate) period: f32,
    pub(crate) coherence: f32,
    pub(crate) quality: f32,
    /// Width and height of the box around the foreground, and its middle against the picture's; pixels at 500 ppi.
    pub(crate) span: (f32, f32),
    pub(crate) middle: (f32, f32),
    /// Mean grey of the foreground, and the share of it that is darker than the mean of its surroundings.
    pub(crate) grey: f32,
    pub(crate) dark: f32,
    /// Of its minutiae.
    pub(crate) confidences: Vec<f32>,
    /// Where they are.
    pub(crate) minutiae: Vec<(f32, f32)>,
    pub(crate) prepared: Option<Prepared>,
    /// What NIST's MINDTCT finds, for BOZORTH3.
    pub(crate) nbis: Vec<fprint_bozorth3::Minutia>,
}

impl Print {
    pub(crate) fn of(subject: usize, image: &GreyImage) -> Self {
        let nothing = Self {
            subject,
            density: f32::NAN,
            area_mm2: f32::NAN,
            period: f32::NAN,
            coherence: f32::NAN,
            span: (f32::NAN, f32::NAN),
            middle: (f32::NAN, f32::NAN),
            grey: f32::NAN,
            dark: f32::NAN,
            ..Self::default()
        };
        let Ok(found) = extract(image, &mut NoTrace) else { return nothing };
        let template = &found.template;
        let cells =
            template.flow.as_ref().map_or(0, |f| f.cells().iter().filter(|c| **c != finger::NO_FLOW).count());
        let area_mm2 = (cells * FLOW_CELL_PX * FLOW_CELL_PX) as f32 / (19.685 * 19.685);
        let (period, coherence) = waves(image, template);
        let (span, middle, grey, dark) = ground(image, template);
        Self {
            subject,
            density: template.minutiae.len() as f32 / area_mm2,
            area_mm2,
            period,
            coherence,
            span,
            middle,
            grey,
            dark,
            minutiae: template.minutiae.iter().map(|m| (m.x, m.y)).collect(),
            quality: f32::from(found.quality.value),
            confidences: template.minutiae.iter().map(|m| m.confidence).collect(),
            prepared: Some(Prepared::new(template)),
            nbis: nbis(image),
        }
    }
}

/// Box of the foreground, its middle against the picture's, mean grey and the share that is darker than the mean of the
/// 17 pixels around.
fn ground(image: &GreyImage, template: &Template) -> ((f32, f32), (f32, f32), f32, f32) {
    let nothing = ((f32::NAN, f32::NAN), (f32::NAN, f32::NAN), f32::NAN, f32::NAN);
    let Some(flow) = &template.flow else { return nothing };
    let (w, h) = (image.width() as usize, image.height() as usize);
    let scale = image.ppi().unwrap_or(500.0) as f32 / 500.0;
    let cell = FLOW_CELL_PX as f32;
    let mut columns = (usize::MAX, 0);
    let mut rows = (usize::MAX, 0);
    let (mut n, mut sum, mut under) = (0.0_f32, 0.0_f32, 0.0_f32);
    for row in 0..flow.rows() {
        for column in 0..flow.columns() {
            if flow.angle(column, row).is_none() {
                continue;
            }
            columns = (columns.0.min(column), columns.1.max(column + 1));
            rows = (rows.0.min(row), rows.1.max(row + 1));
            let x0 = (column as f32 * cell * scale) as usize;
            let y0 = (row as f32 * cell * scale) as usize;
            // The cell and a box around it whose mean is the threshold.
            let range = |v: usize, out: usize, most: usize| {
                v.saturating_sub(out).min(most)..(v + (cell * scale) as usize + out).min(most)
            };
            let (mut around, mut count) = (0.0_f32, 0.0_f32);
            for y in range(y0, 4, h) {
                for v in &image.pixels()[y * w + range(x0, 4, w).start..y * w + range(x0, 4, w).end] {
                    around += f32::from(*v);
                    count += 1.0;
                }
            }
            for y in range(y0, 0, h) {
                for v in &image.pixels()[y * w + range(x0, 0, w).start..y * w + range(x0, 0, w).end] {
                    n += 1.0;
                    sum += f32::from(*v);
                    under += f32::from(u8::from(f32::from(*v) * count < around));
                }
            }
        }
    }
    if n == 0.0 {
        return nothing;
    }
    let span = ((columns.1 - columns.0) as f32 * cell, (rows.1 - rows.0) as f32 * cell);
    let middle = (
        0.5 * ((columns.0 + columns.1) as f32 * cell - w as f32 / scale),
        0.5 * ((rows.0 + rows.1) as f32 * cell - h as f32 / scale),
    );
    (span, middle, sum / n, under / n)
}

/// Minutiae by MINDTCT, the best 150 as BOZORTH3 reads them.
fn nbis(image: &GreyImage) -> Vec<fprint_bozorth3::Minutia> {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let ppi = image.ppi().unwrap_or(500.0) as u16;
    let Ok(gray) = fprint_mindtct::GrayImage::new(image.pixels(), w, h, ppi) else { return Vec::new() };
    let mut found = fprint_mindtct::detect_minutiae(gray);
    found.sort_by_key(|m| std::cmp::Reverse(m.quality));
    found.truncate(fprint_bozorth3::DEFAULT_BOZORTH_MINUTIAE);
    found.iter().map(|m| fprint_bozorth3::Minutia::from_xyt(m.x, m.y, m.theta)).collect()
}

/// Mean ridge period (pixels at 500 ppi, by autocorrelation across the ridges) and coherence of the gradients over
/// the foreground's cells.
fn waves(image: &GreyImage, template: &Template) -> (f32, f32) {
    let Some(flow) = &template.flow else { return (f32::NAN, f32::NAN) };
    let (w, h) = (image.width() as i32, image.height() as i32);
    let scale = image.ppi().unwrap_or(500.0) as f32 / 500.0;
    let at = |x: f32, y: f32| {
        let (x, y) = ((x as i32).clamp(0, w - 1), (y as i32).clamp(0, h - 1));
        f32::from(image.pixels()[(y * w + x) as usize])
    };
    let (mut periods, mut coherences) = (Vec::new(), Vec::new());
    for row in 0..flow.rows() {
        for column in 0..flow.columns() {
            let Some(theta) = flow.angle(column, row) else { continue };
            let cx = (column as f32 + 0.5) * FLOW_CELL_PX as f32 * scale;
            let cy = (row as f32 + 0.5) * FLOW_CELL_PX as f32 * scale;
            let (s, c) = theta.sin_cos();
            // A profile across the ridges, averaged over 13 pixels along them; y runs down.
            let profile: Vec<f32> = (-24..=24)
                .map(|k| {
                    (-6..=6)
                        .map(|t| at(cx + s * k as f32 + c * t as f32, cy + c * k as f32 - s * t as f32))
                        .sum::<f32>()
                })
                .collect();
            if let Some(p) = first_peak(&profile) {
                periods.push(p / scale);
            }
            let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
            for dy in -8..8 {
                for dx in -8..8 {
                    let (x, y) = (cx + dx as f32, cy + dy as f32);
                    let (gx, gy) = (at(x + 1.0, y) - at(x - 1.0, y), at(x, y + 1.0) - at(x, y - 1.0));
                    xx += gx * gx;
                    yy += gy * gy;
                    xy += gx * gy;
                }
            }
            if xx + yy > 0.0 {
                coherences.push(((xx - yy) * (xx - yy) + 4.0 * xy * xy).sqrt() / (xx + yy));
            }
        }
    }
    (median(&mut periods), median(&mut coherences))
}

/// Lag of the first maximum of the autocorrelation between 4 and 18 samples, if it is clear.
fn first_peak(profile: &[f32]) -> Option<f32> {
    let n = profile.len();
    let mean = profile.iter().sum::<f32>() / n as f32;
    let r: Vec<f32> = (0..20)
        .map(|lag| {
            (0..n - lag).map(|i| (profile[i] - mean) * (profile[i + lag] - mean)).sum::<f32>()
                / (n - lag) as f32
        })
        .collect();
    let lag = (4..19).find(|&k| r[k] > r[k - 1] && r[k] >= r[k + 1] && r[k] > 0.3 * r[0])?;
    let (a, b, c) = (r[lag - 1], r[lag], r[lag + 1]);
    let bend = a - 2.0 * b + c;
    Some(lag as f32 + if bend < 0.0 { 0.5 * (a - c) / bend } else { 0.0 })
}

pub(crate) fn median(values: &mut [f32]) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f32::NAN)
}

/// All scores of a set.
pub(crate) struct Sheet {
    pub(crate) genuine: Vec<f32>,
    pub(crate) impostor: Vec<f32>,
}

impl Sheet {
    /// Scores of our engine.
    pub(crate) fn of(prints: &[Print]) -> Self {
        Self::by(prints, |a, b| match (&a.prepared, &b.prepared) {
            (Some(x), Some(y)) => compare(x, y).llr,
            _ => -9.0,
        })
    }

    /// Scores of MINDTCT and BOZORTH3.
    pub(crate) fn of_nbis(prints: &[Print]) -> Self {
        Self::by(prints, |a, b| fprint_bozorth3::match_score(&a.nbis, &b.nbis) as f32)
    }

    pub(crate) fn by(prints: &[Print], score: impl Fn(&Print, &Print) -> f32 + Sync) -> Self {
        let scores: Vec<(bool, f32)> = (0..prints.len())
            .into_par_iter()
            .flat_map_iter(|i| {
                let (a, score) = (&prints[i], &score);
                prints[i + 1..].iter().map(move |b| (a.subject == b.subject, score(a, b)))
            })
            .collect();
        let pick = |genuine: bool| scores.iter().filter(|s| s.0 == genuine).map(|s| s.1).collect();
        Self { genuine: pick(true), impostor: pick(false) }
    }

    /// Where false matches and false non-matches are equally many.
    pub(crate) fn eer(&self) -> f32 {
        let mut all: Vec<f32> = self.genuine.iter().chain(&self.impostor).copied().collect();
        all.sort_by(f32::total_cmp);
        let share = |v: &[f32], t: f32| v.iter().filter(|s| **s < t).count() as f32 / v.len().max(1) as f32;
        all.iter()
            .step_by(1 + all.len() / 800)
            .map(|t| share(&self.genuine, *t).max(1.0 - share(&self.impostor, *t)))
            .fold(1.0, f32::min)
    }
}

/// The values that 5, 25, 50, 75 and 95 % lie below.
pub(crate) fn quantiles(values: &[f32]) -> String {
    let mut v = values.to_vec();
    v.sort_by(f32::total_cmp);
    let at = |q: usize| v.get(q * v.len().saturating_sub(1) / 20).copied().unwrap_or(f32::NAN);
    [1, 5, 10, 15, 19].map(|q| format!("{:7.3}", at(q))).join(" ")
}

/// The Kolmogorov-Smirnov distance of two samples.
pub(crate) fn ks(a: &[f32], b: &[f32]) -> f32 {
    let (mut a, mut b) = (a.to_vec(), b.to_vec());
    a.sort_by(f32::total_cmp);
    b.sort_by(f32::total_cmp);
    let (mut i, mut j, mut most) = (0, 0, 0.0_f32);
    while i < a.len() && j < b.len() {
        let v = a[i].min(b[j]);
        while i < a.len() && a[i] <= v {
            i += 1;
        }
        while j < b.len() && b[j] <= v {
            j += 1;
        }
        most = most.max((i as f32 / a.len() as f32 - j as f32 / b.len() as f32).abs());
    }
    most
}
