//! The MQ arithmetic encoder (annex C).

/// Estimated probability, next state after the likelier and the less likely symbol, and whether the
/// less likely symbol then changes places (table C.2).
const STATES: [(u32, u8, u8, bool); 47] = [
    (0x5601, 1, 1, true),
    (0x3401, 2, 6, false),
    (0x1801, 3, 9, false),
    (0x0ac1, 4, 12, false),
    (0x0521, 5, 29, false),
    (0x0221, 38, 33, false),
    (0x5601, 7, 6, true),
    (0x5401, 8, 14, false),
    (0x4801, 9, 14, false),
    (0x3801, 10, 14, false),
    (0x3001, 11, 17, false),
    (0x2401, 12, 18, false),
    (0x1c01, 13, 20, false),
    (0x1601, 29, 21, false),
    (0x5601, 15, 14, true),
    (0x5401, 16, 14, false),
    (0x5101, 17, 15, false),
    (0x4801, 18, 16, false),
    (0x3801, 19, 17, false),
    (0x3401, 20, 18, false),
    (0x3001, 21, 19, false),
    (0x2801, 22, 19, false),
    (0x2401, 23, 20, false),
    (0x2201, 24, 21, false),
    (0x1c01, 25, 22, false),
    (0x1801, 26, 23, false),
    (0x1601, 27, 24, false),
    (0x1401, 28, 25, false),
    (0x1201, 29, 26, false),
    (0x1101, 30, 27, false),
    (0x0ac1, 31, 28, false),
    (0x09c1, 32, 29, false),
    (0x08a1, 33, 30, false),
    (0x0521, 34, 31, false),
    (0x0441, 35, 32, false),
    (0x02a1, 36, 33, false),
    (0x0221, 37, 34, false),
    (0x0141, 38, 35, false),
    (0x0111, 39, 36, false),
    (0x0085, 40, 37, false),
    (0x0049, 41, 38, false),
    (0x0025, 42, 39, false),
    (0x0015, 43, 40, false),
    (0x0009, 44, 41, false),
    (0x0005, 45, 42, false),
    (0x0001, 45, 43, false),
    (0x5601, 46, 46, false),
];

/// Contexts of the block coder: 9 of significance, 5 of sign, 3 of refinement, run and uniform.
pub(super) const CONTEXTS: usize = 19;
pub(super) const CONTEXT_RUN: usize = 17;
pub(super) const CONTEXT_UNIFORM: usize = 18;

pub(super) struct Encoder {
    /// The first byte is not output: the coder's carry may need a byte before the first.
    out: Vec<u8>,
    a: u32,
    c: u32,
    count: u32,
    states: [(u8, bool); CONTEXTS],
}

impl Encoder {
    pub(super) fn new() -> Self {
        let mut states = [(0, false); CONTEXTS];
        // Table D.7.
        states[0].0 = 4;
        states[CONTEXT_RUN].0 = 3;
        states[CONTEXT_UNIFORM].0 = 46;
        Self { out: vec![0], a: 0x8000, c: 0, count: 12, states }
    }

    pub(super) fn encode(&mut self, context: usize, bit: bool) {
        let (state, likely) = self.states[context];
        let (qe, after_likely, after_other, switches) = STATES[usize::from(state)];
        self.a -= qe;
        if bit == likely {
            if self.a & 0x8000 != 0 {
                self.c += qe;
                return;
            }
            if self.a < qe {
                self.a = qe;
            } else {
                self.c += qe;
            }
            self.states[context].0 = after_likely;
        } else {
            if self.a < qe {
                self.c += qe;
            } else {
                self.a = qe;
            }
            self.states[context] = (after_other, likely != switches);
        }
        while self.a & 0x8000 == 0 {
            self.a <<= 1;
            self.c <<= 1;
            self.count -= 1;
            if self.count == 0 {
                self.byte_out();
            }
        }
    }

    fn byte_out(&mut self) {
        if let Some(last) = self.out.last_mut()
            && *last != 0xff
            && self.c >= 0x800_0000
        {
            *last += 1;
            self.c &= 0x7ff_ffff;
        }
        // After 0xff a byte has seven bits, so that no marker appears.
        let shift = if self.out.last() == Some(&0xff) { 20 } else { 19 };
        self.out.push((self.c >> shift) as u8);
        self.c &= (1 << shift) - 1;
        self.count = if shift == 20 { 7 } else { 8 };
    }

    /// Ends the codeword (C.2.9).
    pub(super) fn finish(mut self) -> Vec<u8> {
        let most = self.c + self.a;
        self.c |= 0xffff;
        if self.c >= most {
            self.c -= 0x8000;
        }
        self.c <<= self.count;
        self.byte_out();
        self.c <<= self.count;
        self.byte_out();
        if self.out.last() == Some(&0xff) {
            self.out.pop();
        }
        self.out.split_off(1)
    }
}
