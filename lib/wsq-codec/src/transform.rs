//! The symmetric wavelet transform: lines of samples to their low-pass and high-pass halves and back.
//!
//! Pixels must equal the reference's bit for bit, so each output is a sum in single precision, from the first tap
//! to the last, without fused operations. Speed comes from doing many outputs side by side: whole rows for the
//! vertical pass, and for the horizontal one the even and odd samples of a row as two contiguous runs.

use crate::filter::{Analysis, Synthesis};
use crate::tree::{Rect, Split, Tree};

/// How a line goes on beyond an end.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Edge {
    /// Mirrored about the last sample, which is not repeated.
    Whole,
    /// Mirrored about the end, so that the last sample is repeated.
    Half,
    /// As `Half`, with the opposite sign.
    AntiHalf,
    /// A zero, then mirrored about it with the opposite sign.
    AntiWhole,
}

/// The sample that stands at `index` of a line of `len` samples that goes on beyond its ends, and its sign; `None`
/// stands for zero.
fn reflect(mut index: isize, len: usize, left: Edge, right: Edge) -> Option<(usize, f32)> {
    let len = len as isize;
    let mut sign = 1.0;
    if len == 0 {
        return None;
    }
    if len == 1 && left == Edge::Whole && right == Edge::Whole {
        return Some((0, sign));
    }
    loop {
        let edge = if index < 0 {
            match left {
                Edge::Whole => index = -index,
                _ => index = -1 - index,
            }
            left
        } else if index >= len {
            if right == Edge::AntiWhole && index == len {
                return None;
            }
            index = match right {
                Edge::Whole => 2 * (len - 1) - index,
                Edge::AntiWhole => 2 * len - index,
                _ => 2 * len - 1 - index,
            };
            right
        } else {
            return Some((index as usize, sign));
        };
        if matches!(edge, Edge::AntiHalf | Edge::AntiWhole) {
            sign = -sign;
        }
    }
}

/// `out[i] = sources[0][i] * taps[0] + sources[1][i] * taps[1] + ...`, in that order.
fn combine(out: &mut [f32], terms: &[(&[f32], f32)]) {
    fn fixed<const N: usize>(out: &mut [f32], terms: &[(&[f32], f32)]) -> bool {
        let Ok(terms) = <&[(&[f32], f32); N]>::try_from(terms) else { return false };
        let len = out.len();
        if terms.iter().any(|(source, _)| source.len() < len) {
            return false;
        }
        let sources = terms.map(|(source, _)| &source[..len]);
        let taps = terms.map(|(_, tap)| tap);
        for (i, o) in out.iter_mut().enumerate() {
            let mut sum = sources[0][i] * taps[0];
            for n in 1..N {
                sum += sources[n][i] * taps[n];
            }
            *o = sum;
        }
        true
    }
    let done = match terms.len() {
        7 => fixed::<7>(out, terms),
        8 => fixed::<8>(out, terms),
        9 => fixed::<9>(out, terms),
        _ => false,
    };
    if done {
        return;
    }
    out.fill(0.0);
    for (n, (source, tap)) in terms.iter().enumerate() {
        let pairs = out.iter_mut().zip(source.iter());
        if n == 0 {
            pairs.for_each(|(o, s)| *o = s * tap);
        } else {
            pairs.for_each(|(o, s)| *o += s * tap);
        }
    }
}

/// One term of an output: which sample of which half, times what.
#[derive(Debug, Clone, Copy)]
struct Term {
    index: usize,
    tap: f32,
}

/// Which samples of the two halves make output `n` of a line, in the order of summation.
struct SynthesisPlan<'a> {
    filters: &'a Synthesis,
    /// The high-pass taps as applied: negated for even filters.
    high: Vec<f32>,
    low_len: usize,
    high_len: usize,
    low_edges: (Edge, Edge),
    high_edges: (Edge, Edge),
}

impl<'a> SynthesisPlan<'a> {
    fn new(filters: &'a Synthesis, length: usize) -> Self {
        let odd_line = length % 2 == 1;
        let (low_edges, high_edges) = match (filters.is_odd(), odd_line) {
            (true, true) => ((Edge::Whole, Edge::Whole), (Edge::Half, Edge::Half)),
            (true, false) => ((Edge::Whole, Edge::Half), (Edge::Half, Edge::Whole)),
            (false, true) => ((Edge::Half, Edge::Whole), (Edge::AntiHalf, Edge::AntiWhole)),
            (false, false) => ((Edge::Half, Edge::Half), (Edge::AntiHalf, Edge::AntiHalf)),
        };
        let sign = if filters.is_odd() { 1.0 } else { -1.0 };
        Self {
            filters,
            high: filters.high.iter().map(|v| sign * v).collect(),
            low_len: length.div_ceil(2),
            high_len: length / 2,
            low_edges,
            high_edges,
        }
    }

