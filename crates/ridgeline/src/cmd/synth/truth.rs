//! Ground truth as JSON.

use serde_json::{Value, json};
use synth::{eye::EyeTruth, finger::GroundTruth};

/// Rounds for reading: `places` digits after the point; none where there is no value.
fn round(value: f32, places: i32) -> Value {
    let scale = 10_f64.powi(places);
    if value.is_finite() { json!((f64::from(value) * scale).round() / scale) } else { Value::Null }
}

/// The truth of an impression; the mask goes beside it as a picture.
pub(super) fn finger(truth: &GroundTruth) -> Value {
    let kind = |k: finger::MinutiaKind| match k {
        finger::MinutiaKind::Ending => "ending",
        finger::MinutiaKind::Bifurcation => "bifurcation",
        finger::MinutiaKind::Other => "other",
    };
    json!({
        "units": "pixels at 500 ppi, radians anticlockwise",
        "minutiae": truth.minutiae.iter().map(|m| json!({
            "x": round(m.x, 2), "y": round(m.y, 2), "direction": round(m.direction, 4), "kind": kind(m.kind),
            "confidence": round(m.confidence, 2),
        })).collect::<Vec<_>>(),
        "singularities": truth.singularities.iter().map(|(x, y, core)| json!({
            "x": round(*x, 2), "y": round(*y, 2), "kind": if *core { "core" } else { "delta" },
        })).collect::<Vec<_>>(),
        "block_px": truth.block_px,
        "blocks": [truth.blocks.0, truth.blocks.1],
        "orientation": truth.orientation.iter().map(|v| round(*v, 3)).collect::<Vec<_>>(),
        "period": truth.period.iter().map(|v| round(*v, 2)).collect::<Vec<_>>(),
        "distortion": truth.distortion.iter().map(|(x, y)| [round(*x, 2), round(*y, 2)]).collect::<Vec<_>>(),
    })
}

/// The truth of an eye; the mask of visible iris goes beside it as a picture.
pub(super) fn eye(truth: &EyeTruth) -> Value {
    let contour = |c: &iris::Contour| {
        json!({
            "x": round(c.x, 2), "y": round(c.y, 2), "radii": c.radii.iter().map(|r| round(*r, 2)).collect::<Vec<_>>(),
        })
    };
    json!({ "units": "pixels; radii anticlockwise from the x axis", "pupil": contour(&truth.pupil), "limbus": contour(&truth.limbus) })
}
