//! The learned front-end, and what it must not decide alone.
//!
//! The network ([`crate::net`]) says where ridges can be read, which way they run, what they look like and where
//! minutiae are. Three plain measurements of the image watch over it, since a network answers to anything:
//! contrast (nothing is found where the sensor saw nothing), the share of the image's energy that the network's
//! ridges explain, and the orientation of the gradients. Foreground is where network, contrast and share agree. An
//! image whose gradients do not run across the network's ridges, or in which the network doubts most of what it
//! sees, is refused.

use super::{Features, Ground, flow, mask, prepare};
use crate::net::{self, channel, decode};
use crate::plane::Plane;
use crate::{MAX_MINUTIAE, Refusal};
use raster::TraceSink;

/// Least probability of the network's mask.
const MIN_MASK: f32 = 0.5;
/// Least share of the image's energy that the network's ridges explain. Noise, checks and writing stay below.
const MIN_SHARE: f32 = 0.12;
/// The share is averaged over this radius.
const SHARE_SIGMA_PX: f32 = 8.0;
/// Least mean cosine of twice the angle between the network's orientation and that of the gradients, weighted by
/// the gradients' coherence: prints have 0.9 and more, chance gives 0.
pub(super) const MIN_AGREEMENT: f32 = 0.5;
/// Least mean probability of the mask inside the foreground: prints have 0.84 and more, blurred noise, in which the
/// network sees ridges everywhere and believes in none, 0.6 to 0.72.
pub(super) const MIN_CERTAINTY: f32 = 0.75;
/// Radius over which gradients vote.
const GRADIENT_SIGMA_PX: f32 = 6.0;

/// What the network and the watch over it find.
pub(super) fn learned(grey: &Plane, trace: &mut dyn TraceSink) -> Result<Features, Refusal> {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    if contrast.v.iter().all(|v| *v == 0.0) {
        return Err(Refusal::NoRidges);
    }
    let maps = net::maps(&image).map_err(|e| Refusal::Network(e.to_string()))?;
    let ridges = net::ridges(&maps, grey.w, grey.h);
    let flow = orientation(&maps);
    let readable = net::plane(&maps, channel::MASK).map(decode::probability);
    let share = explained(&image, &ridges);
    let agreed = readable.zip(&contrast, |p, c| if p > MIN_MASK { c } else { 0.0 });
    let agreed = agreed.zip(&share, |a, s| if s > MIN_SHARE { a } else { 0.0 });
    let foreground = mask::whole(&agreed);
    if trace.enabled() {
        let heat = net::plane(&maps, channel::HEAT).map(decode::probability);
        let angle = Plane { v: (0..flow.c2.v.len()).map(|i| flow.angle(i)).collect(), ..flow.c2 };
        let half_turn = core::f32::consts::FRAC_PI_2;
        let pictures = [
            ("finger/normalised", image.to_grey(-2.0, 2.0)),
            ("finger/ridges", ridges.to_grey(1.0, -1.0)),
            ("finger/heat", heat.to_grey(0.0, 1.0)),
            ("finger/mask", readable.to_grey(0.0, 1.0)),
            ("finger/share", share.to_grey(0.0, 1.0)),
            ("finger/foreground", foreground.to_grey(0.0, 1.0)),
            ("finger/orientation", angle.to_grey(-half_turn, half_turn)),
            ("finger/coherence", flow.coherence.to_grey(0.0, 1.0)),
        ];
        for (name, picture) in pictures {
            if let Some(picture) = picture {
                trace.image(name, &picture);
            }
        }
    }
    let inside = foreground.v.iter().sum::<f32>();
    let certainty = readable.v.iter().zip(&foreground.v).map(|(p, f)| p * f).sum::<f32>() / inside.max(1.0);
    if certainty < MIN_CERTAINTY || agreement(&image, &flow, &foreground) < MIN_AGREEMENT {
        return Err(Refusal::NoRidges);
    }
    let minutiae = decode::minutiae(&maps, &ridges, &foreground, MAX_MINUTIAE);
    Ok(Features { minutiae, foreground, flow, share })
}