    /// Tap `i` of a filter meets the half's sample `src` in output `n` where `i = 2 src - n + centre`.
    fn low_centre(&self) -> isize {
        let taps = self.filters.low.len() as isize;
        if self.filters.is_odd() { (taps - 1) / 2 } else { taps / 2 }
    }

    fn high_centre(&self) -> isize {
        let taps = self.high.len() as isize;
        if self.filters.is_odd() { (taps + 1) / 2 } else { taps / 2 }
    }

    /// Taps of output `n` and the unreflected samples that they meet.
    fn pairs(taps: &[f32], centre: isize, n: usize) -> impl Iterator<Item = (isize, f32)> {
        let shift = n as isize - centre;
        let first = shift.rem_euclid(2) as usize;
        taps.iter().enumerate().skip(first).step_by(2).map(move |(i, &tap)| ((i as isize + shift) / 2, tap))
    }

    fn low_terms(&self, n: usize) -> impl Iterator<Item = Term> {
        let (left, right) = self.low_edges;
        Self::pairs(&self.filters.low, self.low_centre(), n).filter_map(move |(src, tap)| {
            let (index, sign) = reflect(src, self.low_len, left, right)?;
            Some(Term { index, tap: tap * sign })
        })
    }

    fn high_terms(&self, n: usize) -> impl Iterator<Item = Term> {
        let (left, right) = self.high_edges;
        Self::pairs(&self.high, self.high_centre(), n).filter_map(move |(src, tap)| {
            let (index, sign) = reflect(src, self.high_len, left, right)?;
            Some(Term { index, tap: tap * sign })
        })
    }
}

/// Puts an image together from its sub-bands, in place. `plane` is `width` samples wide.
pub(crate) fn synthesise(plane: &mut [f32], width: usize, tree: &Tree, filters: &Synthesis) {
    let mut scratch = vec![0.0; plane.len()];
    for split in tree.splits.iter().rev() {
        let Rect { width: w, height: h, .. } = split.rect;
        if w == 0 || h == 0 {
            continue;
        }
        join_columns(&mut scratch, plane, width, split, filters);
        join_rows(plane, &scratch, width, split, filters);
    }
}

/// The row of a split's rectangle.
fn row(plane: &[f32], width: usize, rect: Rect, y: usize) -> &[f32] {
    let start = (rect.y + y) * width + rect.x;
    &plane[start..start + rect.width]
}

/// Vertical synthesis of a rectangle of `plane` into the first `rect.width * rect.height` samples of `out`.
fn join_columns(out: &mut [f32], plane: &[f32], width: usize, split: &Split, filters: &Synthesis) {
    let rect = split.rect;
    let plan = SynthesisPlan::new(filters, rect.height);
    let (low_at, high_at) = if split.columns_inverted { (plan.high_len, 0) } else { (0, plan.low_len) };
    let mut terms: Vec<(&[f32], f32)> = Vec::new();
    for (n, target) in out.chunks_exact_mut(rect.width).take(rect.height).enumerate() {
        terms.clear();
        terms.extend(plan.low_terms(n).map(|t| (row(plane, width, rect, low_at + t.index), t.tap)));
        terms.extend(plan.high_terms(n).map(|t| (row(plane, width, rect, high_at + t.index), t.tap)));
        combine(target, &terms);
    }
}

/// A half of a line with its continuation on both sides, so that every tap finds its sample by a fixed shift.
struct Padded {
    samples: Vec<f32>,
    /// Copies from `.0` into the padding at `.1` with a sign; zero where the sample is absent.
    mirrors: Vec<(Option<(usize, f32)>, usize)>,
    len: usize,
    /// Samples on each side.
    padding: usize,
}

/// Samples of padding on each side that a filter needs: it reaches half its length, plus the odd one.
fn padding(taps: usize) -> usize {
    taps / 2 + 2
}

