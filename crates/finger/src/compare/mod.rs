//! Two prints: how much more likely from the same finger than from different ones?
//!
//! 1 similarity of all descriptors ([`kernels`]); 2 the best pairs support each other ([`relax`]); 3 from a
//! seed, alignment under elastic distortion and one-to-one pairing ([`align`]); 4 evidence for and against
//! ([`evidence`]); 5 calibration.

mod align;
mod descriptor;
mod evidence;
mod ground;
mod kernels;
mod packed;
mod prepared;
mod relax;

pub use descriptor::{PROJECTED_LEN, RAW_LEN};
pub use evidence::Evidence;
pub use packed::{Packed, PackedError};
pub use prepared::{Prepared, raw_descriptors};

use crate::calibration;

/// Seeds that are followed to the end; the best counts.
const SEEDS: usize = 2;

/// A seed for which less similarity speaks, per square root of the smaller print's minutiae, is not followed. On real
/// prints one stranger in four ends so or with no seed at all.
const WEAK_SEED: f32 = 0.10;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// -log10 of the false match rate at which the score would just pass: among different fingers P(llr >= t) is
    /// about 10^-t. The gallery makes a likelihood ratio of it.
    pub llr: f32,
    /// Index in `a`, index in `b` of the minutiae that were paired.
    pub pairs: Vec<(u16, u16)>,
    /// What the score was made of.
    pub evidence: Evidence,
}

/// Room for one comparison, kept so that nothing is allocated while many are made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Workspace {
    similarity: Vec<i16>,
    candidates: relax::Candidates,
    aligned: align::Aligned,
    best: Vec<align::Paired>,
    unpacked: Prepared,
}

std::thread_local! {
    static WORKSPACE: std::cell::RefCell<Box<Workspace>> = std::cell::RefCell::default();
}

/// Compares two fingers; symmetric in the score.
pub fn compare(a: &Prepared, b: &Prepared) -> Comparison {
    WORKSPACE.with_borrow_mut(|work| compare_at(a, b, work, kernels::Level::best()))
}

/// [`compare`] with a packed finger, its second print.
pub fn compare_packed(a: &Prepared, b: &Packed) -> Comparison {
    WORKSPACE.with_borrow_mut(|work| {
        // Out of the workspace, so that both can be used.
        let mut unpacked = core::mem::take(&mut work.unpacked);
        b.unpack(&mut unpacked);
        let found = compare_at(a, &unpacked, work, kernels::Level::best());
        work.unpacked = unpacked;
        found
    })
}

fn compare_at(a: &Prepared, b: &Prepared, work: &mut Workspace, level: kernels::Level) -> Comparison {
    // One fixed order, so that the sums are the same whichever comes first.
    let swapped = (a.len(), a.order) > (b.len(), b.order);
    let (a, b) = if swapped { (b, a) } else { (a, b) };
    let evidence = kernels::compare(a, b, work, level);
    let pairs = work
        .best
        .iter()
        .filter_map(|p| Some((*a.index.get(p.a as usize)?, *b.index.get(p.b as usize)?)))
        .map(|(i, j)| if swapped { (j, i) } else { (i, j) })
        .collect();
    let share = a.share().min(b.share());
    Comparison { llr: calibration::llr(evidence.score, share), pairs, evidence }
}

