//! Pictures that the tests make themselves.

use raster::GreyImage;

/// Curved ridges of about nine pixels with some grain, like a print at 500 ppi.
pub(crate) fn ridges(width: u32, height: u32, ppi: Option<f64>) -> GreyImage {
    let mut noise = 12_345_u32;
    let mut pixel = |x: u32, y: u32| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (dx, dy) = (f64::from(x) - 60.0, f64::from(y) - 90.0);
        let ridge = (dx.hypot(dy * 1.3) / 9.0 * std::f64::consts::TAU).sin();
        (128.0 + 90.0 * ridge + f64::from(noise >> 28) - 8.0) as u8
    };
    let pixels =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
    GreyImage::new(width, height, ppi, pixels).unwrap()
}

/// Peak signal to noise in decibels.
#[allow(dead_code)]
pub(crate) fn psnr(a: &GreyImage, b: &GreyImage) -> f64 {
    let squares: f64 =
        a.pixels().iter().zip(b.pixels()).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) * a.pixels().len() as f64 / squares.max(1e-9)).log10()
}
