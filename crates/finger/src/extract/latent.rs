//! Latents: prints left on things, faint, broken into dots, on printed ground, several in one picture.
//!
//! Two differences to a captured print. What was captured is one finger; a latent's picture may show several, and
//! nothing says which ridges belong together, so that each connected region is a print of its own. And minutiae are
//! read twice: the network sees ridges where it does not yet trust itself with minutiae, so the image is mixed with
//! the ridges that it saw and shown to it once more (one pass; a second one changes little).
//!
//! Only what is declared a latent comes here: the doubts that refuse a captured image are eased.

use super::learned::{self, MIN_AGREEMENT};
use super::{Features, mask, prepare};
use crate::net::{self, channel, decode};
use crate::plane::Plane;
use crate::{MAX_MINUTIAE, Refusal};
use raster::TraceSink;

/// Share of the ridges in the image's second look; from 0.3 to 0.6 it hardly matters.
const RIDGES: f32 = 0.5;
/// Radius over which the mask is averaged, in cells: dots are ridges where their neighbourhood is.
const MASK_SIGMA_CELLS: f32 = 3.0;
/// Least probability of the averaged mask.
const MIN_MASK: f32 = 0.5;
/// Least mean probability of the mask in a region. A captured print needs 0.75; noise gives 0.6 to 0.72. Who declares
/// a latent says that there is a print.
const MIN_CERTAINTY: f32 = 0.7;
/// Most prints of one picture, the largest first: more are a surface that many people touched, and every further one is
/// another chance for a stranger.
pub(super) const MAX_PRINTS: usize = 4;

/// What is found of each print, the largest first; at least one.
pub(super) fn latent(grey: &Plane, trace: &mut dyn TraceSink) -> Result<Vec<Features>, Refusal> {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    let maps = net::maps(&image).map_err(|e| Refusal::Network(e.to_string()))?;
    let seen = net::ridges(&maps, grey.w, grey.h);
    let readable = net::plane(&maps, channel::MASK).map(decode::probability);
    let agreed = readable.gauss(MASK_SIGMA_CELLS).zip(&contrast, |p, c| if p > MIN_MASK { c } else { 0.0 });
    let foreground = mask::whole(&agreed);
    // Ridges are dark in the image and 1 in the network's picture of them.
    let mixed = image.zip(&seen, |i, r| (1.0 - RIDGES) * i - RIDGES * r);
    let maps = net::maps(&mixed).map_err(|e| Refusal::Network(e.to_string()))?;
    let ridges = net::ridges(&maps, grey.w, grey.h);
    let flow = learned::orientation(&maps);
    let share = learned::explained(&image, &ridges);
    if trace.enabled() {
        let heat = net::plane(&maps, channel::HEAT).map(decode::probability);
        let pictures = [
            ("latent/normalised", image.to_grey(-2.0, 2.0)),
            ("latent/ridges", seen.to_grey(1.0, -1.0)),
            ("latent/ridges_again", ridges.to_grey(1.0, -1.0)),
            ("latent/heat", heat.to_grey(0.0, 1.0)),
            ("latent/mask", readable.to_grey(0.0, 1.0)),
            ("latent/foreground", foreground.to_grey(0.0, 1.0)),
        ];
        for (name, picture) in pictures {
            if let Some(picture) = picture {
                trace.image(name, &picture);
            }
        }
    }
    let (labels, sizes) = mask::components(&foreground, 1.0);
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|label| std::cmp::Reverse(sizes.get(*label).copied().unwrap_or(0)));
    let mut prints = Vec::new();
    for label in order {
        let v = labels.iter().map(|l| if *l == Some(label) { 1.0 } else { 0.0 }).collect();
        let own = Plane { v, ..foreground };
        let inside = own.v.iter().sum::<f32>().max(1.0);
        let certainty = readable.v.iter().zip(&own.v).map(|(p, f)| p * f).sum::<f32>() / inside;
        if certainty < MIN_CERTAINTY || learned::agreement(&image, &flow, &own) < MIN_AGREEMENT {
            continue;
        }
        let minutiae = decode::minutiae(&maps, &ridges, &own, MAX_MINUTIAE);
        prints.push(Features { minutiae, foreground: own, flow: flow.clone(), share: share.clone() });
        if prints.len() == MAX_PRINTS {
            break;
        }
    }
    if prints.is_empty() { Err(Refusal::NoRidges) } else { Ok(prints) }
}