/// Steps 1 to 4; the best pairing is left in the workspace. `kernels` compiles this for several CPUs.
#[inline(always)]
fn compare_any(a: &Prepared, b: &Prepared, work: &mut Workspace, level: kernels::Level) -> Evidence {
    let Workspace { similarity, candidates, aligned, best: best_pairs, .. } = work;
    best_pairs.clear();
    similarity.resize(a.len() * b.stride(), 0);
    kernels::similarity(&a.blocks, a.len(), &b.blocks, similarity, level);
    candidates.find(a, b, similarity);
    let mut best = Evidence { score: evidence::LEAST_SCORE, ..Evidence::default() };
    let mut followed: Option<align::Rigid> = None;
    let weak = WEAK_SEED * (a.len() as f32).sqrt();
    for _ in 0..SEEDS {
        let Some((seed, strength)) = candidates.seed() else { break };
        if strength < weak {
            continue;
        }
        // A second seed that says the same as the first is not followed.
        if followed.is_some_and(|f| f.agrees(&seed)) {
            continue;
        }
        followed = Some(seed);
        if !aligned.follow(a, b, similarity, seed) {
            continue;
        }
        let evidence = Evidence { seed: strength, ..evidence::weigh(a, b, similarity, aligned) };
        if evidence.score > best.score {
            best = evidence;
            best_pairs.clone_from(&aligned.pairs);
        }
    }
    best
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{FlowMap, Minutia, MinutiaKind, Template};
    use core::f32::consts::{PI, TAU};

    /// A print of `count` minutiae that looks like no other with another seed.
    pub(crate) fn print(seed: u32, count: u32) -> Template {
        let mut state = seed.wrapping_mul(2_654_435_761) | 1;
        let mut next = |span: f32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 * span
        };
        let minutiae = (0..count)
            .map(|i| Minutia {
                x: 20.0 + next(340.0),
                y: 20.0 + next(330.0),
                direction: next(TAU),
                kind: [MinutiaKind::Ending, MinutiaKind::Bifurcation][i as usize % 2],
                confidence: 0.3 + next(0.7),
            })
            .collect();
        let angles: Vec<_> = (0..25 * 24).map(|i| Some((i % 25) as f32 * 0.1)).collect();
        let flow = Some(FlowMap::from_angles(25, 24, &angles));
        Template { width_px: 388, height_px: 374, quality: 60, minutiae, flow }.normalised()
    }

    /// The same print turned about its middle, with every sixth minutia gone and the others moved a little.
    pub(crate) fn again(template: &Template, turn: f32) -> Template {
        let (s, c) = turn.sin_cos();
        let minutiae = template
            .minutiae
            .iter()
            .enumerate()
            .filter(|(i, _)| i % 6 != 0)
            .map(|(i, m)| {
                let (x, y) = (m.x - 194.0, 187.0 - m.y);
                Minutia {
                    x: 260.0 + c * x - s * y + (i % 5) as f32 - 2.0,
                    y: 260.0 - (s * x + c * y) + (i % 3) as f32 - 1.0,
                    direction: (m.direction + turn + 0.04 * ((i % 4) as f32 - 1.5)).rem_euclid(TAU),
                    ..*m
                }
            })
            .collect();
        Template { width_px: 520, height_px: 520, minutiae, flow: None, ..template.clone() }.normalised()
    }

    #[test]
    fn the_same_finger_is_found_at_any_rotation() {
        for seed in 1..8 {
            let one = print(seed, 45);
            let a = Prepared::new(&one);
            let stranger = compare(&a, &Prepared::new(&print(seed + 100, 45)));
            for turn in [0.0, 0.4, PI / 2.0, PI, -2.0] {
                let mate = compare(&a, &Prepared::new(&again(&one, turn)));
                assert!(mate.evidence.score > 4.0 * stranger.evidence.score, "{seed}, {turn}: {mate:?}");
                assert!(mate.pairs.len() > 25, "{seed}, {turn}: {} pairs", mate.pairs.len());
                // `normalised` sorts, so the places differ; what is paired must be the same minutia.
                let right = mate.pairs.iter().filter(|(i, j)| {
                    let (m, n) = (one.minutiae[usize::from(*i)], again(&one, turn).minutiae[usize::from(*j)]);
                    m.kind == n.kind && m.confidence == n.confidence
                });
                assert!(right.count() * 10 >= mate.pairs.len() * 9, "{seed}, {turn}");
            }
        }
    }

    #[test]
    fn symmetric_and_the_same_on_every_cpu() {
        let mut prints: Vec<Template> = [0, 1, 3, 4, 15, 16, 17, 33, 64, 128, 200]
            .into_iter()
            .enumerate()
            .map(|(i, n)| print(i as u32 + 1, n))
            .collect();
        prints.push(again(&prints[8], 0.7));
        prints.push(again(&prints[9], -1.0));
        prints.push(prints[6].clone());
        let prints: Vec<Prepared> = prints.iter().map(Prepared::new).collect();
        let mut work = Workspace::default();
        for a in &prints {
            for b in &prints {
                let want = compare_at(a, b, &mut work, kernels::Level::Any);
                for level in kernels::Level::all() {
                    assert_eq!(compare_at(a, b, &mut work, level), want, "{level:?}");
                    let back = compare_at(b, a, &mut Workspace::default(), level);
                    assert_eq!(back.evidence, want.evidence);
                    let mut turned: Vec<_> = back.pairs.iter().map(|(i, j)| (*j, *i)).collect();
                    let mut pairs = want.pairs.clone();
                    pairs.sort_unstable();
                    turned.sort_unstable();
                    assert_eq!(turned, pairs);
                }
            }
        }
    }
}
