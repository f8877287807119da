//! The JSON view, spelt as fingerprintio spells it.

use super::{Extended, FingerView, FmrFormat, MinutiaKind, MinutiaeRecord};
use crate::codes::{finger_technology_name, position_name};
use base64::Engine as _;
use serde_json::{Map, Value, json};

pub(super) fn record(r: &MinutiaeRecord) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    if let Some(product) = r.product {
        put("vendorId", product.owner.into());
        put("subformat", product.kind.into());
    }
    if r.format != FmrFormat::Iso2011 {
        let certified = match r.format {
            FmrFormat::Ansi2009 | FmrFormat::Ansi2009Am1 => r.device_compliance & 0x80 != 0,
            _ => r.device_compliance & 0x08 != 0,
        };
        put("sensorCertified", certified.into());
        put("sensorId", r.device.into());
    }
    if let Some(g) = r.geometry {
        put("width", g.width.into());
        put("height", g.height.into());
        put("resolutionX", g.x_per_cm.into());
        put("resolutionY", g.y_per_cm.into());
    }
    put("fingerprints", r.views.iter().map(|v| view(v, r.format)).collect());
    Value::Object(out)
}

fn view(v: &FingerView, format: FmrFormat) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    if let Some(c) = &v.capture {
        let t = &c.time;
        put(
            "datetime",
            json!({ "year": t.year, "month": t.month, "day": t.day, "hour": t.hour, "minute": t.minute,
                    "second": t.second, "millisecond": t.millisecond }),
        );
        put("sensorType", named(finger_technology_name(c.technology), c.technology));
        put("sensorVendor", c.vendor.into());
        put("sensorId", c.device.into());
        let quality =
            |q: &crate::Quality| json!({ "quality": q.score, "vendor": q.vendor, "algorithm": q.algorithm });
        put("qrecords", v.quality.iter().map(quality).collect());
        let certificate = |c: &crate::Certification| {
            let scheme = match c.scheme {
                1 => Some("IMAGE_QUALITY_FOR_AFIS"),
                2 => Some("IMAGE_QUALITY_FOR_VERIFICATION"),
                3 => Some("OPTICAL_SENSOR_REQUIREMENTS"),
                _ => None,
            };
            json!({ "authority": c.authority, "scheme": named(scheme, c.scheme) })
        };
        put("certificates", c.certifications.iter().map(certificate).collect());
    } else if let Some(q) = v.quality.first() {
        put("quality", q.score.into());
        if !format.has_header_geometry() {
            put("qualityVendorId", q.vendor.into());
            put("qualityAlgorithmId", q.algorithm.into());
        }
    }
    put("position", named(position_name(v.position), v.position));
    put("view", v.view_number.into());
    put("scanType", named(super::impression_name(format, v.impression), v.impression));
    if !format.has_header_geometry() {
        put("width", v.geometry.width.into());
        put("height", v.geometry.height.into());
        put("resolutionX", v.geometry.x_per_cm.into());
        put("resolutionY", v.geometry.y_per_cm.into());
    }
    if format == FmrFormat::Iso2011 {
        let name = match v.ending_kind {
            0 => Some("VALLEY_SKELETON_BIFURCATION"),
            1 => Some("RIDGE_SKELETON_ENDPOINT"),
            _ => None,
        };
        put("endingType", named(name, v.ending_kind));
    }
    let minutia = |m: &super::Minutia| {
        let kind = match m.kind {
            MinutiaKind::Other if format.is_ansi() && !format.has_header_geometry() => "EITHER",
            MinutiaKind::Other => "OTHER",
            MinutiaKind::Ending => "ENDING",
            MinutiaKind::Bifurcation => "BIFURCATION",
            MinutiaKind::Reserved => "RESERVED",
        };
        json!({ "type": kind, "positionX": m.x, "positionY": m.y, "angle": m.angle,
                "quality": m.quality.unwrap_or(254) })
    };
    put("minutiae", v.minutiae.iter().map(minutia).collect());
    extended(v, format, &mut put);
    Value::Object(out)
}

/// The first block of each typed kind under its own key, all others under `extensions`.
fn extended(v: &FingerView, format: FmrFormat, put: &mut impl FnMut(&str, Value)) {
    let (mut counts, mut singular, mut zones) = (Value::Null, Value::Null, Value::Null);
    let mut others = Vec::new();
    for block in &v.extended {
        match block {
            Extended::RidgeCounts { method, counts: list, .. } => {
                let name = match method {
                    0 => Some("CUSTOM"),
                    1 => Some("QUADRANTS"),
                    2 => Some("OCTANTS"),
                    _ => None,
                };
                let edges: Vec<Value> =
                    list.iter().map(|c| json!({ "from": c.from, "to": c.to, "count": c.count })).collect();
                counts = json!({ "type": named(name, *method), "edges": edges });
            }
            Extended::Singularities { cores, deltas } => {
                let cores: Vec<Value> = cores
                    .iter()
                    .map(|c| json!({ "positionX": c.x, "positionY": c.y, "angle": c.angle }))
                    .collect();
                let deltas: Vec<Value> = deltas
                    .iter()
                    .map(|d| json!({ "positionX": d.x, "positionY": d.y, "angles": d.angles }))
                    .collect();
                singular = json!({ "cores": cores, "deltas": deltas });
            }
            Extended::Zonal(z) => {
                let mut value = json!({ "zoneWidth": z.cell_width, "zoneHeight": z.cell_height,
                                        "bits": z.depth, "quality": z.cells });
                if let (Some((owner, algorithm)), Some(map)) = (z.algorithm, value.as_object_mut()) {
                    map.insert("vendor".into(), owner.into());
                    map.insert("algorithm".into(), algorithm.into());
                }
                zones = value;
            }
            Extended::Other { code, data } => {
                let data = base64::engine::general_purpose::STANDARD.encode(data);
                others.push(json!({ "type": code, "data": data }));
            }
            Extended::Unstructured(data) => {
                let data = base64::engine::general_purpose::STANDARD.encode(data);
                others.push(json!({ "type": null, "data": data }));
            }
        }
    }
    put("counts", counts);
    put("coredelta", singular);
    if !format.is_ansi() {
        put("zones", zones);
    }
    put("extensions", others.into());
}

/// The code's name, or the number where it has none.
fn named(name: Option<&str>, code: u8) -> Value {
    name.map_or_else(|| Value::from(code), Value::from)
}