impl Padded {
    fn new(len: usize, (left, right): (Edge, Edge), padding: usize) -> Self {
        let before = (0..padding).map(|i| (reflect(i as isize - padding as isize, len, left, right), i));
        let after = (0..padding).map(|i| (reflect((len + i) as isize, len, left, right), padding + len + i));
        Self { samples: vec![0.0; len + 2 * padding], mirrors: before.chain(after).collect(), len, padding }
    }

    fn fill(&mut self, line: &[f32]) {
        self.samples[self.padding..self.padding + self.len].copy_from_slice(line);
        for &(source, target) in &self.mirrors {
            self.samples[target] = source.map_or(0.0, |(index, sign)| sign * line[index]);
        }
    }

    /// `count` samples from `shift` on.
    fn from(&self, shift: isize, count: usize) -> &[f32] {
        let start = (self.padding as isize + shift) as usize;
        &self.samples[start..start + count]
    }
}

/// Horizontal synthesis of the first samples of `lines` into a rectangle of `plane`.
fn join_rows(plane: &mut [f32], lines: &[f32], width: usize, split: &Split, filters: &Synthesis) {
    let rect = split.rect;
    let plan = SynthesisPlan::new(filters, rect.width);
    let (low_at, high_at) = if split.rows_inverted { (plan.high_len, 0) } else { (0, plan.low_len) };
    let mut low = Padded::new(plan.low_len, plan.low_edges, padding(filters.low.len()));
    let mut high = Padded::new(plan.high_len, plan.high_edges, padding(filters.high.len()));
    // Even outputs, then odd ones: the taps of output 2k are those of output 0, shifted by k.
    let phases: [Vec<_>; 2] = [0, 1].map(|n| {
        let low = SynthesisPlan::pairs(&filters.low, plan.low_centre(), n).map(|(src, tap)| (true, src, tap));
        let high =
            SynthesisPlan::pairs(&plan.high, plan.high_centre(), n).map(|(src, tap)| (false, src, tap));
        low.chain(high).collect()
    });
    let mut outputs = [vec![0.0; plan.low_len], vec![0.0; plan.high_len]];
    for (y, line) in lines.chunks_exact(rect.width).take(rect.height).enumerate() {
        low.fill(&line[low_at..low_at + plan.low_len]);
        high.fill(&line[high_at..high_at + plan.high_len]);
        for (output, phase) in outputs.iter_mut().zip(&phases) {
            let count = output.len();
            let mut terms = [(&[][..], 0.0); 2 * crate::filter::MAX_FILTER_TAPS];
            for (term, &(is_low, shift, tap)) in terms.iter_mut().zip(phase) {
                *term = (if is_low { &low } else { &high }.from(shift, count), tap);
            }
            combine(output, &terms[..phase.len()]);
        }
        let start = (rect.y + y) * width + rect.x;
        let target = &mut plane[start..start + rect.width];
        let [even, odd] = &outputs;
        let (pairs, last) = target.as_chunks_mut::<2>();
        for ((pair, &e), &o) in pairs.iter_mut().zip(even).zip(odd) {
            *pair = [e, o];
        }
        if let ([last], Some(&e)) = (last, even.last()) {
            *last = e;
        }
    }
}

/// Takes an image apart into its sub-bands, in place.
pub(crate) fn analyse(plane: &mut [f32], width: usize, tree: &Tree, filters: &Analysis) {
    let mut scratch = vec![0.0; plane.len()];
    for split in &tree.splits {
        let Rect { width: w, height: h, .. } = split.rect;
        if w == 0 || h == 0 {
            continue;
        }
        split_rows(&mut scratch, plane, width, split, filters);
        split_columns(plane, &scratch, width, split, filters);
    }
}

/// How an analysis filter lies on a line: output `k` is the sum over `i` of `line[2k + i - reach] * taps[i]`.
struct AnalysisPlan {
    low: Vec<f32>,
    high: Vec<f32>,
    low_reach: isize,
    high_reach: isize,
    edges: (Edge, Edge),
}

impl AnalysisPlan {
    fn new(filters: &Analysis) -> Self {
        let (low, high) = (filters.low.len() as isize, filters.high.len() as isize);
        if low % 2 == 1 {
            Self {
                low: filters.low.clone(),
                high: filters.high.clone(),
                low_reach: (low - 1) / 2,
                high_reach: (high - 1) / 2 - 1,
                edges: (Edge::Whole, Edge::Whole),
            }
        } else {
            Self {
                low: filters.low.clone(),
                high: filters.high.iter().map(|v| -v).collect(),
                low_reach: low / 2 - 1,
                high_reach: high / 2 - 1,
                edges: (Edge::Half, Edge::Half),
            }
        }
    }
}

