//! Several prints of one picture against one finger.

use crate::{Comparison, Prepared, compare};

/// The best comparison of several prints with one, and which of them it was; none where there are no prints.
///
/// Every print is a chance for a stranger: with n of them the false match rate is n times as high, so that the
/// comparison's `llr` is lowered by log10 n (down to 0), and again says at which rate it would just pass.
pub fn best_of(prints: &[Prepared], other: &Prepared) -> Option<(usize, Comparison)> {
    let mut best: Option<(usize, Comparison)> = None;
    for (i, print) in prints.iter().enumerate() {
        let found = compare(print, other);
        if best.as_ref().is_none_or(|(_, b)| found.llr > b.llr) {
            best = Some((i, found));
        }
    }
    let (i, found) = best?;
    let llr = (found.llr - libm::log10f(prints.len() as f32)).max(0.0);
    Some((i, Comparison { llr, ..found }))
}

/// Share of its score that a latent's comparison keeps. Small, faint prints reach more by chance than captured ones: on
/// synthetic latents against real prints (`lab/src/bin/latents.rs`) strangers reach 1, 2 and 3 as often as these
/// rates divided by the share promise.
const KEPT: f32 = 0.78;

/// The score (`llr`) of a comparison one side of which is a latent, brought to the scale of captured prints: again -log10
/// of the false match rate at which it would just pass.
pub fn latent_score(llr: f32) -> f32 {
    KEPT * llr
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Minutia, MinutiaKind, Template};

    fn print(seed: u32) -> Template {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut next = |span: f32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 * span
        };
        let minutiae = (0..40)
            .map(|_| Minutia {
                x: next(380.0),
                y: next(380.0),
                direction: next(core::f32::consts::TAU),
                kind: MinutiaKind::Ending,
                confidence: 0.8,
            })
            .collect();
        Template { width_px: 380, height_px: 380, quality: 50, minutiae, flow: None }.normalised()
    }

    #[test]
    fn the_best_print_counts_and_pays_for_the_others() {
        let prints: Vec<Prepared> = (1..5).map(|seed| Prepared::new(&print(seed))).collect();
        let alone = compare(&prints[2], &prints[2]);
        let (which, found) = best_of(&prints, &prints[2]).unwrap();
        assert_eq!((which, &found.pairs), (2, &alone.pairs));
        assert!((alone.llr - found.llr - 4f32.log10()).abs() < 1e-5);
        assert!(best_of(&prints[..2], &prints[2]).unwrap().1.llr >= 0.0);
        assert!(best_of(&[], &prints[0]).is_none());
        assert!(latent_score(found.llr) < found.llr && latent_score(0.0) == 0.0);
    }
}
