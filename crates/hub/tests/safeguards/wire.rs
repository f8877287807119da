//! The wire: the same bytes twice, other bytes under the same id.

use crate::rig::{Rig, capture};
use exchange::uplink::UplinkError;

#[test]
fn the_same_bytes_twice_give_the_same_receipt_and_others_are_a_conflict() {
    let rig = Rig::new(&[]);
    let package = rig.package(capture(2, 1));
    let id = package.manifest.encounter;
    let (sealed, other) = (rig.seal(&package), rig.seal(&package));
    assert_ne!(sealed.digest, other.digest, "sealing is never the same twice");
    let send = |s: &exchange::Sealed| rig.uplink().send(id, &s.bytes, s.digest, false, |_| {});
    let first = send(&sealed).unwrap();
    rig.until(id, "no_match");
    assert_eq!(send(&sealed).unwrap(), first);
    assert_eq!(rig.hub.import(&sealed.bytes).unwrap(), first, "by stick after the wire");
    let Err(UplinkError::Refused { problem, .. }) = send(&other) else { panic!("taken") };
    assert_eq!((problem.status, problem.code()), (409, "other-digest"));
    let kinds = rig.kinds(&format!("encounter:{id}"));
    assert_eq!(kinds.iter().filter(|k| *k == "encounter.refused").count(), 1, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|k| *k == "encounter.received").count(), 1, "{kinds:?}");
    assert_eq!(rig.row(id).digest, sealed.digest);
}
