//! S4, S28: what is left when nothing may be left.

use crate::rig::{Rig, capture, traces};
use exchange::manifest::RetentionAsked;
use screening::Sample;

/// All bytes that stand for the person, as they are in the store now: the given images, the pictures, the
/// templates, the sealed bytes; and the key that opens them.
fn bytes_of(rig: &Rig, id: model::EncounterId) -> Vec<(&'static str, Vec<u8>)> {
    let mut found: Vec<_> = capture(1, 2).into_iter().map(|(_, png)| ("original", png)).collect();
    rig.hub
        .store
        .read(|v| {
            found.extend(v.blob(id.uuid(), "sealed")?.map(|b| ("sealed bytes", b)));
            for s in v.samples::<Sample>(id.uuid())? {
                for (what, name) in [("picture", s.grey), ("template", s.template)] {
                    let blob = name.map(|n| v.blob(id.uuid(), &n)).transpose()?.flatten();
                    found.extend(blob.map(|b| (what, b)));
                }
            }
            Ok(())
        })
        .unwrap();
    let conn = rusqlite::Connection::open(rig.dir.path().join("hub/hub.db")).unwrap();
    let holder = [id.to_string()];
    found.push((
        "data key",
        conn.query_row("SELECT wrapped FROM keys WHERE holder = ?1", holder.clone(), |r| r.get(0)).unwrap(),
    ));
    let mut blobs =
        conn.prepare("SELECT sealed FROM blobs WHERE holder = ?1 AND sealed IS NOT NULL").unwrap();
    let inline = blobs.query_map(holder, |r| r.get(0)).unwrap().map(|b| ("stored blob", b.unwrap()));
    found.extend(inline);
    found
}

fn nothing_left(rig: &Rig, id: model::EncounterId, needles: &[(&str, Vec<u8>)]) {
    let folder = rig.dir.path().join("hub");
    // Files are removed right after the commit that destroys their key.
    let left = || traces(&folder, needles);
    crate::rig::wait("no trace", || left().is_empty(), || left().join("\n"));
    let (key, blobs, samples) = rig
        .hub
        .store
        .read(|v| Ok((v.has_key(id.uuid())?, v.blob_names(id.uuid())?, v.samples::<Sample>(id.uuid())?)))
        .unwrap();
    assert!(!key && blobs.is_empty() && samples.is_empty());
    let files = std::fs::read_dir(folder.join("blobs")).unwrap();
    let mine: Vec<_> = files
        .map(|f| f.unwrap().file_name())
        .filter(|f| f.to_string_lossy().contains(&id.to_string()))
        .collect();
    assert!(mine.is_empty(), "{mine:?}");
    assert_eq!(std::fs::read_dir(folder.join("uploads")).unwrap().count(), 0);
}

#[test]
fn s4_search_only_leaves_nothing() {
    let rig = Rig::new(&[]);
    rig.enlist(&rig.proposal(1));
    let mut package = rig.package(capture(1, 2));
    package.manifest.retention = RetentionAsked::SearchOnly;
    let id = rig.hand_in(&package);
    rig.until(id, "being_examined");
    // The search for traces is itself tried on what is there: stored bytes and the key are found.
    let needles = bytes_of(&rig, id);
    let kinds: Vec<_> = needles.iter().map(|(k, _)| *k).collect();
    for kind in ["original", "picture", "template", "sealed bytes", "data key", "stored blob"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    assert!(!traces(&rig.dir.path().join("hub"), &needles).is_empty());
    // Nothing about the person is there in clear even now.
    let clear: Vec<_> =
        needles.iter().filter(|(k, _)| matches!(*k, "original" | "picture" | "template")).cloned().collect();
    assert_eq!(traces(&rig.dir.path().join("hub"), &clear), Vec::<String>::new());

    rig.decide(rig.cases(id)[0].id, model::Verdict::NotSame);
    rig.until_purged(id);
    assert_eq!(rig.standing(id), "no_match");
    nothing_left(&rig, id, &needles);
    assert_eq!(rig.kinds(&format!("encounter:{id}")).last().unwrap(), "encounter.purged");
}

#[test]
fn s28_retention_ends_on_its_day() {
    let rig = Rig::new(&[]);
    rig.enlist(&rig.proposal(1));
    let id = rig.present(1, 2);
    rig.until(id, "being_examined");
    let needles = bytes_of(&rig, id);
    rig.decide(rig.cases(id)[0].id, model::Verdict::NotSame);
    rig.until(id, "no_match");
    rig.travel_days(29);
    // A later encounter is worked through: the runner was awake on day 29.
    let other = rig.present(2, 1);
    rig.until(other, "no_match");
    assert!(rig.hub.store.read(|v| v.has_key(id.uuid())).unwrap(), "purged before its day");
    rig.travel_days(1);
    rig.until_purged(id);
    nothing_left(&rig, id, &needles);
    assert!(rig.hub.store.read(|v| v.has_key(other.uuid())).unwrap());
}
