//! Every kernel against its scalar twin, on any input.

use super::*;
use proptest::prelude::*;

fn plane() -> impl Strategy<Value = Plane> {
    proptest::array::uniform32(any::<[u8; 2]>())
        .prop_map(|pairs| Plane(std::array::from_fn(|i| pairs[i / 2][i % 2])))
}

fn minutia() -> impl Strategy<Value = ProbeMinutia> {
    (any::<[u8; SIGN_BYTES]>(), any::<u8>()).prop_map(|(signs, from)| ProbeMinutia {
        signs: signs.map(|b| u32::from_le_bytes([b; 4])),
        from: u32::from_le_bytes([from; 4]),
    })
}

fn eye() -> impl Strategy<Value = ProbeEye> {
    let words = || proptest::collection::vec(any::<[u64; TURNS]>(), IRIS_WORDS);
    (words(), words()).prop_map(|(zeros, ones)| ProbeEye {
        zeros: Box::new(std::array::from_fn(|w| zeros[w])),
        ones: Box::new(std::array::from_fn(|w| ones[w])),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn fingers_agree(
        mut slots in proptest::collection::vec(plane(), 0..8 * SLOT_PLANES),
        counts in plane(),
        probe in proptest::collection::vec(minutia(), 0..20),
        planted in any::<bool>(),
    ) {
        // Random signs are rarely near: copy some of the probe into the slots.
        if let (true, Some(first)) = (planted, probe.first()) {
            for (at, plane) in slots.iter_mut().enumerate() {
                let byte = if at % SLOT_PLANES == SIGN_BYTES { first.from } else { first.signs[at % SLOT_PLANES] };
                plane.0[..40].fill(byte as u8);
            }
        }
        let expected = scalar::finger(&slots, &counts, &probe);
        for kernels in available() {
            prop_assert_eq!((kernels.finger)(&slots, &counts, &probe), expected, "{}", kernels.name);
        }
    }

    #[test]
    fn eyes_agree(
        words in proptest::collection::vec(any::<[u64; 2 * IRIS_LANES]>(), IRIS_WORDS),
        probe in eye(),
    ) {
        let codes: [[Octet; 2]; IRIS_WORDS] = std::array::from_fn(|w| {
            [Octet(std::array::from_fn(|k| words[w][k])), Octet(std::array::from_fn(|k| words[w][8 + k]))]
        });
        let expected = scalar::iris(&codes, &probe);
        for kernels in available() {
            prop_assert_eq!((kernels.iris)(&codes, &probe), expected, "{}", kernels.name);
        }
    }

    #[test]
    fn counts_agree(
        code in proptest::collection::vec(any::<[u64; 2]>(), IRIS_WORDS),
        probe in proptest::collection::vec(any::<[u64; 2 * TURNS]>(), IRIS_WORDS),
    ) {
        let of = |k: usize| std::array::from_fn(|w| code[w][k]);
        let turns = std::array::from_fn(|t| {
            (std::array::from_fn(|w| probe[w][2 * t]), std::array::from_fn(|w| probe[w][2 * t + 1]))
        });
        let expected = scalar::counts(&of(0), &of(1), &turns);
        for kernels in available() {
            prop_assert_eq!((kernels.counts)(&of(0), &of(1), &turns), expected, "{}", kernels.name);
        }
    }

    #[test]
    fn wide_ones_agree(
        values in proptest::collection::vec(any::<i8>(), WIDE),
        turn in any::<u8>(),
        lanes in proptest::collection::vec(any::<[u32; WIDE_LANES]>(), WIDE / 4),
        turns in proptest::collection::vec(any::<u8>(), WIDE_LANES),
        len in 0..=WIDE_LANES,
    ) {
        let values: [i8; WIDE] = std::array::from_fn(|i| values[i]);
        let probe = ProbeWide {
            values: Box::new(std::array::from_fn(|k| lanes[k])),
            turn: std::array::from_fn(|i| turns[i]),
            len,
        };
        let expected = scalar::wide(&values, turn, &probe);
        for kernels in available() {
            prop_assert_eq!((kernels.wide)(&values, turn, &probe), expected, "{}", kernels.name);
        }
    }
}

#[test]
fn a_finger_meets_itself() {
    let probe: Vec<ProbeMinutia> = (0..20u32)
        .map(|i| ProbeMinutia {
            signs: std::array::from_fn(|k| (i * 40_503 + k as u32 * 7_919) % 251 * 0x0101_0101),
            from: (i * 12 % 256) * 0x0101_0101,
        })
        .collect();
    let mut slots = vec![Plane([0; LANES]); 20 * SLOT_PLANES];
    for (at, minutia) in probe.iter().enumerate() {
        for k in 0..SIGN_BYTES {
            slots[at * SLOT_PLANES + k].0[7] = minutia.signs[k] as u8;
        }
        slots[at * SLOT_PLANES + SIGN_BYTES].0[7] = (minutia.from as u8).wrapping_add(GATE);
    }
    let mut counts = Plane([0; LANES]);
    counts.0[7] = 20;
    let found = scalar::finger(&slots, &counts, &probe);
    // Twenty pairs without turn would be FAR squared each, more than 16 bits hold.
    assert_eq!(found.cosine[7], i16::MAX);
    assert_eq!((found.sine[7], found.cosine[6]), (0, 0));
}
