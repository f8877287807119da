//! Bars and borders around a picture: lines of one grey show nothing, and their edges are stronger than any eye's.

use raster::{Area, GreyImage};

/// Grey levels between the lightest and the darkest pixel of a line that shows nothing; compression leaves some.
const SPREAD: u8 = 8;

/// Most of each side that is taken for a border. Bars are narrow; what is wider may be a wall behind a face.
const MOST: f32 = 0.2;

/// The part of the image within its borders.
pub(crate) fn content(image: &GreyImage) -> Area {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let pixels = image.pixels();
    let flat = |line: &mut dyn Iterator<Item = u8>| {
        let (mut low, mut high) = (u8::MAX, 0);
        for p in line {
            (low, high) = (low.min(p), high.max(p));
            if high - low > SPREAD {
                return false;
            }
        }
        true
    };
    let row = |y: usize| flat(&mut pixels[y * w..][..w].iter().copied());
    let (most_x, most_y) = ((w as f32 * MOST) as usize, (h as f32 * MOST) as usize);
    let top = (0..most_y).find(|y| !row(*y)).unwrap_or(0);
    let bottom = (0..most_y).find(|y| !row(h - 1 - y)).unwrap_or(0);
    // Sides between the bars above and below, which would hide that they are of one grey.
    let column = |x: usize| flat(&mut (top..h - bottom).map(|y| pixels[y * w + x]));
    let left = (0..most_x).find(|x| !column(*x)).unwrap_or(0);
    let right = (0..most_x).find(|x| !column(w - 1 - x)).unwrap_or(0);
    Area {
        x: left as u32,
        y: top as u32,
        width: (w - left - right) as u32,
        height: (h - top - bottom) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(bars: [usize; 4], grey: u8) -> GreyImage {
        let [left, right, top, bottom] = bars;
        let pixels = (0..200 * 160).map(|i| {
            let (x, y) = (i % 200, i / 200);
            let inside = x >= left && x < 200 - right && y >= top && y < 160 - bottom;
            if inside { (40 + (x * 7 + y * 13) % 150) as u8 } else { grey + (i % 3) as u8 }
        });
        GreyImage::new(200, 160, None, pixels.collect()).unwrap()
    }

    #[test]
    fn borders_are_left_out_and_pictures_are_not() {
        let area = |x, y, width, height| Area { x, y, width, height };
        assert_eq!(content(&framed([0; 4], 0)), area(0, 0, 200, 160));
        assert_eq!(content(&framed([12, 8, 0, 20], 0)), area(12, 0, 180, 140));
        assert_eq!(content(&framed([0, 0, 9, 9], 250)), area(0, 9, 200, 142));
        // Wider than a bar, and nothing but one grey: left as they are.
        assert_eq!(content(&framed([60, 0, 0, 0], 0)), area(0, 0, 200, 160));
        assert_eq!(content(&framed([100, 100, 80, 80], 9)), area(0, 0, 200, 160));
    }
}
