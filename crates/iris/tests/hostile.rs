//! Images of nothing, of noise, of one line, of any size: a refusal or a template, never a panic, in bounded time.

#![allow(clippy::unwrap_used)]

use model::Eye;
use raster::{GreyImage, NoTrace};
use ridgeline_iris as iris;
use std::time::{Duration, Instant};

/// Far above what the largest working plane takes on a slow, busy machine.
const LONGEST: Duration = Duration::from_secs(20);

struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}

/// Extracts, and says how long it took.
fn check(what: &str, width: u32, height: u32, pixels: Vec<u8>) -> Duration {
    let image = GreyImage::new(width, height, None, pixels).unwrap();
    let started = Instant::now();
    let found = iris::extract(&image, Eye::Unknown, &mut NoTrace);
    let took = started.elapsed();
    assert!(took < LONGEST, "{what} took {took:?}");
    if let Ok(e) = found {
        assert!(e.quality.value <= 100 && e.template.code.len() == 256, "{what}");
        let numbers = e.pupil.radii.iter().chain(&e.limbus.radii);
        assert!(numbers.copied().all(f32::is_finite), "{what}");
    }
    took
}

#[test]
fn nothing_panics() {
    for (width, height) in
        [(1, 1), (1, 500), (500, 1), (63, 63), (64, 64), (65, 400), (16_384, 64), (321, 243)]
    {
        let n = width as usize * height as usize;
        for grey in [0u8, 128, 255] {
            check("flat", width, height, vec![grey; n]);
        }
        let mut noise = Noise(n as u64);
        check("noise", width, height, (0..n).map(|_| noise.next() as u8).collect());
        check("ramp", width, height, (0..n).map(|i| (i % width as usize) as u8).collect());
        check("board", width, height, (0..n).map(|i| if (i / 7) % 2 == 0 { 0 } else { 255 }).collect());
    }
}

/// Images to make up: `RIDGELINE_HOSTILE_IMAGES=10000 cargo test -p ridgeline-iris --test hostile` for all of them.
fn rounds() -> u64 {
    const FOR_CI: u64 = 300;
    std::env::var("RIDGELINE_HOSTILE_IMAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(FOR_CI)
}

#[test]
fn discs_squares_and_rings_end_somewhere() {
    let mut noise = Noise(9);
    let mut longest = Duration::ZERO;
    for round in 0..rounds() {
        let (w, h) = (64 + (noise.next() % 200) as u32, 64 + (noise.next() % 200) as u32);
        let mut pixels = vec![(noise.next() % 256) as u8; (w * h) as usize];
        for _ in 0..noise.next() % 8 {
            let (cx, cy) = ((noise.next() % u64::from(w)) as i64, (noise.next() % u64::from(h)) as i64);
            let (r, grey) = (1 + (noise.next() % 90) as i64, (noise.next() % 256) as u8);
            let square = noise.next().is_multiple_of(4);
            for (i, p) in pixels.iter_mut().enumerate() {
                let (dx, dy) = (i as i64 % i64::from(w) - cx, i as i64 / i64::from(w) - cy);
                if if square { dx.abs().max(dy.abs()) < r } else { dx * dx + dy * dy < r * r } {
                    *p = grey.wrapping_add((noise.next() % 8) as u8);
                }
            }
        }
        longest = longest.max(check(&format!("round {round}"), w, h, pixels));
    }
    println!("{} images, the longest took {longest:?}", rounds());
}

#[test]
fn an_empty_scene_is_refused() {
    for grey in [0u8, 90, 255] {
        let image = GreyImage::new(320, 240, None, vec![grey; 320 * 240]).unwrap();
        assert_eq!(iris::extract(&image, Eye::Unknown, &mut NoTrace), Err(iris::Refusal::NoEye));
    }
}
