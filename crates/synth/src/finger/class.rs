//! Pattern classes and how they are shared out over ten fingers.

use crate::dice::Dice;
use model::{FingerPosition, Hand};
use serde::{Deserialize, Serialize};

/// Henry pattern class of a finger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Ridges rise and fall; no core, no delta.
    Arch,
    /// An arch with a core right above its delta.
    TentedArch,
    /// A loop that opens to the left of the image.
    LeftLoop,
    /// A loop that opens to the right of the image.
    RightLoop,
    /// Two cores one above the other, two deltas.
    Whorl,
    /// Two loops turned into each other, two deltas.
    DoubleLoop,
}

/// What ten fingers of one person share: how far towards whorls or arches the hand leans, and each finger's own
/// lean, half of which its partner on the other hand has too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traits {
    /// Standard normal: high means whorls, low means arches.
    pub(crate) lean: f32,
    /// One for each finger, thumb to little, common to both hands.
    pub(crate) pair_lean: [f32; 5],
}

impl Traits {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let lean = dice.normal(0.0, 1.0);
        Self { lean, pair_lean: std::array::from_fn(|_| dice.normal(0.0, 1.0)) }
    }
}

/// Shares (arch, tented arch, radial loop, ulnar loop, whorl, double loop) in per cent for thumb to little
/// finger, after the counts by finger in Cummins and Midlo, "Finger prints, palms and soles" (1943), ch. 4:
/// whorls on thumbs and ring fingers, arches and radial loops on index fingers, ulnar loops on little fingers.
const SHARES: [[f32; 6]; 5] = [
    [3.0, 0.8, 0.6, 54.6, 32.0, 9.0],
    [7.0, 7.0, 20.0, 34.0, 27.0, 5.0],
    [5.0, 3.5, 3.0, 69.5, 15.0, 4.0],
    [2.0, 1.2, 1.2, 57.0, 36.0, 2.6],
    [1.2, 1.0, 0.4, 83.4, 12.0, 2.0],
];

/// Draws the class of one finger.
pub(crate) fn draw(dice: &mut Dice, traits: &Traits, position: FingerPosition) -> Class {
    let digit = match position.finger().unwrap_or(FingerPosition::RightIndex).code() {
        code @ 1..=5 => usize::from(code) - 1,
        code => usize::from(code.clamp(6, 10)) - 6,
    };
    let shares = SHARES.get(digit).copied().unwrap_or(SHARES[1]);
    let pair = traits.pair_lean.get(digit).copied().unwrap_or(0.0);
    // Correlation 0.45 over all fingers of a person, 0.75 between the two partners.
    let lean = 0.67 * traits.lean + 0.55 * pair + 0.5 * dice.normal(0.0, 1.0);
    // The normal quantile cuts the shares, ordered from arches over loops to whorls.
    let mut left = 0.5 * (1.0 + erf(lean / std::f32::consts::SQRT_2)) * shares.iter().sum::<f32>();
    let mut kind = 5;
    for (i, share) in shares.iter().enumerate() {
        left -= share;
        if left < 0.0 {
            kind = i;
            break;
        }
    }
    // An ulnar loop opens towards the little finger: to the right in the image of a right hand.
    let right_hand = position.hand() != Some(Hand::Left);
    match kind {
        0 => Class::Arch,
        1 => Class::TentedArch,
        2 if right_hand => Class::LeftLoop,
        2 => Class::RightLoop,
        3 if right_hand => Class::RightLoop,
        3 => Class::LeftLoop,
        4 => Class::Whorl,
        _ => Class::DoubleLoop,
    }
}

fn erf(x: f32) -> f32 {
    libm::erff(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_come_in_their_natural_shares() {
        let mut counts = [0_u32; 6];
        for person in 0..2000 {
            let mut dice = Dice::new(1, "class-test", person, 0);
            let traits = Traits::draw(&mut dice);
            for position in FingerPosition::TEN {
                counts[draw(&mut dice, &traits, position) as usize] += 1;
            }
        }
        let share = |class: Class| f64::from(counts[class as usize]) / 20_000.0;
        let whorls = share(Class::Whorl) + share(Class::DoubleLoop);
        let loops = share(Class::LeftLoop) + share(Class::RightLoop);
        let arches = share(Class::Arch) + share(Class::TentedArch);
        assert!((0.25..0.33).contains(&whorls), "{whorls}");
        assert!((0.60..0.70).contains(&loops), "{loops}");
        assert!((0.04..0.09).contains(&arches), "{arches}");
    }
}
