//! Bit counting over all shifts.

use crate::compare::SHIFTS;
use crate::template::CODE_COLUMNS;

/// Shifts compared.
pub(crate) const TURNS: usize = 2 * SHIFTS + 1;

/// For each shift from `-SHIFTS` to `SHIFTS`: bits that differ and bits usable in both. Column `c` of `a` meets
/// column `c + shift` of `b`. All slices have [`CODE_COLUMNS`] words.
pub(crate) fn distances(ac: &[u64], am: &[u64], bc: &[u64], bm: &[u64]) -> [(u32, u32); TURNS] {
    let (code, mask) = (unrolled(bc), unrolled(bm));
    scalar(ac, am, &code, &mask)
}

const UNROLLED: usize = CODE_COLUMNS + 2 * SHIFTS;

/// The columns with `SHIFTS` more on either side, so that no shift wraps.
fn unrolled(words: &[u64]) -> [u64; UNROLLED] {
    let mut out = [0; UNROLLED];
    out[SHIFTS..SHIFTS + CODE_COLUMNS].copy_from_slice(words);
    out[..SHIFTS].copy_from_slice(&words[CODE_COLUMNS - SHIFTS..]);
    out[SHIFTS + CODE_COLUMNS..].copy_from_slice(&words[..SHIFTS]);
    out
}

fn scalar(ac: &[u64], am: &[u64], bc: &[u64; UNROLLED], bm: &[u64; UNROLLED]) -> [(u32, u32); TURNS] {
    std::array::from_fn(|turn| {
        let (mut different, mut common) = (0, 0);
        for (((ac, am), bc), bm) in ac.iter().zip(am).zip(&bc[turn..]).zip(&bm[turn..]) {
            let both = am & bm;
            different += ((ac ^ bc) & both).count_ones();
            common += both.count_ones();
        }
        (different, common)
    })
}
