//! Cutting and turning.

use crate::image::{GreyImage, ImageError};

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Area {
    /// Pixels left of it.
    pub x: u32,
    /// Pixels above it.
    pub y: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// A turn or a mirroring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// A quarter clockwise.
    Right,
    /// A half.
    Half,
    /// A quarter counter-clockwise.
    Left,
    /// Left and right change places.
    Mirror,
}

/// A part of an image; what lies outside the image is left out.
///
/// # Errors
/// [`ImageError::Size`] where nothing is left.
pub fn crop(image: &GreyImage, area: Area) -> Result<GreyImage, ImageError> {
    let right = area.x.saturating_add(area.width).min(image.width());
    let bottom = area.y.saturating_add(area.height).min(image.height());
    let (width, height) = (right.saturating_sub(area.x), bottom.saturating_sub(area.y));
    let rows =
        image.pixels().chunks_exact(image.width() as usize).skip(area.y as usize).take(height as usize);
    let pixels =
        rows.flat_map(|row| row.get(area.x as usize..right as usize).unwrap_or(&[])).copied().collect();
    GreyImage::new(width, height, image.ppi(), pixels)
}

/// A turned image.
pub fn turn(image: &GreyImage, turn: Turn) -> GreyImage {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let at = |x: usize, y: usize| image.pixels().get(y * w + x).copied().unwrap_or(0);
    let pixels: Vec<u8> = match turn {
        Turn::Right => (0..w).flat_map(|x| (0..h).rev().map(move |y| at(x, y))).collect(),
        Turn::Left => (0..w).rev().flat_map(|x| (0..h).map(move |y| at(x, y))).collect(),
        Turn::Half => image.pixels().iter().rev().copied().collect(),
        Turn::Mirror => image.pixels().chunks_exact(w).flat_map(|row| row.iter().rev()).copied().collect(),
    };
    let (width, height) = match turn {
        Turn::Right | Turn::Left => (image.height(), image.width()),
        Turn::Half | Turn::Mirror => (image.width(), image.height()),
    };
    image.same_area(width, height, pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> GreyImage {
        GreyImage::new(3, 2, Some(500.0), vec![1, 2, 3, 4, 5, 6]).unwrap()
    }

    #[test]
    fn crops() {
        let check = |area: (u32, u32, u32, u32), expected: &[u8]| {
            let (x, y, width, height) = area;
            assert_eq!(crop(&small(), Area { x, y, width, height }).unwrap().pixels(), expected, "{area:?}");
        };
        check((0, 0, 3, 2), &[1, 2, 3, 4, 5, 6]);
        check((1, 0, 2, 1), &[2, 3]);
        check((2, 1, 9, u32::MAX), &[6]);
        assert!(crop(&small(), Area { x: 3, y: 0, width: 1, height: 1 }).is_err());
        assert!(crop(&small(), Area { x: u32::MAX, y: u32::MAX, width: 1, height: 1 }).is_err());
    }

    #[test]
    fn turns() {
        assert_eq!(turn(&small(), Turn::Right).pixels(), [4, 1, 5, 2, 6, 3]);
        assert_eq!(turn(&turn(&small(), Turn::Right), Turn::Left), small());
        assert_eq!(turn(&small(), Turn::Half).pixels(), [6, 5, 4, 3, 2, 1]);
        assert_eq!(turn(&small(), Turn::Mirror).pixels(), [3, 2, 1, 6, 5, 4]);
    }
}
