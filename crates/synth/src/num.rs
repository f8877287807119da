//! Arithmetic that gives the same bits on every CPU.
//!
//! Only IEEE-754 basic operations, square roots and the pure-Rust `libm` are used: `std`'s `sin` or `exp` call
//! the platform's mathematical library, which differs between platforms in the last bit. Rust never contracts
//! `a * b + c` into a fused operation on its own, so plain expressions are safe.

/// Pi as `f32`.
pub(crate) const PI: f32 = std::f32::consts::PI;
/// Two pi as `f32`.
pub(crate) const TAU: f32 = std::f32::consts::TAU;

/// Sine and cosine, absolute error under 2e-6 for |x| < 1000 (polynomials after reduction to a quarter turn).
#[inline]
pub(crate) fn sin_cos(x: f32) -> (f32, f32) {
    const C1: f32 = 1.570_312_5;
    const C2: f32 = 4.838_268e-4;
    let k = floor(x * std::f32::consts::FRAC_2_PI + 0.5);
    let r = (x - k * C1) - k * C2;
    let r2 = r * r;
    let s = r * (1.0 + r2 * (-1.666_665_4e-1 + r2 * (8.332_161e-3 + r2 * -1.951_529_6e-4)));
    let c = 1.0 + r2 * (-0.5 + r2 * (4.166_664_6e-2 + r2 * (-1.388_731_6e-3 + r2 * 2.443_315_7e-5)));
    match (k as i32) & 3 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// [`sin_cos`] without branches, for loops that become vector code; |x| < 1000.
#[inline(always)]
pub(crate) fn sin_cos_flat(x: f32) -> (f32, f32) {
    const C1: f32 = 1.570_312_5;
    const C2: f32 = 4.838_268e-4;
    const SHIFT: f32 = 12_582_912.0;
    let shifted = x * std::f32::consts::FRAC_2_PI + SHIFT;
    let quarter = shifted.to_bits();
    let k = shifted - SHIFT;
    let r = (x - k * C1) - k * C2;
    let r2 = r * r;
    let s = r * (1.0 + r2 * (-1.666_665_4e-1 + r2 * (8.332_161e-3 + r2 * -1.951_529_6e-4)));
    let c = 1.0 + r2 * (-0.5 + r2 * (4.166_664_6e-2 + r2 * (-1.388_731_6e-3 + r2 * 2.443_315_7e-5)));
    let swap = quarter & 1 != 0;
    let (a, b) = (if swap { c } else { s }, if swap { s } else { c });
    let sign = |bits: u32| (bits & 2) << 30;
    (f32::from_bits(a.to_bits() ^ sign(quarter)), f32::from_bits(b.to_bits() ^ sign(quarter.wrapping_add(1))))
}

/// Angle of (x, y) in -pi to pi, absolute error under 2e-5; 0 at the origin.
#[inline]
pub(crate) fn atan2(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let (lo, hi) = if ax < ay { (ax, ay) } else { (ay, ax) };
    if hi == 0.0 {
        return 0.0;
    }
    let t = lo / hi;
    let t2 = t * t;
    let mut a =
        t * (0.999_866 + t2 * (-0.330_299_5 + t2 * (0.180_141 + t2 * (-0.085_133 + t2 * 0.020_835_1))));
    if ay > ax {
        a = PI / 2.0 - a;
    }
    if x < 0.0 {
        a = PI - a;
    }
    if y < 0.0 { -a } else { a }
}

/// [`atan2`] without branches, for loops that become vector code.
#[inline(always)]
pub(crate) fn atan2_flat(y: f32, x: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let lo = if ay > ax { ax } else { ay };
    let hi = if ay > ax { ay } else { ax };
    let t = lo / (hi + f32::MIN_POSITIVE);
    let t2 = t * t;
    let a = t * (0.999_866 + t2 * (-0.330_299_5 + t2 * (0.180_141 + t2 * (-0.085_133 + t2 * 0.020_835_1))));
    let a = if ay > ax { PI / 2.0 - a } else { a };
    let a = if x < 0.0 { PI - a } else { a };
    f32::from_bits(a.to_bits() | (y.to_bits() & 0x8000_0000))
}

/// 1 / sqrt(x) to 0.2 %, for x over 0: a guess from the exponent and one step of Newton's.
#[inline(always)]
pub(crate) fn rsqrt(x: f32) -> f32 {
    let guess = f32::from_bits(0x5f37_59df_u32.wrapping_sub(x.to_bits() >> 1));
    guess * (1.5 - 0.5 * x * guess * guess)
}

/// The nearest whole number without branches, for |x| < 2^21; ties to the even one.
#[inline(always)]
pub(crate) fn round_flat(x: f32) -> f32 {
    const SHIFT: f32 = 12_582_912.0;
    (x + SHIFT) - SHIFT
}

/// An orientation moved to 0..pi, pi itself included, without branches.
#[inline(always)]
pub(crate) fn wrap_pi_flat(a: f32) -> f32 {
    a - PI * round_flat(a * (1.0 / PI) - 0.5)
}

/// The whole number below, for |x| < 2^31: without SSE 4.1 in the baseline, `f32::floor` is a library call.
#[inline]
pub(crate) fn floor(x: f32) -> f32 {
    let whole = x as i32 as f32;
    if whole > x { whole - 1.0 } else { whole }
}

/// A whole number and what is left, -0 to 1, with `x` their sum; for |x| < 2^21. A whole `x` may be told as itself and 0
/// or as the number below and 1: interpolation gives the same. Adding 1.5 x 2^23 rounds without a conversion's checks.
#[inline]
pub(crate) fn split(x: f32) -> (i32, f32) {
    const SHIFT: f32 = 12_582_912.0;
    let shifted = (x - 0.5) + SHIFT;
    let whole = (shifted.to_bits() as i32).wrapping_sub(SHIFT.to_bits() as i32);
    (whole, x - (shifted - SHIFT))
}

/// exp(x).
pub(crate) fn exp(x: f32) -> f32 {
    libm::expf(x)
}

/// exp(-x) for x of 0 to 80, relative error under 3e-5: a power of two from the whole part of x log2(e), a polynomial
/// for the rest.
#[inline]
pub(crate) fn exp_neg(x: f32) -> f32 {
    let (whole, rest) = split(x.clamp(0.0, 80.0) * std::f32::consts::LOG2_E);
    let scale = f32::from_bits(((127 - whole).clamp(1, 254) as u32) << 23);
    // Taylor's series about the middle of the rest's range.
    let t = (rest - 0.5) * std::f32::consts::LN_2;
    let series = 1.0 - t * (1.0 - t / 2.0 * (1.0 - t / 3.0 * (1.0 - t / 4.0 * (1.0 - t / 5.0))));
    scale * std::f32::consts::FRAC_1_SQRT_2 * series
}

/// A smooth step through (-1, 0), (0, 0.5), (1, 1) with algebraic tails: x / sqrt(1 + x^2) moved to 0..1.
#[inline]
pub(crate) fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * x / (1.0 + x * x).sqrt()
}

