//! Components of fewer samples to the size of the image, and YCbCr to RGB, as the Independent JPEG Group does it:
//! halves by a triangle filter, anything else by repetition.

/// One component's samples.
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<u8>,
}

impl Plane {
    fn row(&self, y: usize) -> &[u8] {
        let y = y.min(self.height.saturating_sub(1));
        self.samples.get(y * self.width..(y + 1) * self.width).unwrap_or(&[])
    }

    /// The plane with `across` times as many samples a row and `down` times as many rows, cut to a size.
    pub(super) fn stretch(self, across: usize, down: usize, width: usize, height: usize) -> Vec<u8> {
        if (across, down, self.width, self.height) == (1, 1, width, height) {
            return self.samples;
        }
        let mut out = Vec::with_capacity(width * height);
        let mut line = Vec::with_capacity(self.width * across);
        for y in 0..height {
            line.clear();
            match (across, down) {
                (2, 1) if self.width > 2 => double(self.row(y), &mut line),
                (1, 2) => self.between(y, &mut line),
                (2, 2) if self.width > 2 => self.double_both(y, &mut line),
                _ => line.extend(self.row(y / down).iter().flat_map(|&v| std::iter::repeat_n(v, across))),
            }
            line.resize(width, line.last().copied().unwrap_or(0));
            out.extend_from_slice(&line);
        }
        out
    }

    /// The nearer source row of output row `y` and the farther one, for twice as many rows.
    fn neighbours(&self, y: usize) -> (&[u8], &[u8]) {
        let near = y / 2;
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
        (self.row(near), self.row(far))
    }

    fn between(&self, y: usize, out: &mut Vec<u8>) {
        let (near, far) = self.neighbours(y);
        let bias = if y.is_multiple_of(2) { 1 } else { 2 };
        out.extend(
            near.iter().zip(far).map(|(&n, &f)| ((u32::from(n) * 3 + u32::from(f) + bias) >> 2) as u8),
        );
    }

    fn double_both(&self, y: usize, out: &mut Vec<u8>) {
        let (near, far) = self.neighbours(y);
        let sums: Vec<u32> = near.iter().zip(far).map(|(&n, &f)| u32::from(n) * 3 + u32::from(f)).collect();
        for (x, &this) in sums.iter().enumerate() {
            // At both ends the sample itself stands in for its neighbour.
            let last = x.checked_sub(1).and_then(|x| sums.get(x)).unwrap_or(&this);
            let next = sums.get(x + 1).unwrap_or(&this);
            out.push(((this * 3 + last + 8) >> 4) as u8);
            out.push(((this * 3 + next + 7) >> 4) as u8);
        }
    }
}

fn double(row: &[u8], out: &mut Vec<u8>) {
    for (x, &this) in row.iter().enumerate() {
        let weighted = u32::from(this) * 3;
        let last = x.checked_sub(1).and_then(|x| row.get(x));
        let next = row.get(x + 1);
        out.push(last.map_or(this, |&v| ((weighted + u32::from(v) + 1) >> 2) as u8));
        out.push(next.map_or(this, |&v| ((weighted + u32::from(v) + 2) >> 2) as u8));
    }
}

/// JFIF's YCbCr to RGB, in fixed point of 16 fractional bits.
pub(super) fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91_881 * cr + HALF) >> 16);
    let green = y + ((-22_554 * cb - 46_802 * cr + HALF) >> 16);
    let blue = y + ((116_130 * cb + HALF) >> 16);
    [red, green, blue].map(|v| v.clamp(0, 255) as u8)
}
