//! The inverse cosine transform in whole numbers: Loeffler, Ligtenberg and Moschytz's with 12 multiplications, in the
//! precision of the Independent JPEG Group's slow method, which is the one that everybody compares with.

/// Fractional bits of the constants.
const CONST_BITS: u32 = 13;

/// Fractional bits kept between the two passes.
const PASS_BITS: u32 = 2;

/// A constant in fixed point.
const fn fix(value: f64) -> i32 {
    (value * (1 << CONST_BITS) as f64 + 0.5) as i32
}

/// Eight samples of one line from its eight coefficients, scaled by `2^CONST_BITS` and the square root of eight.
fn line(c: [i32; 8]) -> [i32; 8] {
    // Damaged files can hold coefficients of any size: sums wrap rather than overflow.
    let mul = |a: i32, b: i32| a.wrapping_mul(b);
    let add = |a: i32, b: i32| a.wrapping_add(b);
    let sub = |a: i32, b: i32| a.wrapping_sub(b);

    // Even part.
    let z1 = mul(add(c[2], c[6]), fix(0.541_196_100));
    let t2 = sub(z1, mul(c[6], fix(1.847_759_065)));
    let t3 = add(z1, mul(c[2], fix(0.765_366_865)));
    let t0 = add(c[0], c[4]).wrapping_shl(CONST_BITS);
    let t1 = sub(c[0], c[4]).wrapping_shl(CONST_BITS);
    let even = [add(t0, t3), add(t1, t2), sub(t1, t2), sub(t0, t3)];

    // Odd part.
    let (z1, z2) = (add(c[7], c[1]), add(c[5], c[3]));
    let (z3, z4) = (add(c[7], c[3]), add(c[5], c[1]));
    let z5 = mul(add(z3, z4), fix(1.175_875_602));
    let z1 = mul(z1, -fix(0.899_976_223));
    let z2 = mul(z2, -fix(2.562_915_447));
    let z3 = add(mul(z3, -fix(1.961_570_560)), z5);
    let z4 = add(mul(z4, -fix(0.390_180_644)), z5);
    let odd = [
        add(mul(c[1], fix(1.501_321_110)), add(z1, z4)),
        add(mul(c[3], fix(3.072_711_026)), add(z2, z3)),
        add(mul(c[5], fix(2.053_119_869)), add(z2, z4)),
        add(mul(c[7], fix(0.298_631_336)), add(z1, z3)),
    ];
    std::array::from_fn(|i| if i < 4 { add(even[i], odd[i]) } else { sub(even[7 - i], odd[7 - i]) })
}

/// Rounds fractional bits away.
fn descale(value: i32, bits: u32) -> i32 {
    value.wrapping_add(1 << (bits - 1)) >> bits
}

/// Samples of a block, row by row, from its dequantised coefficients.
pub(super) fn inverse(coefficients: &[i32; 64]) -> [u8; 64] {
    let mut columns = [0; 64];
    for x in 0..8 {
        let column = line(std::array::from_fn(|v| coefficients[8 * v + x]));
        for (y, value) in column.into_iter().enumerate() {
            columns[8 * y + x] = descale(value, CONST_BITS - PASS_BITS);
        }
    }
    let mut samples = [0; 64];
    for (row, out) in columns.as_chunks::<8>().0.iter().zip(samples.as_chunks_mut::<8>().0) {
        // Three more bits take off the two square roots of eight.
        *out = line(*row).map(|v| (descale(v, CONST_BITS + PASS_BITS + 3) + 128).clamp(0, 255) as u8);
    }
    samples
}
