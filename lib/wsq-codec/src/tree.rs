//! Where the 64 sub-bands lie (figure 5 of the specification).
//!
//! The image is split twenty times into four; a split's low and high halves swap places where the samples that
//! are split are themselves a high-pass half (spectral inversion), so that frequencies stay in order. For an odd
//! length the low half has one sample more.

/// A rectangle of coefficients in the plane of the image's size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
}

/// One split into four.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Split {
    pub(crate) rect: Rect,
    /// The high-pass half of each row comes first.
    pub(crate) rows_inverted: bool,
    /// The high-pass half of each column comes first.
    pub(crate) columns_inverted: bool,
}

/// Sub-bands that are coded; the highest four of the 64 are dropped.
pub(crate) const SUBBANDS: usize = 60;

/// The layout for one image size.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    /// In the order of analysis; synthesis goes backwards.
    pub(crate) splits: Vec<Split>,
    /// In the order of coding.
    pub(crate) subbands: Vec<Rect>,
}

/// Both halves of a length: their starts relative to it and their sizes, in place order.
fn halves(length: usize, inverted: bool) -> [(usize, usize); 2] {
    let (low, high) = (length.div_ceil(2), length / 2);
    if inverted { [(0, high), (high, low)] } else { [(0, low), (low, high)] }
}

/// A rectangle split into four: top left, top right, bottom left, bottom right, each with whether its own rows
/// and columns are to be inverted when it is split again: they are where it is a high-pass half.
fn quarters(split: Split) -> [Split; 4] {
    let Rect { x, y, width, height } = split.rect;
    let across = halves(width, split.rows_inverted);
    let down = halves(height, split.columns_inverted);
    let quarter = |column: usize, row: usize| {
        let ((left, w), (top, h)) = (across[column], down[row]);
        Split {
            rect: Rect { x: x + left, y: y + top, width: w, height: h },
            rows_inverted: column == 1,
            columns_inverted: row == 1,
        }
    };
    [quarter(0, 0), quarter(1, 0), quarter(0, 1), quarter(1, 1)]
}

/// Each quarter split into quarters.
fn sixteenths(split: Split) -> impl Iterator<Item = Split> {
    quarters(split).into_iter().flat_map(quarters)
}

impl Tree {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        let whole = Split { rect: Rect { x: 0, y: 0, width, height }, ..Split::default() };
        let [low, right, below, _] = quarters(whole);
        let [low2, right2, below2, corner2] = quarters(low);
        let [low3, ..] = quarters(low2);
        let [low4, ..] = quarters(low3);

        let mut splits = vec![whole, low, right, below, right2, below2];
        splits.extend(quarters(right2));
        splits.extend(quarters(below2));
        splits.push(low2);
        splits.extend(quarters(low2));
        splits.push(low4);

        let mut subbands: Vec<Split> = quarters(low4).to_vec();
        subbands.extend(sixteenths(low2).skip(1));
        subbands.extend(sixteenths(right2));
        subbands.extend(sixteenths(below2));
        subbands.push(corner2);
        subbands.extend(quarters(right));
        subbands.extend(quarters(below));
        Self { splits, subbands: subbands.iter().map(|s| s.rect).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subbands_and_the_dropped_corner_tile_the_plane() {
        for (width, height) in [(256, 256), (545, 622), (801, 751), (17, 300), (1, 1), (5, 2)] {
            let tree = Tree::new(width, height);
            assert_eq!((tree.splits.len(), tree.subbands.len()), (20, SUBBANDS));
            let mut covered = vec![0_u8; width * height];
            for r in &tree.subbands {
                for y in r.y..r.y + r.height {
                    covered[y * width + r.x..y * width + r.x + r.width].iter_mut().for_each(|c| *c += 1);
                }
            }
            let dropped = (width / 2) * (height / 2);
            assert_eq!(covered.iter().filter(|&&c| c == 0).count(), dropped, "{width} x {height}");
            assert!(covered.iter().all(|&c| c <= 1), "{width} x {height}");
        }
    }
}