/// 0 below `a`, 1 above `b`, a cubic between.
#[inline]
pub(crate) fn smoothstep(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Linear mix: `a` at 0, `b` at 1.
#[inline]
pub(crate) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// An angle moved to 0..2 pi.
#[inline]
pub(crate) fn wrap_tau(a: f32) -> f32 {
    let r = a - TAU * floor(a / TAU);
    if r >= TAU { 0.0 } else { r }
}

/// An orientation moved to 0..pi.
#[inline]
pub(crate) fn wrap_pi(a: f32) -> f32 {
    let r = a - PI * floor(a / PI);
    if r >= PI { 0.0 } else { r }
}

/// 64 well-mixed bits of a counter (SplitMix64's finaliser).
#[inline]
pub(crate) fn hash(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// 32 well-mixed bits (the finaliser "lowbias32" of Wellons, 2018), in operations that vectors have.
#[inline(always)]
pub(crate) fn hash32(mut x: u32) -> u32 {
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

/// Uniform in 0..1 from a hash of two integers and a key.
#[inline]
pub(crate) fn hash_unit(key: u64, x: i32, y: i32) -> f32 {
    let cell = (u64::from(x as u32) << 32) | u64::from(y as u32);
    let h = hash(cell.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ key);
    (h >> 40) as f32 * (1.0 / 16_777_216.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_inverse_root_is_near_the_exact_one() {
        for i in 1..4000 {
            let x = i as f32 * 0.013;
            assert!((rsqrt(x) * x.sqrt() - 1.0).abs() < 2e-3, "{x}");
        }
    }

    #[test]
    fn splitting_gives_the_whole_and_the_rest() {
        for i in -20_000..20_000 {
            let x = i as f32 * 0.125;
            let (whole, rest) = split(x);
            assert_eq!(whole as f32 + rest, x);
            assert!((0.0..=1.0).contains(&rest), "{x}: {whole} and {rest}");
        }
    }

    #[test]
    fn the_falling_exponential_is_near_the_exact_one() {
        for i in 0..8000 {
            let x = i as f32 * 0.01;
            let want = libm::exp(-f64::from(x));
            assert!((f64::from(exp_neg(x)) / want - 1.0).abs() < 3e-5, "{x}: {} {want}", exp_neg(x));
        }
    }

    #[test]
    fn polynomials_stay_near_the_exact_functions() {
        for i in -4000..4000 {
            let x = i as f32 * 0.01;
            let (s, c) = sin_cos(x);
            assert!((f64::from(s) - libm::sin(f64::from(x))).abs() < 4e-6, "sin {x}");
            assert!((f64::from(c) - libm::cos(f64::from(x))).abs() < 4e-6, "cos {x}");
            let (flat_s, flat_c) = sin_cos_flat(x);
            assert!((s - flat_s).abs() < 4e-6 && (c - flat_c).abs() < 4e-6, "flat {x}: {flat_s} {flat_c}");
            let a = atan2(s * 3.0, c * 3.0);
            let want = libm::atan2(f64::from(s), f64::from(c));
            let gap = (f64::from(a) - want).abs();
            assert!(gap.min((gap - std::f64::consts::TAU).abs()) < 1e-4, "atan2 {x}: {a} {want}");
            assert!((a - atan2_flat(s * 3.0, c * 3.0)).abs() < 1e-6, "flat atan2 {x}");
            let wrapped = wrap_pi_flat(x);
            assert!(
                (0.0..=PI).contains(&wrapped) && (wrapped - wrap_pi(x)).abs() < 1e-5 || wrapped > PI - 1e-4,
                "{x}"
            );
        }
    }
}
