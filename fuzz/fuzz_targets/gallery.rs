//! The 1:N search: kernels against their scalar twins, and snapshots' records as they are behind the seal.
//!
//! Holds: every set of kernels gives the same; nothing panics, also when what was read is searched; what is read is
//! written as it was.
#![no_main]

use gallery::{Person, disagreeing_kernels, snapshot::reads_what_it_writes};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// Any finger and eye that are not empty.
static PROBE: LazyLock<Person> = LazyLock::new(|| {
    let minutiae = (0..30u8).map(|i| finger::Minutia {
        x: f32::from(i) * 9.0,
        y: f32::from(i % 7) * 40.0,
        direction: f32::from(i) * 0.2,
        kind: finger::MinutiaKind::Ending,
        confidence: 0.9,
    });
    let template = finger::Template {
        width_px: 300,
        height_px: 300,
        quality: 60,
        minutiae: minutiae.collect(),
        ..finger::Template::default()
    };
    let words: Vec<u64> = (0..iris::CODE_COLUMNS as u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    let eye = iris::Template::new(60, words.clone(), vec![u64::MAX; words.len()]);
    Person {
        fingers: vec![(model::FingerPosition::Unknown, template)],
        irises: eye.into_iter().map(|t| (model::Eye::Unknown, t)).collect(),
    }
});

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(disagreeing_kernels(bytes), None);
    assert!(reads_what_it_writes(bytes, &PROBE));
});
