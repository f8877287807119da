//! The JSON view.

use super::{FingerImage, FingerImageRecord, Sampling};
use crate::codes::{finger_compression_name, finger_technology_name, impression_name, position_name};
use serde_json::{Value, json};

pub(super) fn record(r: &FingerImageRecord<'_>) -> Value {
    let mut out = json!({
        "format": r.format.name(),
        "images": r.images.iter().map(image).collect::<Vec<_>>(),
    });
    if let (Some(map), Some(s)) = (out.as_object_mut(), &r.sampling) {
        map.insert("sensorId".into(), r.device.into());
        map.insert("acquisitionLevel".into(), r.acquisition_level.into());
        map.insert("sampling".into(), sampling(s));
        if let Some(p) = r.product {
            map.insert("vendorId".into(), p.owner.into());
            map.insert("subformat".into(), p.kind.into());
        }
    }
    out
}

fn image(i: &FingerImage<'_>) -> Value {
    let mut out = json!({
        "position": position_name(i.position).map_or_else(|| Value::from(i.position), Value::from),
        "view": i.view_number,
        "impression": impression_name(i.impression).map_or_else(|| Value::from(i.impression), Value::from),
        "width": i.width,
        "height": i.height,
        "sampling": sampling(&i.sampling),
        "quality": i.quality.iter()
            .map(|q| json!({ "quality": q.score, "vendor": q.vendor, "algorithm": q.algorithm }))
            .collect::<Vec<_>>(),
        "dataLength": i.data.len(),
        "extensions": i.extended.iter()
            .map(|e| json!({ "type": e.code, "dataLength": e.data.len() }))
            .collect::<Vec<_>>(),
    });
    if let (Some(map), Some(c)) = (out.as_object_mut(), &i.capture) {
        map.insert("captured".into(), c.time.to_string().into());
        let technology = finger_technology_name(c.technology);
        map.insert("sensorType".into(), technology.map_or_else(|| c.technology.into(), Value::from));
        map.insert("sensorVendor".into(), c.vendor.into());
        map.insert("sensorId".into(), c.device.into());
    }
    out
}

fn sampling(s: &Sampling) -> Value {
    json!({
        "units": match s.scale_units { 1 => json!("PPI"), 2 => json!("PPCM"), n => json!(n) },
        "scanX": s.scan_x, "scanY": s.scan_y, "imageX": s.image_x, "imageY": s.image_y,
        "depth": s.depth,
        "compression": finger_compression_name(s.compression)
            .map_or_else(|| Value::from(s.compression), Value::from),
    })
}
