//! Phase growth on a grid, compiled for two vector widths.
//!
//! Every node's value is built by the same operations in the same order whatever the width (Rust never fuses a
//! multiplication with an addition), so all variants give the same bits.
#![allow(unsafe_code)]

use super::waves::{Seedbed, Winding, grow_any};
use crate::num::{self, TAU};

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn grow_avx2(bed: &Seedbed) -> (Vec<Winding>, Vec<f32>) {
    grow_any(bed)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq")]
fn grow_avx512(bed: &Seedbed) -> (Vec<Winding>, Vec<f32>) {
    grow_any(bed)
}

/// Whether the CPU has all that [`grow_avx512`] is compiled for.
#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512dq")
}

/// The minutiae of a finger and its orientation at the coarse nodes, with the widest vectors the CPU has.
pub(super) fn grow(bed: &Seedbed) -> (Vec<Winding>, Vec<f32>) {
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        // SAFETY: the CPU was just found to have all four.
        return unsafe { grow_avx512(bed) };
    }
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU was just found to have AVX2.
        return unsafe { grow_avx2(bed) };
    }
    grow_any(bed)
}

/// A complex number a node.
#[derive(Clone)]
pub(super) struct Plane {
    pub(super) re: Vec<f32>,
    pub(super) im: Vec<f32>,
}

impl Plane {
    pub(super) fn new(len: usize) -> Self {
        Self { re: vec![0.0; len], im: vec![0.0; len] }
    }

    /// Noise that belongs to a key, -1 to 1 each way; 0 where `inside` is 0.
    #[inline(always)]
    pub(super) fn noise(key: u64, inside: &[f32]) -> Self {
        let n = inside.len();
        let mut plane = Self::new(n);
        let (re, im) = (&mut plane.re[..n], &mut plane.im[..n]);
        let (low, high) = (key as u32, (key >> 32) as u32);
        for i in 0..n {
            // Two rounds of a 32-bit finaliser: vectors multiply 32 bits at once, not 64.
            let x = num::hash32((i as u32).wrapping_mul(0x9e37_79b9) ^ low);
            let x = num::hash32(x ^ high);
            let unit = |bits: u32| bits as i32 as f32 * (2.0 / 65_536.0) - 1.0;
            (re[i], im[i]) = (unit(x & 0xffff) * inside[i], unit(x >> 16) * inside[i]);
        }
        plane
    }
}

/// How a node's value looks from its neighbour on the left or above: mirrored where their normals oppose and turned by
/// the phase between them. All zero where there is no link.
pub(super) struct Links {
    cos: Vec<f32>,
    sin: Vec<f32>,
    phase: Vec<f32>,
    /// -1 where the normals oppose, else 1.
    pub(super) mirror: Vec<f32>,
}

impl Links {
    /// Links of each node to the one `reach` farther on, whose wave vectors are (kx, ky); `along` is the one of both
    /// that lies along the link, `half` half the nodes' distance.
    #[inline(always)]
    pub(super) fn new(
        kx: &[f32],
        ky: &[f32],
        along: &[f32],
        inside: &[f32],
        reach: usize,
        half: f32,
    ) -> Self {
        let n = kx.len();
        let plane = || vec![0.0_f32; n];
        let mut links = Self { cos: plane(), sin: plane(), phase: plane(), mirror: plane() };
        let m = n.saturating_sub(reach);
        let (ax, ay, aa, ai) = (&kx[..m], &ky[..m], &along[..m], &inside[..m]);
        let far = n - m..n;
        let (bx, by, ba, bi) = (&kx[far.clone()], &ky[far.clone()], &along[far.clone()], &inside[far]);
        let (cos, sin) = (&mut links.cos[..m], &mut links.sin[..m]);
        let (phase, mirror) = (&mut links.phase[..m], &mut links.mirror[..m]);
        for i in 0..m {
            let s = if ax[i] * bx[i] + ay[i] * by[i] < 0.0 { -1.0 } else { 1.0 };
            // No link, no weight.
            let there = ai[i] * bi[i];
            let p = half * (aa[i] + s * ba[i]);
            let (sine, cosine) = num::sin_cos_flat(p);
            (phase[i], mirror[i]) = (p, s * there);
            (cos[i], sin[i]) = (cosine * there, sine * there);
        }
        links
    }

    /// The same piece of cosines, sines and mirrors.
    #[inline(always)]
    fn cut(&self, at: std::ops::Range<usize>) -> (&[f32], &[f32], &[f32]) {
        (&self.cos[at.clone()], &self.sin[at.clone()], &self.mirror[at])
    }

    /// Whole turns between what the far node's phase is and what the near one foretells, seen from the near one.
    #[inline(always)]
    fn turns(&self, angle: &[f32], reach: usize) -> Vec<f32> {
        let n = angle.len();
        let mut out = vec![0.0; n];
        let m = n.saturating_sub(reach);
        let (near, far) = (&angle[..m], &angle[n - m..]);
        let (phase, mirror, slots) = (&self.phase[..m], &self.mirror[..m], &mut out[..m]);
        for i in 0..m {
            slots[i] = num::round_flat((mirror[i] * far[i] - near[i] - phase[i]) * (1.0 / TAU));
        }
        out
    }
}

