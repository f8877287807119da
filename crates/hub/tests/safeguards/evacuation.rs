//! S32: one signed order, and nothing is left to be read.

use crate::rig::{PURPOSE, Rig, capture, traces};
use exchange::SigningKey;
use hub::{EvacuationOrder, evacuate, is_evacuated};
use jiff::SignedDuration;
use std::{path::Path, time::Duration};

fn order(rig: &Rig, key: &SigningKey) -> EvacuationOrder {
    let order = EvacuationOrder {
        hubs: vec![rig.info.hub],
        reason: "The town is being taken".into(),
        valid_until: rig.hub.now() + SignedDuration::from_hours(48),
        signature: String::new(),
    };
    order.sign(key)
}

fn files(dir: &Path) -> usize {
    let mut count = 0;
    for path in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        count += if path.is_dir() { files(&path) } else { 1 };
    }
    count
}

#[test]
fn s32_one_signed_order_leaves_nothing_to_be_read() {
    let (key, other) = (SigningKey::generate(&mut rand::rng()), SigningKey::generate(&mut rand::rng()));
    let mut rig = Rig::with(&[], |config, _| {
        config.evacuation_key = Some(key.verifying_key().to_string());
    });
    rig.enlist(&rig.proposal(1));
    let id = rig.hand_in(&rig.package(capture(2, 1)));
    rig.until(id, "no_match");
    rig.hub.write_snapshots(1).unwrap();
    rig.hub.config.save(&rig.dir.path().join("hub")).unwrap();
    // Closed: the command line of another process finds the folder like this.
    rig.restart();
    let (dir, now) = (rig.dir.path().join("hub"), rig.hub.now());
    let before = files(&dir);

    // An order that does not hold destroys nothing.
    let good = order(&rig, &key);
    let wrong = [
        order(&rig, &other),
        EvacuationOrder { reason: "changed".into(), ..good.clone() },
        EvacuationOrder { hubs: vec![], ..good.clone() }.sign(&key),
        EvacuationOrder { valid_until: now, ..good.clone() }.sign(&key),
        EvacuationOrder { signature: String::new(), ..good.clone() },
    ];
    for order in wrong {
        let refused = evacuate(&dir, &order, now, false).unwrap_err().to_string();
        assert!(refused.contains("nothing was destroyed"), "{refused}");
    }
    assert!(!is_evacuated(&dir) && files(&dir) >= before);

    // The rehearsal reads all that would go, notes it, and leaves everything as it was.
    let rehearsed = evacuate(&dir, &good, now, true).unwrap();
    assert!(rehearsed.files >= before && !is_evacuated(&dir), "{rehearsed:?}");
    assert!(rig.kinds(&format!("hub:{}", rig.info.hub)).contains(&"hub.evacuation_rehearsed".to_owned()));
    let still = rig.present(2, 2);
    rig.until(still, "no_match");

    // What a thief would look for: keys, a name, a reference, a purpose, a case number, an image.
    let master = std::fs::read(dir.join("keys/master.key")).unwrap();
    let image = capture(2, 1)[0].1.clone();
    let needles = [
        ("master key", master[..32].to_vec()),
        ("account", b"Person originator".to_vec()),
        ("legal basis", b"Order 1/2026 of the invented".to_vec()),
        ("purpose and case", format!("{PURPOSE}\"").into_bytes()),
        ("image", image),
    ];
    assert!(!traces(&dir, &needles[..3]).is_empty(), "the needles are not in the folder to begin with");
    rig.runtime.block_on(rig.doors.take().unwrap().stop());
    let done = evacuate(&dir, &good, now, false).unwrap();
    assert!(is_evacuated(&dir));
    assert_eq!(files(&dir), 0, "files are left");
    assert_eq!(traces(&dir, &needles), Vec::<String>::new());
    assert!(
        done.keys_after < Duration::from_secs(5) && done.all_after < Duration::from_secs(300),
        "{done:?}"
    );
    assert!(done.files >= before, "{done:?}");
}
