//! What extraction costs: `cargo bench -p ridgeline-finger --bench extract`.
//!
//! On paper, for 388 x 374 pixels at 500 ppi: the network's 9,468 products a pixel are 1.37 G, 32 a cycle where
//! AVX-512 is there, 21 ms at 2 GHz; the ten passes over the image around it a few milliseconds.

#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use raster::{GreyImage, NoTrace};
use ridgeline_finger::{FrontEnd, extract_with};
use std::hint::black_box;

/// Ridges about a point, with a ridge more on one side of many places: it has minutiae.
fn print(w: u32, h: u32, ppi: f64) -> GreyImage {
    let scale = ppi as f32 / 500.0;
    let pixels = (0..h)
        .flat_map(|y| (0..w).map(move |x| (x as f32 / scale, y as f32 / scale)))
        .map(|(x, y)| {
            let (dx, dy) = (x - 190.0, y - 200.0);
            let mut phase = (dx * dx + 0.7 * dy * dy).sqrt() * 0.7;
            for k in 0..12 {
                let (mx, my) = (60.0 + (k * 53 % 270) as f32, 60.0 + (k * 97 % 260) as f32);
                phase += (y - my).atan2(x - mx) * if k % 2 == 0 { 1.0 } else { -1.0 };
            }
            (128.0 + 90.0 * phase.sin()) as u8
        })
        .collect();
    GreyImage::new(w, h, Some(ppi), pixels).unwrap()
}

fn stages(c: &mut Criterion) {
    let mut group = c.benchmark_group("extract");
    group.sample_size(20);
    for (name, image, road) in [
        ("learned, 388 x 374", print(388, 374, 500.0), FrontEnd::Learned),
        ("learned, 776 x 748 at 1000 ppi", print(776, 748, 1000.0), FrontEnd::Learned),
        ("learned, a slap of 1600 x 1500", print(1600, 1500, 500.0), FrontEnd::Learned),
        ("classical, 388 x 374", print(388, 374, 500.0), FrontEnd::Classical),
    ] {
        group.bench_function(name, |b| b.iter(|| black_box(extract_with(&image, road, &mut NoTrace))));
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