/// Ridged ground without cleaning up, for slaps.
pub(super) fn ground(grey: &Plane) -> Option<Ground> {
    let (image, deviation) = prepare::normalise(grey);
    let contrast = mask::contrast(&mask::per_cell(&deviation));
    let maps = net::maps(&image).ok()?;
    let share = explained(&image, &net::ridges(&maps, grey.w, grey.h));
    let readable = net::plane(&maps, channel::MASK).map(decode::probability);
    let agreed = readable.zip(&contrast, |p, c| if p > MIN_MASK { c } else { 0.0 });
    let agreed = agreed.zip(&share, |a, s| if s > MIN_SHARE { a } else { 0.0 });
    let ridged = agreed.box_mean(2).map(|v| if v > 0.5 { 1.0 } else { 0.0 });
    let gradients = flow::flow(&image, GRADIENT_SIGMA_PX, Some(&ridged));
    let agreement = cosines(&gradients, &orientation(&maps));
    Some(Ground { ridged, certainty: readable, agreement, coherence: gradients.coherence })
}

/// Cosine of twice the angle between two orientations, times the coherence of the first.
fn cosines(gradients: &flow::Flow, found: &flow::Flow) -> Plane {
    let both = gradients.c2.zip(&found.c2, |a, b| a * b);
    let both = gradients.s2.zip(&found.s2, |a, b| a * b).zip(&both, |a, b| a + b);
    both.zip(&gradients.coherence, |c, k| c * k)
}

/// The network's orientation as the doubled angle of the normal, image axes; its length is its certainty.
pub(super) fn orientation(maps: &net::Maps) -> flow::Flow {
    let mut out = flow::Flow {
        c2: Plane::new(maps.w, maps.h),
        s2: Plane::new(maps.w, maps.h),
        coherence: Plane::new(maps.w, maps.h),
    };
    for i in 0..out.c2.v.len() {
        let cell = maps.cell(i % maps.w, i / maps.w);
        let (c, s) = (cell[channel::ORIENTATION], cell[channel::ORIENTATION + 1]);
        let length = (c * c + s * s).sqrt();
        // A ridge at t, y up, has its normal at pi/2 - t, y down.
        let (c2, s2) = if length > 1e-6 { (-c / length, s / length) } else { (1.0, 0.0) };
        out.c2.v[i] = c2;
        out.s2.v[i] = s2;
        out.coherence.v[i] = length.min(1.0);
    }
    out
}

/// Squared correlation of the ridges (dark) with the image about each cell, 0 to 1.
pub(super) fn explained(image: &Plane, ridges: &Plane) -> Plane {
    let side = flow::CELL_PX;
    let (gw, gh) = (image.w.div_ceil(side), image.h.div_ceil(side));
    let mut both = Plane::new(gw, gh);
    let (mut own, mut theirs) = (both.clone(), both.clone());
    for (y, (a, b)) in image.v.chunks_exact(image.w).zip(ridges.v.chunks_exact(image.w)).enumerate() {
        let base = y / side * gw;
        for (x, (a, b)) in a.chunks(side).zip(b.chunks(side)).enumerate() {
            for (a, b) in a.iter().zip(b) {
                both.v[base + x] -= a * b;
                own.v[base + x] += a * a;
                theirs.v[base + x] += b * b;
            }
        }
    }
    let sigma = SHARE_SIGMA_PX / side as f32;
    let (both, own, theirs) = (both.gauss(sigma), own.gauss(sigma), theirs.gauss(sigma));
    let norm = own.zip(&theirs, |a, b| a * b);
    both.zip(&norm, |c, n| if c > 0.0 { (c * c / (n + 1e-3)).min(1.0) } else { 0.0 })
}

/// Mean cosine of twice the angle between the two orientations, inside the foreground.
pub(super) fn agreement(image: &Plane, found: &flow::Flow, foreground: &Plane) -> f32 {
    let gradients = flow::flow(image, GRADIENT_SIGMA_PX, Some(foreground));
    let (mut sum, mut weight) = (0.0f32, 1e-6f32);
    let cosines = cosines(&gradients, found);
    for i in (0..foreground.v.len()).filter(|i| foreground.v[*i] > 0.0) {
        sum += cosines.v[i];
        weight += gradients.coherence.v[i];
    }
    sum / weight
}