/// Horizontal analysis of a rectangle of `plane` into the first samples of `out`.
fn split_rows(out: &mut [f32], plane: &[f32], width: usize, split: &Split, filters: &Analysis) {
    let rect = split.rect;
    let plan = AnalysisPlan::new(filters);
    let (low_len, high_len) = (rect.width.div_ceil(2), rect.width / 2);
    let padding = padding(plan.low.len().max(plan.high.len()));
    let mut padded = Padded::new(rect.width, plan.edges, padding);
    // Even and odd samples of the padded line, so that a step of two becomes a step of one.
    let mut phases = [vec![0.0; padded.samples.len() / 2 + 1], vec![0.0; padded.samples.len() / 2 + 1]];
    for (y, target) in out.chunks_exact_mut(rect.width).take(rect.height).enumerate() {
        padded.fill(row(plane, width, rect, y));
        let [even, odd] = &mut phases;
        for ((&[e, o], even), odd) in
            padded.samples.as_chunks().0.iter().zip(even.iter_mut()).zip(odd.iter_mut())
        {
            (*even, *odd) = (e, o);
        }
        if let ([last], Some(even)) =
            (padded.samples.as_chunks::<2>().1, even.get_mut(padded.samples.len() / 2))
        {
            *even = *last;
        }
        let (first, second) = target.split_at_mut(if split.rows_inverted { high_len } else { low_len });
        let (low, high) = if split.rows_inverted { (second, first) } else { (first, second) };
        for (half, taps, reach) in [(low, &plan.low, plan.low_reach), (high, &plan.high, plan.high_reach)] {
            let count = half.len();
            let mut terms = [(&[][..], 0.0); crate::filter::MAX_FILTER_TAPS];
            for (i, (term, &tap)) in terms.iter_mut().zip(taps).enumerate() {
                let at = (padding as isize + i as isize - reach) as usize;
                *term = (&phases[at % 2][at / 2..at / 2 + count], tap);
            }
            combine(half, &terms[..taps.len()]);
        }
    }
}

/// Vertical analysis of the first samples of `lines` into a rectangle of `plane`.
fn split_columns(plane: &mut [f32], lines: &[f32], width: usize, split: &Split, filters: &Analysis) {
    let rect = split.rect;
    let plan = AnalysisPlan::new(filters);
    let (low_len, high_len) = (rect.height.div_ceil(2), rect.height / 2);
    let (low_at, high_at) = if split.columns_inverted { (high_len, 0) } else { (0, low_len) };
    let (left, right) = plan.edges;
    let halves =
        [(low_at, low_len, &plan.low, plan.low_reach), (high_at, high_len, &plan.high, plan.high_reach)];
    let mut terms: Vec<(&[f32], f32)> = Vec::new();
    for (at, len, taps, reach) in halves {
        for k in 0..len {
            terms.clear();
            terms.extend(taps.iter().enumerate().filter_map(|(i, &tap)| {
                let (y, sign) = reflect((2 * k + i) as isize - reach, rect.height, left, right)?;
                Some((&lines[y * rect.width..(y + 1) * rect.width], sign * tap))
            }));
            let start = (rect.y + at + k) * width + rect.x;
            combine(&mut plane[start..start + rect.width], &terms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::FilterBank;
    use crate::marker::Cursor;
    use crate::tables;

    #[test]
    fn synthesis_undoes_analysis_at_any_size() {
        for bank in [FilterBank::Odd9x7, FilterBank::Even8x8] {
            let analysis = bank.analysis();
            let mut table = Vec::new();
            tables::transform(&mut table, &analysis);
            let synthesis = Synthesis::read(&mut Cursor::new(&table[4..])).unwrap();
            for (width, height) in
                [(1, 1), (2, 3), (5, 9), (16, 16), (33, 48), (61, 37), (100, 97), (255, 256)]
            {
                let tree = Tree::new(width, height);
                let value = |i: usize| ((i * 7919 + i / width * 104_729) % 255) as f32 - 127.0;
                let original: Vec<f32> = (0..width * height).map(value).collect();
                let mut plane = original.clone();
                analyse(&mut plane, width, &tree, &analysis);
                synthesise(&mut plane, width, &tree, &synthesis);
                let worst = original.iter().zip(&plane).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 0.05, "{bank:?} {width} x {height}: {worst}");
            }
        }
    }
}
