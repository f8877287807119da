//! Finger templates to exchange records and back.

use biometric_records::Quality;
use biometric_records::fmr::{self, FingerView, FmrFormat, Geometry, MinutiaeRecord};
use finger::{Minutia, MinutiaKind, Template};

/// 500 ppi in pixels per centimetre, as records say it.
const PER_CM: u16 = 197;
/// Most minutiae of a view.
const MAX_MINUTIAE: usize = 255;

/// A record of one view; positions are rounded to pixels, directions to the format's step (256ths of a turn, or two
/// degrees).
pub(crate) fn to_record(template: &Template, position: u8, format: FmrFormat) -> MinutiaeRecord {
    let steps = (360.0 / format.angle_step_deg()) as f32;
    let minutiae = template
        .minutiae
        .iter()
        .take(MAX_MINUTIAE)
        .map(|m| fmr::Minutia {
            kind: match m.kind {
                MinutiaKind::Ending => fmr::MinutiaKind::Ending,
                MinutiaKind::Bifurcation => fmr::MinutiaKind::Bifurcation,
                MinutiaKind::Other => fmr::MinutiaKind::Other,
            },
            x: m.x.round() as u16,
            y: m.y.round() as u16,
            angle: ((m.direction * (steps / std::f32::consts::TAU)).round() as i32).rem_euclid(steps as i32)
                as u8,
            quality: Some((m.confidence * 100.0).round().clamp(1.0, 100.0) as u8),
        })
        .collect();
    MinutiaeRecord::new(
        format,
        vec![FingerView {
            position,
            quality: vec![Quality { score: template.quality, ..Quality::default() }],
            geometry: Geometry {
                width: template.width_px,
                height: template.height_px,
                x_per_cm: PER_CM,
                y_per_cm: PER_CM,
            },
            with_minutia_quality: true,
            minutiae,
            ..FingerView::default()
        }],
    )
}

/// The first view of a record, brought to 500 ppi.
pub(crate) fn from_record(record: &MinutiaeRecord) -> Option<Template> {
    let view = record.views.first()?;
    let scale = |per_cm: u16| if per_cm == 0 { 1.0 } else { 500.0 / 2.54 / f32::from(per_cm) };
    let (sx, sy) = (scale(view.geometry.x_per_cm), scale(view.geometry.y_per_cm));
    let step = (record.format.angle_step_deg() as f32).to_radians();
    let minutiae = view
        .minutiae
        .iter()
        .map(|m| Minutia {
            x: f32::from(m.x) * sx,
            y: f32::from(m.y) * sy,
            direction: f32::from(m.angle) * step,
            kind: match m.kind {
                fmr::MinutiaKind::Ending => MinutiaKind::Ending,
                fmr::MinutiaKind::Bifurcation => MinutiaKind::Bifurcation,
                fmr::MinutiaKind::Other | fmr::MinutiaKind::Reserved => MinutiaKind::Other,
            },
            // Not told counts as likely.
            confidence: m.quality.filter(|q| (1..=100).contains(q)).map_or(0.7, |q| f32::from(q) / 100.0),
        })
        .collect();
    let quality = view.quality.first().map_or(0, |q| q.score.min(100));
    Some(
        Template {
            width_px: (f32::from(view.geometry.width) * sx).round() as u16,
            height_px: (f32::from(view.geometry.height) * sy).round() as u16,
            quality,
            minutiae,
            flow: None,
        }
        .normalised(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_survives_the_record() {
        let minutiae = (0..30u8)
            .map(|i| Minutia {
                x: f32::from(i) * 9.0 + 3.0,
                y: f32::from(i) * 5.0 + 20.0,
                direction: f32::from(i) * 8.0 * (std::f32::consts::TAU / 256.0),
                kind: if i % 2 == 0 { MinutiaKind::Ending } else { MinutiaKind::Bifurcation },
                confidence: 0.5,
            })
            .collect();
        let template =
            Template { width_px: 300, height_px: 320, quality: 55, minutiae, flow: None }.normalised();
        for format in [FmrFormat::Iso2005, FmrFormat::Ansi2004] {
            let bytes = to_record(&template, 2, format).to_bytes().unwrap();
            let back = from_record(&MinutiaeRecord::read(&bytes).unwrap().value).unwrap();
            assert_eq!((back.width_px, back.quality, back.minutiae.len()), (300, 55, 30));
            // Rounded twice: to the record's step, and to the template's 256th of a turn.
            let most =
                (format.angle_step_deg() as f32 / 2.0).to_radians() + std::f32::consts::TAU / 512.0 + 1e-4;
            for (a, b) in template.minutiae.iter().zip(&back.minutiae) {
                let turn = (a.direction - b.direction).abs();
                let turn = turn.min(std::f32::consts::TAU - turn);
                assert!(
                    (a.x - b.x).abs() < 0.6 && (a.y - b.y).abs() < 0.6 && turn < most,
                    "{format:?}: {a:?} came back as {b:?}"
                );
                assert_eq!(a.kind, b.kind);
            }
        }
    }
}
