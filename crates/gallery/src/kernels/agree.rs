//! For the fuzzer: every kernel against its scalar twin on inputs cut from any bytes.

use super::*;

/// Cuts values from bytes, round and round.
struct Cutter<'a>(std::iter::Cycle<std::slice::Iter<'a, u8>>);

impl Cutter<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.0.next().copied().unwrap_or(0))
    }

    fn word(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(u16::from_le_bytes(self.bytes())) % limit
    }
}

/// The name of a set of kernels that gives something else than the scalar ones, if there is one.
pub(crate) fn disagreeing(bytes: &[u8]) -> Option<&'static str> {
    let mut cut = Cutter(bytes.iter().cycle());
    let [what] = cut.bytes();
    let differs = match what % 4 {
        0 => fingers(&mut cut),
        1 => eyes(&mut cut),
        2 => counts(&mut cut),
        _ => wide(&mut cut),
    };
    available().into_iter().find(|k| differs(k)).map(|k| k.name)
}

type Differs = Box<dyn Fn(&Kernels) -> bool>;

fn fingers(cut: &mut Cutter) -> Differs {
    let minutiae: Vec<([u8; SIGN_BYTES], u8)> =
        (0..cut.below(33)).map(|_| (cut.bytes(), cut.bytes::<1>()[0])).collect();
    let groups: Vec<Group> = (0..cut.below(4))
        .map(|_| Group {
            signs: std::array::from_fn(|_| Plane(cut.bytes())),
            turn: Plane(cut.bytes()),
            owner: Plane(cut.bytes()),
        })
        .collect();
    let probe = ProbeMinutiae::new(&minutiae);
    let expected = scalar::finger(&groups, &probe);
    Box::new(move |k| (k.finger)(&groups, &probe) != expected)
}

fn eyes(cut: &mut Cutter) -> Differs {
    let mut octet = |_| [0, 1].map(|_| Octet(std::array::from_fn(|_| cut.word())));
    let eights: Vec<IrisEight> = (0..EIGHTS).map(|_| std::array::from_fn(&mut octet)).collect();
    let mut words = || Box::new(std::array::from_fn(|_| std::array::from_fn(|_| cut.word())));
    let probe = ProbeEye { zeros: words(), ones: words() };
    let limits = std::array::from_fn(|_| cut.below(64 * IRIS_WORDS + 2) as u32);
    let expected = scalar::iris(&eights, &probe, &limits);
    Box::new(move |k| (k.iris)(&eights, &probe, &limits) != expected)
}

fn counts(cut: &mut Cutter) -> Differs {
    let mut code = || -> IrisCode { std::array::from_fn(|_| cut.word()) };
    let (own, mask) = (code(), code());
    let turns = Box::new(std::array::from_fn(|_| (code(), code())));
    let expected = scalar::counts(&own, &mask, &turns);
    Box::new(move |k| (k.counts)(&own, &mask, &turns) != expected)
}

fn wide(cut: &mut Cutter) -> Differs {
    let values: [i8; WIDE] = cut.bytes().map(|b: u8| b as i8);
    let [turn] = cut.bytes();
    let probe = ProbeWide {
        values: Box::new(std::array::from_fn(|_| std::array::from_fn(|_| cut.word() as u32))),
        turn: cut.bytes(),
        len: cut.below(WIDE_LANES + 1),
    };
    let expected = scalar::wide(&values, turn, &probe);
    Box::new(move |k| (k.wide)(&values, turn, &probe) != expected)
}
