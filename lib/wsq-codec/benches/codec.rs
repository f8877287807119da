//! Decoding and encoding of a synthetic print of 512 x 512 pixels at the two usual rates.

#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use wsq_codec::{EncodeOptions, decode, encode};

const SIDE: u16 = 512;

fn ridges() -> Vec<u8> {
    let mut noise = 7_u32;
    let mut pixel = |x: f64, y: f64| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let ridge = ((x - 200.0).hypot((y - 240.0) * 1.3) / 9.0 * std::f64::consts::TAU).sin();
        (128.0 + 90.0 * ridge + f64::from(noise >> 28) - 8.0) as u8
    };
    (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y))).map(|(x, y)| pixel(x.into(), y.into())).collect()
}

fn bench(c: &mut Criterion) {
    let pixels = ridges();
    let mut group = c.benchmark_group("512x512");
    group.throughput(Throughput::Elements(u64::from(SIDE) * u64::from(SIDE)));
    for rate in [0.75, 2.25] {
        let options = EncodeOptions::new(rate).ppi(500);
        let Ok(file) = encode(&pixels, SIDE, SIDE, &options) else { continue };
        group.bench_function(format!("encode {rate}"), |b| {
            b.iter(|| encode(black_box(&pixels), SIDE, SIDE, &options).map(|f| f.len()));
        });
        group.bench_function(format!("decode {rate}"), |b| {
            b.iter(|| decode(black_box(&file)).map(|i| i.pixels().len()));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
