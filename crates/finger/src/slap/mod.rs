//! Slaps: several fingers in one image, cut apart and named.
//!
//! 1 ridged patches ([`patches`]), parted where prints touch ([`part`]); 2 the hand's rotation from the patches' long axes; 3 patches above each
//! other are joints of one finger, the top one is its tip; 4 as many fingers as expected, the best ones;
//! 5 names from left to right, gaps told by the spacing ([`naming`]); 6 each tip cut out upright.

mod cut;
mod naming;
mod part;
mod patches;

pub use naming::hand_of;

use crate::Refusal;
use crate::extract::{flow::CELL_PX, ground, prepare};
use model::FingerPosition;
use patches::{Column, Patch};
use raster::{GreyImage, TraceSink};

/// One finger cut from a slap.
#[derive(Debug, Clone, PartialEq)]
pub struct SlapFinger {
    /// Which finger.
    pub position: FingerPosition,
    /// Corners of its box in the slap, clockwise from top left, in pixels.
    pub corners: [(f32, f32); 4],
    /// The finger, upright.
    pub image: GreyImage,
}

/// Cuts a slap (FGP 13, 14, 15) into fingers, in the order of their FGP codes; `absent` names fingers that are
/// not expected. A finger that should be there and is not found is left out of the answer: callers compare
/// the positions with those expected. A single finger's position gives that finger, freed of its surroundings.
///
/// # Errors
/// A [`Refusal`] with the reason.
pub fn segment_slap(
    image: &GreyImage,
    position: FingerPosition,
    absent: &[FingerPosition],
    trace: &mut dyn TraceSink,
) -> Result<Vec<SlapFinger>, Refusal> {
    let expected = naming::expected(position, absent);
    if expected.is_empty() {
        return Ok(Vec::new());
    }
    let grey = prepare::to_work_ppi(image)?;
    let ground = ground(&grey);
    if trace.enabled()
        && let Some(picture) = ground.ridged.to_grey(0.0, 1.0)
    {
        trace.image("slap/ridged", &picture);
    }
    let patches = patches::find(&ground);
    if patches.is_empty() {
        return Err(Refusal::NoRidges);
    }
    let rotation = patches::rotation(&patches);
    let columns = patches::columns(&patches, rotation, (grey.w, grey.h));
    let chosen = patches::choose(columns, expected.len());
    if chosen.is_empty() {
        return Err(Refusal::NoRidges);
    }
    let names = naming::assign(&chosen, &expected);
    let scale = image.ppi().unwrap_or(prepare::WORK_PPI) / prepare::WORK_PPI;
    let mut fingers: Vec<SlapFinger> = chosen
        .iter()
        .zip(names)
        .filter_map(|(column, position)| cut::cut(image, &column.tip, rotation, scale as f32, position))
        .collect();
    fingers.sort_by_key(|f| f.position.code());
    if trace.enabled() {
        trace.json("slap/fingers", &describe(&patches, &chosen, rotation));
    }
    Ok(fingers)
}

fn describe(patches: &[Patch], chosen: &[Column], rotation: f32) -> String {
    let list = |patches: &mut dyn Iterator<Item = &Patch>| {
        patches
            .map(|p| format!("{{\"x\":{:.0},\"y\":{:.0},\"cells\":{}}}", p.x, p.y, p.cells.len()))
            .collect::<Vec<_>>()
            .join(",")
    };
    format!(
        "{{\"rotation_degrees\":{:.1},\"cell_px\":{CELL_PX},\"patches\":[{}],\"tips\":[{}]}}",
        rotation.to_degrees(),
        list(&mut patches.iter()),
        list(&mut chosen.iter().map(|c| &c.tip)),
    )
}
