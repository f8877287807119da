//! The reversible 5/3 transform (annex F.4.8.1) and where its bands lie.

/// Which filters made a band: horizontal first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BandKind {
    LowLow,
    HighLow,
    LowHigh,
    HighHigh,
}

impl BandKind {
    /// Bits by which the band's range exceeds the image's (table E.1).
    pub(super) fn gain_bits(self) -> u8 {
        match self {
            Self::LowLow => 0,
            Self::HighLow | Self::LowHigh => 1,
            Self::HighHigh => 2,
        }
    }
}

/// A band's rectangle in the transformed plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    pub(super) kind: BandKind,
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// The bands of each resolution, lowest first.
pub(super) fn bands(width: usize, height: usize, levels: u32) -> Vec<Vec<Band>> {
    let at = |n: usize, level: u32| n.div_ceil(1 << level);
    let (w, h) = (at(width, levels), at(height, levels));
    let mut out = vec![vec![Band { kind: BandKind::LowLow, x: 0, y: 0, width: w, height: h }]];
    for level in (1..=levels).rev() {
        let (w, h) = (at(width, level), at(height, level));
        let (right, below) = (at(width, level - 1) - w, at(height, level - 1) - h);
        out.push(vec![
            Band { kind: BandKind::HighLow, x: w, y: 0, width: right, height: h },
            Band { kind: BandKind::LowHigh, x: 0, y: h, width: w, height: below },
            Band { kind: BandKind::HighHigh, x: w, y: h, width: right, height: below },
        ]);
    }
    out
}

/// Transforms in place: columns, then rows, then the same on the low band.
pub(super) fn forward(plane: &mut [i32], width: usize, height: usize, levels: u32) {
    let (mut w, mut h) = (width, height);
    let mut line = Vec::with_capacity(w.max(h));
    for _ in 0..levels {
        for x in 0..w {
            line.clear();
            line.extend(plane.iter().skip(x).step_by(width).take(h));
            split(&mut line);
            plane.iter_mut().skip(x).step_by(width).zip(&line).for_each(|(p, &v)| *p = v);
        }
        for row in plane.chunks_exact_mut(width).take(h) {
            line.clear();
            line.extend(row.iter().take(w));
            split(&mut line);
            row.iter_mut().zip(&line).for_each(|(p, &v)| *p = v);
        }
        (w, h) = (w.div_ceil(2), h.div_ceil(2));
    }
}

/// One line: lifting with mirrored ends, then low coefficients before high ones.
fn split(line: &mut Vec<i32>) {
    let n = line.len();
    if n < 2 {
        return;
    }
    // Past either end the line is mirrored about its last sample.
    let mirror = |i: isize| (if i < 0 { -i } else { i.min(2 * (n as isize - 1) - i) }) as usize;
    for i in (1..n).step_by(2) {
        let at = i as isize;
        line[i] -= (line[mirror(at - 1)] + line[mirror(at + 1)]) >> 1;
    }
    for i in (0..n).step_by(2) {
        let at = i as isize;
        line[i] += (line[mirror(at - 1)] + line[mirror(at + 1)] + 2) >> 2;
    }
    let high: Vec<i32> = line.iter().copied().skip(1).step_by(2).collect();
    let low: Vec<i32> = line.iter().copied().step_by(2).collect();
    line.clear();
    line.extend(low);
    line.extend(high);
}
