//! What extraction costs: `cargo bench -p ridgeline-iris --bench extract`.
//!
//! On paper, for 320 x 240 pixels: the network sees 192 x 144 of them at 9,500 products each, 0.26 G, 32 a cycle where
//! AVX-512 is there, 4 ms at 2 GHz; the limbus circles of up to six pupils, 750 circles of 35 spokes with five values
//! each, a million reads, 3 ms; thirty passes over the picture 3 ms.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use model::Eye;
use raster::{GreyImage, NoTrace};
use std::hint::black_box;
use synth::eye::{Condition, Identity, Preset};

fn eyes(preset: Preset) -> Vec<GreyImage> {
    let shot = |n: u64| synth::eye::eye(&Identity::new(n), &Condition::draw(preset, n), n).unwrap().image;
    (1..=8).map(shot).collect()
}

fn extract(c: &mut Criterion) {
    let mut group = c.benchmark_group("extract");
    group.sample_size(20);
    for preset in [Preset::Enrolment, Preset::Small, Preset::Close] {
        let eyes = eyes(preset);
        let (w, h) = (eyes[0].width(), eyes[0].height());
        let mut at = 0;
        group.bench_function(format!("{preset:?}, {w} x {h}"), |b| {
            b.iter(|| {
                at += 1;
                black_box(ridgeline_iris::extract(&eyes[at % eyes.len()], Eye::Unknown, &mut NoTrace))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, extract);
criterion_main!(benches);
