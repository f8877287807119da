//! The classical front-end: oriented filters and the zeros of the wave that they see.

use super::{Features, Ground, flow, gabor, mask, minutiae, period, phase, prepare};
use crate::plane::Plane;
use crate::{MAX_MINUTIAE, Refusal};
use raster::TraceSink;

/// Steps 2 to 7.
pub(super) fn classical(grey: &Plane, trace: &mut dyn TraceSink) -> Result<Features, Refusal> {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    if contrast.v.iter().all(|v| *v == 0.0) {
        return Err(Refusal::NoRidges);
    }
    let first = flow::regularise(&flow::flow(&image, 7.0, Some(&contrast)), 8.0);
    let spacing = period::period(&image, &first, &contrast);
    let draft = gabor::filter(&image, &first, &spacing, &contrast);
    let draft_share = mask::ridge_share(&image, &draft);
    let second = flow::regularise(&flow::flow(&draft.even, 6.0, Some(&draft_share)), 5.0);
    let trusted = draft_share.zip(&contrast, |s, c| if s > 0.08 { c } else { 0.0 });
    let spacing = period::period(&draft.even, &second, &draft_share).zip(&spacing, |a, b| 0.5 * (a + b));
    let waves = gabor::filter(&image, &second, &spacing, &trusted);
    let share = mask::ridge_share(&image, &waves);
    let foreground = mask::foreground(&share, &contrast);
    if foreground.v.iter().all(|v| *v == 0.0) {
        return Err(Refusal::NoRidges);
    }
    let depth = mask::depth(&foreground);
    let zeros = phase::zeros(&waves);
    let evidence = minutiae::Evidence { share: &share, coherence: &second.coherence, depth: &depth };
    let minutiae = minutiae::minutiae(&zeros, &waves, &evidence, MAX_MINUTIAE);
    if trace.enabled() {
        let pictures = [
            ("finger/normalised", image.to_grey(-2.0, 2.0)),
            ("finger/ridges", waves.even.to_grey(-1.5, 1.5)),
            ("finger/share", share.to_grey(0.0, 1.0)),
            ("finger/foreground", foreground.to_grey(0.0, 1.0)),
            ("finger/period", spacing.to_grey(4.0, 16.0)),
            ("finger/coherence", second.coherence.to_grey(0.0, 1.0)),
        ];
        for (name, picture) in pictures {
            if let Some(picture) = picture {
                trace.image(name, &picture);
            }
        }
    }
    Ok(Features { minutiae, foreground, flow: second, share })
}

/// Ridged ground of a slap: one pass, no minutiae. All of it is trusted.
pub(super) fn ground(grey: &Plane) -> Ground {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    let field = flow::regularise(&flow::flow(&image, 7.0, Some(&contrast)), 8.0);
    let spacing = period::period(&image, &field, &contrast);
    let draft = gabor::filter(&image, &field, &spacing, &contrast);
    let share = mask::ridge_share(&image, &draft);
    let ridged = mask::rough_foreground(&share, &contrast, &field.coherence);
    let one = ridged.map(|_| 1.0);
    Ground { certainty: one.clone(), agreement: one.clone(), coherence: one, ridged }
}
