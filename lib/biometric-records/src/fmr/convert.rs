//! One edition's minutiae in another.

use super::{Delta, Extended, FmrFormat, MinutiaeRecord};
use crate::common::{Capture, DateTime, ProductId, Quality};
use crate::error::{Error, Result};

pub(super) fn convert(from: &MinutiaeRecord, to: FmrFormat) -> Result<MinutiaeRecord> {
    if from.format == to {
        return Ok(from.clone());
    }
    let mut out = from.clone();
    out.format = to;
    out.version = *to.version();
    out.declared_length = None;
    out.trailing.clear();
    out.product = to.is_ansi().then(|| from.product.unwrap_or(ProductId { owner: 0, kind: 0 }));
    out.geometry =
        to.has_header_geometry().then(|| from.views.first().map(|v| v.geometry).unwrap_or_default());
    out.certification_flag &= to == FmrFormat::Iso2011;
    // Device numbers are 12 bits before 2009 and 16 since; compliance moves between 4 bits and a byte.
    let certified = from.device_compliance != 0;
    match to {
        FmrFormat::Iso2011 => (out.device_compliance, out.device) = (0, 0),
        FmrFormat::Ansi2009 | FmrFormat::Ansi2009Am1 => {
            out.device_compliance = if certified { 0x80 } else { 0 };
        }
        FmrFormat::Iso2005 | FmrFormat::Ansi2004 | FmrFormat::Ansi2007 => {
            out.device_compliance = if certified { 8 } else { 0 };
            out.device &= 0x0fff;
        }
    }
    let turn = |angle: u8| turned(angle, from.format, to);
    for view in &mut out.views {
        view.bare_extended_lengths = false;
        view.declared_extended_length = None;
        if to == FmrFormat::Iso2011 {
            view.capture.get_or_insert_with(|| Capture {
                time: DateTime::UNKNOWN,
                device: from.device,
                ..Capture::default()
            });
        } else {
            view.capture = None;
            view.ending_kind = 0;
            view.with_minutia_quality = true;
            view.quality.truncate(1);
            if view.quality.is_empty() {
                view.quality.push(Quality {
                    score: if to.has_header_geometry() { 0 } else { 254 },
                    ..Quality::default()
                });
            }
        }
        if to.has_header_geometry() {
            for q in &mut view.quality {
                *q = Quality { score: if q.score > 100 { 0 } else { q.score }, vendor: 0, algorithm: 0 };
            }
        }
        for m in &mut view.minutiae {
            m.angle = turn(m.angle);
            if to != FmrFormat::Iso2011 || view.with_minutia_quality {
                let not_told = if to.has_header_geometry() { 0 } else { 254 };
                m.quality = Some(match m.quality {
                    Some(q) if q <= 100 || !to.has_header_geometry() => q,
                    _ => not_told,
                });
            }
        }
        view.extended.retain(|e| !matches!(e, Extended::Zonal(_) | Extended::Unstructured(_)));
        for block in &mut view.extended {
            if let Extended::Singularities { cores, deltas } = block {
                cores.iter_mut().for_each(|c| c.angle = c.angle.map(turn));
                deltas.iter_mut().for_each(|d: &mut Delta| d.angles = d.angles.map(|a| a.map(turn)));
            }
        }
    }
    if to.is_ansi() && from.views.iter().any(|v| v.geometry.x_per_cm == 0 || v.geometry.y_per_cm == 0) {
        return Err(Error::Value { field: "sampling", why: "it is zero".into() });
    }
    out.to_bytes()?; // what cannot be written is refused here rather than later
    Ok(out)
}

/// The nearest step of the other unit.
fn turned(angle: u8, from: FmrFormat, to: FmrFormat) -> u8 {
    match (from.is_ansi(), to.is_ansi()) {
        (true, false) => ((u32::from(angle) * 256 + 90) / 180 % 256) as u8,
        (false, true) => ((u32::from(angle) * 180 + 128) / 256 % 180) as u8,
        _ => angle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_survive_the_way_to_ansi_and_back_within_a_step() {
        for angle in 0..=255_u8 {
            let there = turned(angle, FmrFormat::Iso2005, FmrFormat::Ansi2004);
            assert!(there < 180);
            let back = turned(there, FmrFormat::Ansi2004, FmrFormat::Iso2005);
            let off = i16::from(angle.wrapping_sub(back) as i8).abs();
            assert!(off <= 1, "{angle} came back as {back}");
        }
    }
}
