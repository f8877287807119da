//! Asking memory for what comes next. Nothing is read, so no result depends on it; its scalar twin does nothing.
#![allow(unsafe_code)]

/// Bytes that memory gives at a time.
const LINE: usize = 64;

/// Asks for a value that is needed soon.
#[inline(always)]
pub(crate) fn fetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    for at in (0..size_of::<T>()).step_by(LINE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the address lies within the value; a prefetch, which every x86-64 has, changes nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast::<i8>().add(at)) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_as_it_is() {
        let values: Vec<[u8; 100]> = (0..50).map(|i| [i; 100]).collect();
        values.iter().for_each(fetch);
        fetch(&());
        assert!(values.iter().zip(0..).all(|(value, i)| *value == [i; 100]));
    }
}
