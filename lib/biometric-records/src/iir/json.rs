//! The JSON view.

use super::{IrisHeader, IrisImage, IrisRecord};
use crate::codes::{eye_name, iris_format_name_2005, iris_format_name_2011, iris_kind_name};
use serde_json::{Value, json};

pub(super) fn record(r: &IrisRecord<'_>) -> Value {
    let mut out = json!({
        "format": r.format_name(),
        "images": r.images.iter().map(image).collect::<Vec<_>>(),
    });
    if let (Some(map), IrisHeader::Iso2005(h)) = (out.as_object_mut(), &r.header) {
        map.insert("sensorId".into(), h.device.into());
        map.insert("diameter".into(), h.diameter.into());
        let name = iris_format_name_2005(h.image_format);
        map.insert("imageFormat".into(), name.map_or_else(|| h.image_format.into(), Value::from));
        map.insert("depth".into(), h.depth.into());
    }
    out
}

fn image(i: &IrisImage<'_>) -> Value {
    let named = |name: Option<&str>, code: u8| name.map_or_else(|| Value::from(code), Value::from);
    let mut out = json!({
        "eye": named(eye_name(i.eye), i.eye),
        "number": i.number,
        "quality": i.quality.iter()
            .map(|q| json!({ "quality": q.score, "vendor": q.vendor, "algorithm": q.algorithm }))
            .collect::<Vec<_>>(),
        "roll": i.roll,
        "rollUncertainty": i.roll_uncertainty,
        "width": i.width,
        "height": i.height,
        "dataLength": i.data.len(),
    });
    if let (Some(map), Some(d)) = (out.as_object_mut(), &i.details) {
        map.insert("captured".into(), d.capture.time.to_string().into());
        map.insert("sensorType".into(), d.capture.technology.into());
        map.insert("sensorVendor".into(), d.capture.vendor.into());
        map.insert("sensorId".into(), d.capture.device.into());
        map.insert("imageType".into(), named(iris_kind_name(d.kind), d.kind));
        map.insert("imageFormat".into(), named(iris_format_name_2011(d.image_format), d.image_format));
        map.insert("depth".into(), d.depth.into());
        map.insert("rangeMm".into(), d.range_mm.into());
        map.insert("centre".into(), json!(d.centre));
        map.insert("diameter".into(), json!(d.diameter));
    }
    out
}
