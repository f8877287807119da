//! Every kernel against its scalar twin, on any input.

use super::*;
use proptest::prelude::*;

fn plane() -> impl Strategy<Value = Plane> {
    proptest::array::uniform32(any::<[u8; 2]>())
        .prop_map(|pairs| Plane(std::array::from_fn(|i| pairs[i / 2][i % 2])))
}

fn group() -> impl Strategy<Value = Group> {
    (proptest::collection::vec(plane(), SIGN_BYTES), plane(), plane(), any::<bool>()).prop_map(
        |(signs, mut turn, owner, sorted)| {
            if sorted {
                turn.0 = turn.0.map(|t| t / 2);
                turn.0.sort_unstable();
            }
            Group { signs: std::array::from_fn(|k| signs[k]), turn, owner }
        },
    )
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
        mut groups in proptest::collection::vec(group(), 0..8),
        probe in proptest::collection::vec(any::<([u8; SIGN_BYTES], u8)>(), 0..32),
        planted in any::<bool>(),
        people in any::<bool>(),
    ) {
        for group in &mut groups {
            // Random signs are rarely near: copy some of the probe into the lanes.
            if let (true, Some(first)) = (planted, probe.first()) {
                group.signs.iter_mut().zip(first.0).for_each(|(plane, byte)| plane.0[..40].fill(byte));
                group.turn.0[10..20].fill(first.1);
            }
            if people {
                group.owner.0.iter_mut().for_each(|owner| *owner %= LANES as u8);
            }
        }
        let probe = ProbeMinutiae::new(&probe);
        let expected = scalar::finger(&groups, &probe);
        for kernels in available() {
            prop_assert_eq!((kernels.finger)(&groups, &probe), expected, "{}", kernels.name);
        }
    }

    #[test]
    fn an_arc_holds_what_the_gate_lets_through(
        probe in proptest::collection::vec(any::<([u8; SIGN_BYTES], u8)>(), 0..32),
        low in any::<u8>(),
        span in 0..=SPAN,
    ) {
        let made = ProbeMinutiae::new(&probe);
        let run = made.arc(low, low.wrapping_add(span));
        let inside = |turn: u8| turn.wrapping_sub(low.wrapping_sub(GATE)) <= span + 2 * GATE;
        prop_assert_eq!(run.len(), probe.iter().filter(|m| inside(m.1)).count());
        let turns = run.iter().map(|m| (m.from as u8).wrapping_sub(low.wrapping_sub(2 * GATE)));
        prop_assert!(turns.is_sorted());
        // Every group that a minutia can stand in shows it the same ones in the same order.
        let own = made.arc(low, low);
        prop_assert_eq!(&run[..own.len()], own);
    }

    #[test]
    fn eyes_agree(
        words in proptest::collection::vec(any::<[u64; 2 * IRIS_LANES]>(), IRIS_WORDS),
        probe in eye(),
        limits in proptest::collection::vec(any::<u16>(), LANES),
        turn in 0..TURNS,
        planted in any::<u64>(),
        asked in any::<u64>(),
        count in 0..=EIGHTS,
    ) {
        // Each lane random, or the probe at one turn: then nothing differs.
        let pair = |eight: usize, w: usize| {
            let word = |lane: usize, k: usize| match (planted >> (eight * IRIS_LANES + lane) & 1, k) {
                (0, _) => words[w][2 * lane + k].rotate_left(eight as u32),
                (_, 0) => !probe.zeros[w][turn],
                _ => !probe.ones[w][turn],
            };
            [0, 1].map(|k| Octet(std::array::from_fn(|lane| word(lane, k))))
        };
        let eights: Vec<IrisEight> = (0..count).map(|e| std::array::from_fn(|w| pair(e, w))).collect();
        let limits: IrisLimits = std::array::from_fn(|lane| {
            // Whole eights that are not asked for, too.
            let all = asked >> (lane / IRIS_LANES) & 1 == 1;
            if all || asked >> lane & 1 == 1 { u32::from(limits[lane] % 1200) } else { 0 }
        });
        let expected = scalar::iris(&eights, &probe, &limits);
        for (lane, limit) in limits.iter().enumerate().take(count * IRIS_LANES) {
            let same = planted >> lane & 1 == 1 && *limit > 0;
            prop_assert!(!same || expected >> lane & 1 == 1);
        }
        for kernels in available() {
            prop_assert_eq!((kernels.iris)(&eights, &probe, &limits), expected, "{}", kernels.name);
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

proptest! {
    #[test]
    fn the_fuzzer_finds_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(agree::disagreeing(&bytes), None);
    }
}

#[test]
fn a_finger_meets_itself() {
    let minutiae: Vec<([u8; SIGN_BYTES], u8)> = (0..20u32)
        .map(|i| (std::array::from_fn(|k| ((i * 40_503 + k as u32 * 7_919) % 251) as u8), (i * 6) as u8))
        .collect();
    let mut group = Group {
        signs: [Plane([0; LANES]); SIGN_BYTES],
        turn: Plane([19 * 6; LANES]),
        owner: Plane([NOBODY; LANES]),
    };
    for (lane, (signs, turn)) in minutiae.iter().enumerate() {
        group.signs.iter_mut().zip(signs).for_each(|(plane, byte)| plane.0[lane] = *byte);
        (group.turn.0[lane], group.owner.0[lane]) = (*turn, 7);
    }
    let found = scalar::finger(&[group], &ProbeMinutiae::new(&minutiae));
    // Twenty pairs without turn: FAR squared each, less a rounding.
    let one = (i32::from(FAR) * i32::from(FAR) * 127 + 64) >> 7;
    assert_eq!((found.cosine[7], found.sine[7], found.cosine[6]), (20 * one, 0, 0));
}

#[test]
fn every_word_is_compared_once() {
    let mut order = *iris_order();
    assert_eq!(order[..4], [0, 15, 16, 31]);
    order.sort_unstable();
    assert!(order.iter().enumerate().all(|(at, word)| at == *word));
}
