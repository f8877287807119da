//! Sizes that say little: sealed encounters fall in buckets, answers come in one size (S11).

/// The smallest sealed encounter. A refusal or an encounter of absences alone looks like a single small print.
pub const SMALLEST_BUCKET: u64 = 64 * 1024;

/// The largest sealed encounter. A full set (14 flat and rolled prints at 15:1, two irises, a few marks) is under
/// 8 MiB; uncompressed scans of the same at 500 ppi stay under 64 MiB.
pub const LARGEST_BUCKET: u64 = 64 * 1024 * 1024;

/// The bucket for `length` bytes: the next of 4, 5, 6 or 7 times a power of two, so that at most a quarter is
/// padding and only 41 sizes exist. None above [`LARGEST_BUCKET`].
pub fn bucket(length: u64) -> Option<u64> {
    if length <= SMALLEST_BUCKET {
        return Some(SMALLEST_BUCKET);
    }
    if length > LARGEST_BUCKET {
        return None;
    }
    // The step is a quarter of the largest power of two below the length.
    let step = ((length - 1).checked_ilog2().map(|log| 1u64 << log)?) / 4;
    Some(length.div_ceil(step) * step)
}

/// Whether `length` is one of the bucket sizes.
pub fn is_bucket(length: u64) -> bool {
    bucket(length) == Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_few() {
        let mut sizes = vec![];
        let mut length = 1;
        while let Some(size) = bucket(length) {
            sizes.push(size);
            length = size + 1;
        }
        assert_eq!(sizes.len(), 41);
        assert_eq!(sizes[..5], [64, 80, 96, 112, 128].map(|kib| kib * 1024));
        assert_eq!(sizes.last(), Some(&LARGEST_BUCKET));
    }

    proptest! {
        #[test]
        fn holds_and_wastes_little(length in 0..=LARGEST_BUCKET) {
            let size = bucket(length).unwrap();
            prop_assert!(size >= length && is_bucket(size));
            prop_assert!(size == SMALLEST_BUCKET || (size - length) * 4 <= length);
        }

        #[test]
        fn too_long_has_none(length in LARGEST_BUCKET + 1..) {
            prop_assert_eq!(bucket(length), None);
        }
    }
}
