//! What a comparison costs: `cargo bench -p ridgeline-iris`.
//!
//! On paper: 31 turns of 256 words are 992 steps of six 512-bit instructions, two of them a cycle: 3,000 cycles, 1
//! microsecond at 3 GHz. The 34 far turns of the compact codes are 136 steps more, each turn with two sums at its end.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use ridgeline_iris::{CODE_COLUMNS, Prepared, Template};
use std::hint::black_box;

const EYES: u64 = 64;

/// Codes that agree by chance in half of their bits, three quarters of them usable.
fn template(seed: u64) -> Template {
    let word = |i: u64| {
        let x = (i + 1 + seed * 1000).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ x >> 32
    };
    let code = (0..CODE_COLUMNS as u64).map(word).collect();
    let mask = (0..CODE_COLUMNS as u64).map(|i| word(i + 300) | word(i + 600)).collect();
    Template::new(60, code, mask).unwrap()
}

fn compare(c: &mut Criterion) {
    let templates: Vec<Template> = (0..EYES).map(template).collect();
    let eyes: Vec<Prepared> = templates.iter().map(Prepared::new).collect();
    c.bench_function("prepare", |b| b.iter(|| Prepared::new(black_box(&templates[0]))));
    let mut at = 0;
    c.bench_function("compare strangers", |b| {
        b.iter(|| {
            at += 1;
            let (i, j) = (at % eyes.len(), (at * 7 + 1) % eyes.len());
            ridgeline_iris::compare(&eyes[i], &eyes[if i == j { (j + 1) % eyes.len() } else { j }]).llr
        });
    });
}

criterion_group!(benches, compare);
criterion_main!(benches);
