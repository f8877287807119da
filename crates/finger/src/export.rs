//! Templates as JSON text, for traces and `extract --format json`.

use crate::{MinutiaKind, Template};
use std::fmt::Write;

/// The template as one JSON object: `width_px`, `height_px`, `quality`, `minutiae` with `x`, `y` (pixels at 500
/// ppi), `direction` (degrees anticlockwise), `kind`, `confidence`.
pub fn minutiae_json(template: &Template) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "{{\"algorithm\":\"{}\",\"width_px\":{},\"height_px\":{},\"quality\":{},\"minutiae\":[",
        crate::ALGORITHM,
        template.width_px,
        template.height_px,
        template.quality
    );
    for (i, m) in template.minutiae.iter().enumerate() {
        let kind = match m.kind {
            MinutiaKind::Ending => "ending",
            MinutiaKind::Bifurcation => "bifurcation",
            MinutiaKind::Other => "other",
        };
        let _ = write!(
            out,
            "{}{{\"x\":{:.2},\"y\":{:.2},\"direction\":{:.1},\"kind\":\"{kind}\",\"confidence\":{:.2}}}",
            if i > 0 { "," } else { "" },
            m.x,
            m.y,
            m.direction.to_degrees(),
            m.confidence
        );
    }
    out.push_str("]}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Minutia;

    #[test]
    fn json_holds_every_minutia() {
        let m = Minutia { x: 1.5, y: 2.25, direction: 0.5, kind: MinutiaKind::Ending, confidence: 0.5 };
        let template = Template { minutiae: vec![m, m], quality: 7, ..Template::default() };
        let text = minutiae_json(&template);
        assert_eq!(text.matches("\"kind\":\"ending\"").count(), 2);
        assert!(text.contains("\"quality\":7") && text.contains("\"x\":1.50"));
    }
}
