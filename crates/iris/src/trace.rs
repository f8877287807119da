//! What the stages show: the contours and lids as JSON, the unrolled strip and its mask as pictures.

use crate::cover::Cover;
use crate::segment::Segmentation;
use crate::strip::{COLUMNS, ROWS, Strip};
use raster::{GreyImage, TraceSink};

pub(crate) fn show(
    sink: &mut dyn TraceSink,
    eye: &Segmentation,
    cover: &Cover,
    strip: &Strip,
    (left, top): (f32, f32),
) {
    let factor = eye.factor as f32;
    let shift = (factor - 1.0) / 2.0;
    let points = |p: &[(f32, f32)]| {
        let place = |(x, y): &(f32, f32)| (x * factor + shift + left, y * factor + shift + top);
        let items: Vec<String> = p.iter().map(place).map(|(x, y)| format!("[{x:.1},{y:.1}]")).collect();
        format!("[{}]", items.join(","))
    };
    let round = |c: &crate::Contour| {
        let n = c.radii.len();
        points(&(0..n).map(|i| c.point_at(i as f32 / n as f32)).collect::<Vec<_>>())
    };
    let [upper, lower] = cover.edges();
    let json = format!(
        "{{\"pupil\":{},\"limbus\":{},\"upper_lid\":{},\"lower_lid\":{},\"pupil_support\":{:.3},\"pupil_contrast\":{:.1},\"limbus_support\":{:.3},\"limbus_contrast\":{:.1},\"circle_score\":{:.3},\"agreement\":{:.1},\"visible\":{:.3}}}",
        round(&eye.pupil.contour),
        round(&eye.limbus.contour),
        points(&upper),
        points(&lower),
        eye.pupil.support,
        eye.pupil.contrast,
        eye.limbus.support,
        eye.limbus.contrast,
        eye.circle_score,
        eye.agreement_percent(),
        strip.visible(),
    );
    sink.json("iris/segmentation", &json);
    picture(sink, "iris/strip", strip.grey.v.iter().map(|v| v.clamp(0.0, 255.0) as u8).collect());
    picture(sink, "iris/strip-mask", strip.usable.iter().map(|u| if *u { 255 } else { 0 }).collect());
}

fn picture(sink: &mut dyn TraceSink, name: &str, pixels: Vec<u8>) {
    if let Ok(image) = GreyImage::new(COLUMNS as u32, ROWS as u32, None, pixels) {
        sink.image(name, &image);
    }
}