/// Turns of the phase around the square to the right of and below each node: 0 where nothing winds, where the flow
/// itself does, and where a corner lies outside.
#[inline(always)]
pub(super) fn windings(plane: &Plane, right: &Links, down: &Links, width: usize) -> Vec<f32> {
    let n = plane.re.len();
    let mut angle = vec![0.0_f32; n];
    let (re, im, slots) = (&plane.re[..n], &plane.im[..n], &mut angle[..n]);
    for i in 0..n {
        slots[i] = num::atan2_flat(im[i], re[i]);
    }
    let (across, along) = (right.turns(&angle, 1), down.turns(&angle, width));
    let mut out = angle;
    out.fill(0.0);
    let m = n.saturating_sub(width + 1);
    let (top, bottom) = (&across[..m], &across[width.min(n - m)..][..m]);
    let (left, to_right) = (&along[..m], &along[1.min(n - m)..][..m]);
    let (top_m, bottom_m) = (&right.mirror[..m], &right.mirror[width.min(n - m)..][..m]);
    let (left_m, right_m) = (&down.mirror[..m], &down.mirror[1.min(n - m)..][..m]);
    let slots = &mut out[..m];
    for i in 0..m {
        // Around the square in the sense of its first corner. Phases come back to themselves, so what is foretold
        // misses them by the whole turns taken off.
        let turns = (top[i] + top_m[i] * to_right[i]) - (left_m[i] * bottom[i] + left[i]);
        // Signs that do not close belong to a core or delta.
        let closed = (top_m[i] * right_m[i]) * (bottom_m[i] * left_m[i]);
        slots[i] = if closed > 0.0 { -turns } else { 0.0 };
    }
    out
}

/// Weight of a node's own value against that of each of its four neighbours.
const OWN: f32 = 1.0;
/// How soon a wave counts as full grown: the square of the sum at which it is two thirds grown.
const SOFT: f32 = 1.0;

/// One round of growth; the first and the last row are left as they are.
#[inline(always)]
pub(super) fn relax(now: &Plane, right: &Links, down: &Links, width: usize, next: &mut Plane) {
    let len = now.re.len();
    if len < 2 * width + 2 {
        return;
    }
    // Nodes of all rows but the first and the last, and the windows beside them.
    let n = len - 2 * width;
    let cut = |from: usize| from..from + n;
    let (here, left, right_of, above, below) =
        (cut(width), cut(width - 1), cut(width + 1), cut(0), cut(2 * width));
    let (re, im) = (&now.re[here.clone()], &now.im[here.clone()]);
    let (l_re, l_im) = (&now.re[left.clone()], &now.im[left.clone()]);
    let (r_re, r_im) = (&now.re[right_of.clone()], &now.im[right_of]);
    let (a_re, a_im) = (&now.re[above.clone()], &now.im[above.clone()]);
    let (b_re, b_im) = (&now.re[below.clone()], &now.im[below]);
    let (rc, rs, rm) = right.cut(here.clone());
    let (lc, ls, lm) = right.cut(left);
    let (bc, bs, bm) = down.cut(here.clone());
    let (ac, as_, am) = down.cut(above);
    let (out_re, out_im) = (&mut next.re[here.clone()], &mut next.im[here]);
    for i in 0..n {
        // What a node farther on foretells is turned back, what one before foretells is turned on.
        let (r_im, b_im) = (rm[i] * r_im[i], bm[i] * b_im[i]);
        let x = OWN * re[i]
            + ((rc[i] * r_re[i] + rs[i] * r_im) + (lc[i] * l_re[i] - ls[i] * l_im[i]))
            + ((bc[i] * b_re[i] + bs[i] * b_im) + (ac[i] * a_re[i] - as_[i] * a_im[i]));
        let y = OWN * im[i]
            + ((rc[i] * r_im - rs[i] * r_re[i]) + lm[i] * (lc[i] * l_im[i] + ls[i] * l_re[i]))
            + ((bc[i] * b_im - bs[i] * b_re[i]) + am[i] * (ac[i] * a_im[i] + as_[i] * a_re[i]));
        let size = num::rsqrt(x * x + y * y + SOFT);
        out_re[i] = x * size;
        out_im[i] = y * size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dice::Dice, finger::Class, finger::Flow, noise::Grid};

    #[test]
    fn vector_code_gives_the_bits_of_scalar_code() {
        let flow = Flow::quick(&mut Dice::new(4, "kernels-test", 0, 0), Class::Whorl, 9.0);
        let poles: Vec<(f32, f32)> = flow.singularities().iter().map(|p| (p.0, p.1)).collect();
        let coarse = Grid { x: -197.0, y: -221.0, step: 18.0, columns: 23, rows: 28 };
        let bed = Seedbed { flow: &flow, poles: &poles, coarse, extent: (188.0, 212.0, 250.0), key: 99 };
        let bits = |(found, theta): (Vec<Winding>, Vec<f32>)| {
            let minutiae = found.iter().flat_map(|m| [m.x, m.y, m.direction, f32::from(u8::from(m.ending))]);
            minutiae.chain(theta).map(f32::to_bits).collect::<Vec<_>>()
        };
        let plain = bits(grow_any(&bed));
        assert!(plain.len() > 900, "{} numbers", plain.len());
        assert_eq!(plain, bits(grow(&bed)));
        #[cfg(target_arch = "x86_64")]
        {
            let (narrow, wide) = (is_x86_feature_detected!("avx2"), has_avx512());
            if narrow {
                // SAFETY: the CPU was just found to have AVX2.
                assert_eq!(plain, bits(unsafe { grow_avx2(&bed) }));
            }
            if wide {
                // SAFETY: the CPU was just found to have all four.
                assert_eq!(plain, bits(unsafe { grow_avx512(&bed) }));
            }
            println!("compared with scalar code: AVX2 {narrow}, AVX-512 {wide}");
        }
    }
}
