//! The engines that are evaluated: ours, and a peer.

use crate::eval::Engine;
use finger::{Extraction, FrontEnd, Prepared};
use raster::GreyImage;

/// Our fingers, by one of the roads from pixels to minutiae.
#[derive(Debug, Default)]
pub struct Fingers(pub FrontEnd);

impl Engine for Fingers {
    type Sample = Extraction;
    type Ready = Prepared;
    const NAME: &'static str = finger::ALGORITHM;

    fn extract(&self, image: &GreyImage) -> Result<Extraction, String> {
        finger::extract_with(image, self.0, &mut raster::NoTrace).map_err(|refusal| refusal.to_string())
    }

    fn ready(&self, sample: &Extraction) -> Prepared {
        Prepared::new(&sample.template)
    }

    fn score(&self, a: &Prepared, b: &Prepared) -> f32 {
        finger::compare(a, b).llr
    }

    fn quality(&self, sample: &Extraction) -> Option<u8> {
        Some(sample.quality.value)
    }

    fn keep(&self, sample: &Extraction) -> Option<Vec<u8>> {
        Some(sample.template.to_bytes())
    }

    /// Without its advice, which no evaluation asks for.
    fn restore(&self, bytes: &[u8]) -> Option<Extraction> {
        let template = finger::Template::from_bytes(bytes).ok()?;
        let quality = finger::Quality { value: template.quality, advice: Vec::new() };
        Some(Extraction { template, quality })
    }
}

/// Our irises.
pub struct Irises;

impl Engine for Irises {
    type Sample = iris::Extraction;
    type Ready = iris::Prepared;
    const NAME: &'static str = iris::ALGORITHM;

    fn extract(&self, image: &GreyImage) -> Result<iris::Extraction, String> {
        iris::extract(image, model::Eye::Unknown, &mut raster::NoTrace).map_err(|refusal| refusal.to_string())
    }

    fn ready(&self, sample: &iris::Extraction) -> iris::Prepared {
        iris::Prepared::new(&sample.template)
    }

    fn score(&self, a: &iris::Prepared, b: &iris::Prepared) -> f32 {
        iris::compare(a, b).llr
    }

    fn quality(&self, sample: &iris::Extraction) -> Option<u8> {
        Some(sample.quality.value)
    }
}

/// NIST's MINDTCT and BOZORTH3 in the pure-Rust ports of the `fprintd` project: a yardstick, never our engine.
#[cfg(feature = "nbis")]
pub struct Nbis;

#[cfg(feature = "nbis")]
impl Engine for Nbis {
    type Sample = Vec<fprint_bozorth3::Minutia>;
    type Ready = Vec<fprint_bozorth3::Minutia>;
    const NAME: &'static str = "nbis (fprint-mindtct 0.1, fprint-bozorth3 0.1)";

    fn extract(&self, image: &GreyImage) -> Result<Self::Sample, String> {
        let ppi = image.ppi().unwrap_or(500.0);
        let image = if (ppi - 500.0).abs() < 1.0 {
            image.clone()
        } else {
            raster::resample(image, 500.0).map_err(|e| e.to_string())?
        };
        let (w, h) = (image.width() as usize, image.height() as usize);
        let image =
            fprint_mindtct::GrayImage::new(image.pixels(), w, h, 500).map_err(|e| format!("{e:?}"))?;
        let mut found = fprint_mindtct::detect_minutiae(image);
        found.sort_by(|a, b| b.quality.cmp(&a.quality).then((a.x, a.y).cmp(&(b.x, b.y))));
        found.truncate(fprint_bozorth3::DEFAULT_BOZORTH_MINUTIAE);
        Ok(found.iter().map(|m| fprint_bozorth3::Minutia { x: m.x, y: m.y, theta: m.theta }).collect())
    }

    fn ready(&self, sample: &Self::Sample) -> Self::Ready {
        sample.clone()
    }

    fn score(&self, a: &Self::Ready, b: &Self::Ready) -> f32 {
        fprint_bozorth3::match_score(a, b) as f32
    }

    fn quality(&self, _sample: &Self::Sample) -> Option<u8> {
        None
    }
}
