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

#[test]
fn s26_more_than_the_quota_from_one_station_is_not_taken() {
    let rig = Rig::new(&[]);
    let conn = rusqlite::Connection::open(rig.dir.path().join("hub/hub.db")).unwrap();
    let now = rig.hub.now().as_millisecond();
    for _ in 0..policy::limits::MAX_ENCOUNTERS_PER_HOUR {
        let insert = "INSERT INTO encounters (id, station, digest, length, state, received_at, receipt)
                      VALUES (?1, ?2, ?3, 1, 'purged', ?4, '')";
        let digest = model::Digest::of(b"").to_string();
        let values = (uuid::Uuid::now_v7().to_string(), rig.station.to_string(), digest, now);
        conn.execute(insert, values).unwrap();
    }
    let package = rig.package(capture(2, 1));
    let (id, sealed) = (package.manifest.encounter, rig.seal(&package));
    let refused = rig.uplink().send(id, &sealed.bytes, sealed.digest, false, |_| {});
    let Err(UplinkError::Refused { problem, .. }) = refused else { panic!("taken") };
    assert_eq!((problem.status, problem.code()), (429, "quota"));
    assert_eq!(rig.hub.store.read(|v| v.encounter(id)).unwrap(), None, "something was kept");
    assert!(rig.hub.import(&sealed.bytes).is_err(), "taken from a stick");
    // The hour over, the same bytes are taken.
    rig.travel_days(1);
    rig.hub.import(&sealed.bytes).unwrap();
}
