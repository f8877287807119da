use super::*;
use model::{CaseId, EncounterId, UserId};

fn open(dir: &Path) -> Result<Store> {
    Store::open(dir, MasterKey::from_bytes([7; 32]), SigningKey::from_bytes(&[9; 32]))
}

fn version(dir: &Path) -> i64 {
    let conn = Connection::open(dir.join("hub.db")).unwrap();
    conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap()
}

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date_with_what_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    {
        let conn = Connection::open(dir.path().join("hub.db")).unwrap();
        conn.execute_batch(SCHEMA[0]).unwrap();
        conn.pragma_update(None, "user_version", 1).unwrap();
        let station = uuid::Uuid::from_u128(1);
        conn.execute_batch(&format!(
            "INSERT INTO stations VALUES ('{station}', 'a', 'b', 'c', 'fixed', 'active', 'k', 's', NULL, 0);
             INSERT INTO encounters (id, station, digest, length, state, received_at, receipt) VALUES
             ('{}', '{station}', 'd', 1, 'no_candidate', 5, 'r'), ('{}', '{station}', 'd', 1, 'received', 6, 'r');",
            uuid::Uuid::from_u128(2),
            uuid::Uuid::from_u128(3)
        ))
        .unwrap();
    }
    for _ in 0..2 {
        let store = open(dir.path()).unwrap();
        // What was searched before is one of the earlier encounters; what was not, is not yet.
        let steps = store.read(|v| v.earlier_steps(0)).unwrap();
        let id = EncounterId::new(uuid::Uuid::from_u128(2));
        assert_eq!(steps, vec![EarlierStep { sequence: 1, encounter: id, add: true }]);
        assert_eq!(version(dir.path()), SCHEMA_VERSION);
    }
}

#[test]
fn pairs_and_their_decisions_live_through_the_fifth_version() {
    let dir = tempfile::tempdir().unwrap();
    let (pair, examiner) = (CaseId::new(uuid::Uuid::from_u128(4)), UserId::new(uuid::Uuid::from_u128(5)));
    {
        let conn = Connection::open(dir.path().join("hub.db")).unwrap();
        SCHEMA[..4].iter().for_each(|step| conn.execute_batch(step).unwrap());
        conn.pragma_update(None, "user_version", 4).unwrap();
        let (a, b, list) = (uuid::Uuid::from_u128(6), uuid::Uuid::from_u128(7), uuid::Uuid::from_u128(8));
        conn.execute_batch(&format!(
            "INSERT INTO pairs VALUES ('{pair}', 'twice', '{list}', '{a}', '{b}', 'awaiting_second', 0, 5, NULL);
             INSERT INTO pair_decisions VALUES ('{pair}', 1, '{examiner}', 'same', 'a note', '[]', 6);"
        ))
        .unwrap();
    }
    let store = open(dir.path()).unwrap();
    let kept = store.read(|v| v.pair(pair)).unwrap().unwrap();
    assert!(matches!(kept.kind, PairKind::Twice(_)));
    let decisions = store.read(|v| v.pair_decisions(pair)).unwrap();
    assert_eq!((decisions.len(), decisions[0].examiner), (1, examiner));
    // The references still hold, under the tables' new names.
    let next = DecisionRow { ordinal: 2, ..decisions[0].clone() };
    let again = store.write(Timestamp::UNIX_EPOCH, |tx| tx.add_pair_decision(pair, &next));
    assert!(again.is_err(), "nobody decides twice");
    let stray = store.write(Timestamp::UNIX_EPOCH, |tx| {
        tx.add_pair_decision(CaseId::new(uuid::Uuid::from_u128(9)), &decisions[0])
    });
    assert!(stray.is_err(), "no decision without a pair");
}

#[test]
fn a_store_of_a_later_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let conn = Connection::open(dir.path().join("hub.db")).unwrap();
    conn.pragma_update(None, "user_version", SCHEMA_VERSION + 1).unwrap();
    assert!(matches!(open(dir.path()), Err(StoreError::Version { .. })));
}
