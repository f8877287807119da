//! Prints that touch, parted at their necks: fingers side by side, or a print that reaches in from the next box.

use crate::extract::mask;
use crate::plane::Plane;

/// Two prints meet in a neck narrower than this share of either one's breadth; the waist between a finger's tip and
/// its next joint is wider.
const NECK: f32 = 0.6;
/// Smallest body that stays apart from another: 10 square millimetres, what the edge of the image may leave of a
/// neighbouring box's print. Bumps of a print's own outline are smaller.
const MIN_PART_CELLS: usize = 250;

/// Ridged cells (those that are 1 in `ridged`) of each print, as indices into the plane.
///
/// Flooding from the middles outwards: cells join in the order of their distance to the background, and where two
/// bodies meet they stay apart if the place is a neck to both and both are large enough to be prints.
pub(super) fn part(ridged: &Plane) -> Vec<Vec<usize>> {
    let depth = mask::depth(&mask::fill_holes(ridged, usize::MAX));
    let mut order: Vec<usize> = (0..depth.v.len()).filter(|i| depth.v[*i] > 0.0).collect();
    // Ties by place: the sort is stable.
    order.sort_by(|a, b| depth.v[*b].total_cmp(&depth.v[*a]));
    let mut bodies: Vec<Body> = Vec::new();
    let mut body_of: Vec<Option<usize>> = vec![None; depth.v.len()];
    for cell in order {
        let here = depth.v[cell];
        let mut own: Option<usize> = None;
        for near in neighbours(cell, depth.w, depth.h) {
            let Some(other) = body_of[near].map(|b| root(&bodies, b)) else { continue };
            own = match own {
                None => Some(other),
                Some(one) if one == other => Some(one),
                Some(one) => Some(meet(&mut bodies, one, other, here)),
            };
        }
        let own = own.unwrap_or_else(|| {
            bodies.push(Body { within: bodies.len(), deepest: here, cells: 0 });
            bodies.len() - 1
        });
        bodies[own].cells += 1;
        body_of[cell] = Some(own);
    }
    let mut prints: Vec<Vec<usize>> = vec![Vec::new(); bodies.len()];
    for (cell, body) in body_of.iter().enumerate() {
        if let Some(body) = body
            && ridged.v[cell] > 0.0
        {
            prints[root(&bodies, *body)].push(cell);
        }
    }
    prints.retain(|p| !p.is_empty());
    prints
}

/// Cells that belong together so far.
struct Body {
    /// The body that took it in, or itself.
    within: usize,
    deepest: f32,
    cells: usize,
}

fn root(bodies: &[Body], mut body: usize) -> usize {
    while bodies[body].within != body {
        body = bodies[body].within;
    }
    body
}

/// Two bodies touch at a place of depth `here`: one of them afterwards, the deeper one if they stay apart.
fn meet(bodies: &mut [Body], a: usize, b: usize, here: f32) -> usize {
    let (deep, flat) = if bodies[a].deepest >= bodies[b].deepest { (a, b) } else { (b, a) };
    let apart = here < NECK * bodies[flat].deepest && bodies[a].cells.min(bodies[b].cells) >= MIN_PART_CELLS;
    if !apart {
        bodies[flat].within = deep;
        bodies[deep].cells += bodies[flat].cells;
    }
    deep
}

fn neighbours(cell: usize, w: usize, h: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (cell % w, cell / w);
    [
        (x > 0).then(|| cell - 1),
        (x + 1 < w).then_some(cell + 1),
        (y > 0).then(|| cell - w),
        (y + 1 < h).then_some(cell + w),
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Filled ellipses and one rectangle, in cells.
    fn scene(ellipses: &[(f32, f32, f32, f32)], bar: (usize, usize, usize, usize)) -> Plane {
        Plane::from_fn(220, 160, |x, y| {
            let (fx, fy) = (x as f32, y as f32);
            let round =
                ellipses.iter().any(|(cx, cy, a, b)| ((fx - cx) / a).powi(2) + ((fy - cy) / b).powi(2) < 1.0);
            let inside = (bar.0..bar.2).contains(&x) && (bar.1..bar.3).contains(&y);
            if round || inside { 1.0 } else { 0.0 }
        })
    }

    #[test]
    fn prints_part_at_necks_and_fingers_stay_whole() {
        let none = (0, 0, 0, 0);
        let cases: [(&str, Plane, usize); 5] = [
            ("apart", scene(&[(50.0, 80.0, 30.0, 45.0), (150.0, 80.0, 30.0, 45.0)], none), 2),
            ("a bridge", scene(&[(50.0, 80.0, 30.0, 45.0), (130.0, 80.0, 30.0, 45.0)], (50, 70, 130, 84)), 2),
            ("side by side", scene(&[(50.0, 80.0, 30.0, 45.0), (107.0, 80.0, 30.0, 45.0)], none), 2),
            // A tip and its joint, as broad as each other, with a waist of four fifths.
            ("a waist", scene(&[(80.0, 50.0, 30.0, 42.0), (80.0, 118.0, 30.0, 42.0)], (56, 50, 104, 118)), 1),
            ("a bump", scene(&[(80.0, 80.0, 30.0, 45.0), (113.0, 80.0, 6.0, 8.0)], none), 1),
        ];
        for (name, plane, want) in cases {
            assert_eq!(part(&plane).len(), want, "{name}");
        }
    }

    #[test]
    fn a_hole_does_not_part_a_print() {
        let mut plane = scene(&[(80.0, 80.0, 32.0, 50.0)], (0, 0, 0, 0));
        let before = plane.v.iter().sum::<f32>();
        for i in 0..plane.v.len() {
            let (dx, dy) = ((i % 220) as f32 - 70.0, (i / 220) as f32 - 90.0);
            if dx * dx + dy * dy < 15.0 * 15.0 {
                plane.v[i] = 0.0;
            }
        }
        let found = part(&plane);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].len() as f32, plane.v.iter().sum::<f32>());
        assert!((found[0].len() as f32) < before);
    }
}
