//! The similarity of all descriptors of one print with all of the other: whole numbers, so every CPU agrees.
#![allow(unsafe_code)]

use super::descriptor::PROJECTED_LEN;

/// Dot products of the rows of `a` with the rows of `b`, row by row.
pub(crate) fn similarity(a: &[i16], b: &[i16], out: &mut Vec<i32>) {
    out.clear();
    let (rows, columns) = (a.len() / PROJECTED_LEN, b.len() / PROJECTED_LEN);
    out.resize(rows * columns, 0);
    if columns == 0 {
        return;
    }
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        for (row, line) in a.chunks_exact(PROJECTED_LEN).zip(out.chunks_exact_mut(columns)) {
            // SAFETY: the CPU has AVX2; `row` has PROJECTED_LEN values, `b` that many for each of `line`.
            unsafe { line_avx2(row, b, line) };
        }
        return;
    }
    for (row, line) in a.chunks_exact(PROJECTED_LEN).zip(out.chunks_exact_mut(columns)) {
        line_any(row, b, line);
    }
}

/// The reference.
fn line_any(row: &[i16], b: &[i16], line: &mut [i32]) {
    for (other, o) in b.chunks_exact(PROJECTED_LEN).zip(line) {
        *o = row.iter().zip(other).map(|(x, y)| i32::from(*x) * i32::from(*y)).sum();
    }
}

/// # Safety
/// The CPU has AVX2; `row` has [`PROJECTED_LEN`] values, `b` that many for each value of `line`.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn line_avx2(row: &[i16], b: &[i16], line: &mut [i32]) {
    use std::arch::x86_64::*;
    const STEPS: usize = PROJECTED_LEN / 16;
    let mut own = [_mm256_setzero_si256(); STEPS];
    let mut k = 0;
    while k < STEPS {
        // SAFETY: 16 k + 16 <= PROJECTED_LEN.
        own[k] = unsafe { _mm256_loadu_si256(row.as_ptr().add(16 * k).cast()) };
        k += 1;
    }
    let mut j = 0;
    while j < line.len() {
        let mut sum = _mm256_setzero_si256();
        let mut k = 0;
        while k < STEPS {
            // SAFETY: j < line.len(), so row j of `b` lies inside it.
            let other = unsafe { _mm256_loadu_si256(b.as_ptr().add(j * PROJECTED_LEN + 16 * k).cast()) };
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(own[k], other));
            k += 1;
        }
        let half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
        let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b00_00_11_10>(half));
        let all = _mm_add_epi32(quarter, _mm_shuffle_epi32::<0b00_00_00_01>(quarter));
        line[j] = _mm_cvtsi128_si32(all);
        j += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_agree() {
        let make = |n: usize, k: usize| -> Vec<i16> {
            (0..n * PROJECTED_LEN).map(|i| ((i * k) % 255) as i16 - 127).collect()
        };
        let (a, b) = (make(7, 31), make(19, 57));
        let mut fast = Vec::new();
        similarity(&a, &b, &mut fast);
        let mut plain = vec![0; 7 * 19];
        for (row, line) in a.chunks_exact(PROJECTED_LEN).zip(plain.chunks_exact_mut(19)) {
            line_any(row, &b, line);
        }
        assert_eq!(fast, plain);
        assert_eq!(fast.len(), 7 * 19);
    }
}
