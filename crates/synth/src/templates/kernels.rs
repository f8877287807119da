//! Phase growth on a grid, compiled for two vector widths.
//!
//! Every node's sum is built by the same operations in the same order whatever the width (Rust never fuses a
//! multiplication with an addition), so all variants give the same bits.
#![allow(unsafe_code)]

use crate::num;

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
}

/// How a node's value looks from its neighbour on the left or above: turned by the phase between them and mirrored
/// where their normals oppose. All zero where there is no link.
pub(super) struct Links {
    cos: Vec<f32>,
    sin: Vec<f32>,
    /// Cosine and sine with the sign of the mirror.
    cos_m: Vec<f32>,
    sin_m: Vec<f32>,
}

impl Links {
    /// From the phase along each link and its mirror sign; 0 where there is no link.
    pub(super) fn new(phase: &[f32], mirror: &[f32]) -> Self {
        let n = phase.len();
        let mut links =
            Self { cos: vec![0.0; n], sin: vec![0.0; n], cos_m: vec![0.0; n], sin_m: vec![0.0; n] };
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the CPU was just found to have AVX2.
            unsafe { turn_avx2(phase, mirror, &mut links) };
            return links;
        }
        turn(phase, mirror, &mut links);
        links
    }

    /// The same piece of all four.
    #[inline(always)]
    fn cut(&self, at: std::ops::Range<usize>) -> (&[f32], &[f32], &[f32], &[f32]) {
        (&self.cos[at.clone()], &self.sin[at.clone()], &self.cos_m[at.clone()], &self.sin_m[at])
    }

    /// How well the two ends of each link agree: the real part of one against the other.
    pub(super) fn agreement(&self, plane: &Plane, reach: usize) -> Vec<f32> {
        let n = plane.re.len().saturating_sub(reach);
        let (c, s, cm, sm) = (&self.cos[..n], &self.sin[..n], &self.cos_m[..n], &self.sin_m[..n]);
        let (re, im) = (&plane.re[..n], &plane.im[..n]);
        let (far_re, far_im) = (&plane.re[reach..reach + n], &plane.im[reach..reach + n]);
        (0..n)
            .map(|i| {
                let (a, b) = (c[i] * far_re[i] + sm[i] * far_im[i], cm[i] * far_im[i] - s[i] * far_re[i]);
                re[i] * a + im[i] * b
            })
            .collect()
    }
}

/// Cosines and sines of the links: as `num::sin_cos`, without branches.
#[inline(always)]
fn turn(phase: &[f32], mirror: &[f32], out: &mut Links) {
    let n = phase.len();
    let (cos, sin) = (&mut out.cos[..n], &mut out.sin[..n]);
    let (cos_m, sin_m) = (&mut out.cos_m[..n], &mut out.sin_m[..n]);
    let mirror = &mirror[..n];
    for i in 0..n {
        let (s, c) = num::sin_cos_flat(phase[i]);
        // No link, no weight.
        let there = mirror[i] * mirror[i];
        (cos[i], sin[i]) = (c * there, s * there);
        (cos_m[i], sin_m[i]) = (c * mirror[i], s * mirror[i]);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn turn_avx2(phase: &[f32], mirror: &[f32], out: &mut Links) {
    turn(phase, mirror, out);
}

/// Weight of a node's own value against that of each of its four neighbours.
const OWN: f32 = 1.0;
/// How soon a wave counts as full grown: the square of the sum at which it is two thirds grown.
const SOFT: f32 = 1.0;

#[inline(always)]
fn round(now: &Plane, right: &Links, down: &Links, width: usize, next: &mut Plane) {
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
    let (rc, rs, rcm, rsm) = right.cut(here.clone());
    let (lc, ls, lcm, lsm) = right.cut(left);
    let (bc, bs, bcm, bsm) = down.cut(here.clone());
    let (ac, as_, acm, asm) = down.cut(above);
    let (out_re, out_im) = (&mut next.re[here.clone()], &mut next.im[here]);
    for i in 0..n {
        // What a node farther on foretells is turned back, what one before foretells is turned on.
        let x = OWN * re[i]
            + ((rc[i] * r_re[i] + rsm[i] * r_im[i]) + (lc[i] * l_re[i] - ls[i] * l_im[i]))
            + ((bc[i] * b_re[i] + bsm[i] * b_im[i]) + (ac[i] * a_re[i] - as_[i] * a_im[i]));
        let y = OWN * im[i]
            + ((rcm[i] * r_im[i] - rs[i] * r_re[i]) + (lcm[i] * l_im[i] + lsm[i] * l_re[i]))
            + ((bcm[i] * b_im[i] - bs[i] * b_re[i]) + (acm[i] * a_im[i] + asm[i] * a_re[i]));
        let size = 1.0 / (x * x + y * y + SOFT).sqrt();
        out_re[i] = x * size;
        out_im[i] = y * size;
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn round_avx2(now: &Plane, right: &Links, down: &Links, width: usize, next: &mut Plane) {
    round(now, right, down, width, next);
}

/// One round with the widest vectors the CPU has; the first and the last row are left as they are.
pub(super) fn relax(now: &Plane, right: &Links, down: &Links, width: usize, next: &mut Plane) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the CPU was just found to have AVX2.
        return unsafe { round_avx2(now, right, down, width, next) };
    }
    round(now, right, down, width, next);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_code_gives_the_bits_of_scalar_code() {
        let (w, h) = (37, 23);
        let value = |i: usize, k: u64| num::hash_unit(k, i as i32, 3) * 2.0 - 1.0;
        let mut now = Plane::new(w * h);
        for i in 0..w * h {
            (now.re[i], now.im[i]) = (value(i, 1), value(i, 2));
        }
        let phases = |key: u64| (0..w * h).map(|i| 9.0 * value(i, key)).collect::<Vec<f32>>();
        let mirrors = |key: u64| (0..w * h).map(|i| value(i, key).signum()).collect::<Vec<f32>>();
        let (right, down) = (Links::new(&phases(3), &mirrors(4)), Links::new(&phases(5), &mirrors(6)));
        let mut plain_links = Links::new(&[], &[]);
        for part in
            [&mut plain_links.cos, &mut plain_links.sin, &mut plain_links.cos_m, &mut plain_links.sin_m]
        {
            part.resize(w * h, 0.0);
        }
        turn(&phases(3), &mirrors(4), &mut plain_links);
        let (mut plain, mut fast) = (Plane::new(w * h), Plane::new(w * h));
        round(&now, &plain_links, &down, w, &mut plain);
        relax(&now, &right, &down, w, &mut fast);
        let bits = |p: &Plane| p.re.iter().chain(&p.im).map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&plain), bits(&fast));
        assert!(plain.re.iter().any(|v| v.abs() > 0.1));
    }
}
