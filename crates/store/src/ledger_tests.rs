use super::*;
use crate::{MasterKey, Store};

fn store(rows: u64) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for i in 0..rows {
        store
            .write(Timestamp::from_second(i as i64).unwrap(), |tx| {
                tx.log(&Entry { kind: "test.step", actor: "hub", subject: "thing:1", ..Entry::default() })
            })
            .unwrap();
    }
    (dir, store)
}

fn open(dir: &Path) -> Store {
    Store::open(dir, MasterKey::from_bytes([7; 32]), SigningKey::from_bytes(&[9; 32])).unwrap()
}

/// What an attacker with the database file can do.
fn tamper(dir: &Path, sql: &str) {
    let conn = Connection::open(dir.join("hub.db")).unwrap();
    conn.execute_batch(sql).unwrap();
}

fn faults(rows: u64, sql: &str) -> Vec<String> {
    let (dir, store) = store(rows);
    assert_eq!(store.verify_ledger().unwrap().faults, Vec::<String>::new(), "before tampering");
    drop(store);
    tamper(dir.path(), sql);
    open(dir.path()).verify_ledger().unwrap().faults
}

#[test]
fn roots_are_those_of_rfc_6962() {
    // The inputs and roots are the test vectors of the Certificate Transparency reference (RFC 6962 trees).
    let inputs: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut frontier = Frontier::default();
    for (input, root) in inputs.iter().zip(roots) {
        let bytes: Vec<u8> =
            (0..input.len() / 2).map(|i| u8::from_str_radix(&input[2 * i..2 * i + 2], 16).unwrap()).collect();
        frontier.push(Sha256::new().chain_update([0]).chain_update(bytes).finalize().into());
        assert_eq!(hex(&frontier.root()), root, "after {input:?}");
        let again = Frontier::from_text(&frontier.to_text()).unwrap();
        assert_eq!(again.root(), frontier.root());
    }
}

#[test]
fn an_untouched_ledger_is_whole() {
    let (_dir, store) = store(50);
    let result = store.verify_ledger().unwrap();
    assert_eq!((result.rows, result.checkpoints, result.faults), (50, 50, vec![]));
}

#[test]
fn an_edited_row_is_named() {
    for column in ["kind", "actor", "subject", "purpose", "case_number", "detail"] {
        let found = faults(20, &format!("UPDATE ledger SET {column} = 'other' WHERE idx = 13"));
        assert!(found.iter().any(|f| f.starts_with("row 13 was edited")), "{column}: {found:?}");
    }
    let found = faults(20, "UPDATE ledger SET at = at + 1 WHERE idx = 13");
    assert!(found.iter().any(|f| f.starts_with("row 13 was edited")), "{found:?}");
}

#[test]
fn a_missing_row_is_named() {
    assert_eq!(faults(20, "DELETE FROM ledger WHERE idx = 13"), ["row 13 is missing"]);
    assert_eq!(faults(20, "DELETE FROM ledger WHERE idx BETWEEN 5 AND 8"), ["rows 5 to 8 are missing"]);
}

#[test]
fn a_forged_leaf_does_not_fit_the_signed_root() {
    let found = faults(20, "UPDATE ledger SET kind = 'x', leaf = zeroblob(32) WHERE idx = 13");
    assert!(found.iter().any(|f| f.starts_with("rows 13 to 13 were changed")), "{found:?}");
}

#[test]
fn rows_cut_off_the_end_are_missed_by_the_noted_head() {
    let cut = "DELETE FROM ledger WHERE idx >= 18; DELETE FROM checkpoints WHERE size > 18;";
    assert_eq!(faults(20, cut), ["rows 18 to 19 are missing"]);
}

#[test]
fn a_checkpoint_that_somebody_else_signed_is_found() {
    let found = faults(20, "UPDATE checkpoints SET signature = zeroblob(64) WHERE size = 7");
    assert_eq!(found, ["the checkpoint at 7 rows is not signed by this hub"]);
}

#[test]
fn a_failed_transaction_leaves_no_leaf() {
    let (_dir, store) = store(3);
    let refused: Result<()> = store.write(Timestamp::UNIX_EPOCH, |tx| {
        tx.log(&Entry { kind: "never", ..Entry::default() })?;
        Err(StoreError::missing("thing", 1))
    });
    assert!(refused.is_err());
    assert_eq!(store.verify_ledger().unwrap().rows, 3);
}
