//! Real transactions through the real door: a station's draft, its outbox, its worker.

use crate::rig::{AGENCY, PURPOSE, Rig};
use exchange::{ItemKind, protocol::StationProfile};
use hub::EntryFile;
use jiff::Timestamp;
use model::{AgeBand, EncounterId, FingerPosition};
use screening::Sample;
use station::{Draft, EnrolOptions, Particulars, Queued, Station, Worker};
use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("RIDGELINE_DATA").map(PathBuf::from);
    let data =
        given.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let records = data.join("records/nist-reference");
    if !records.is_dir() {
        println!("skipped: no real transactions at {} (set RIDGELINE_DATA)", records.display());
        return None;
    }
    Some(records)
}

struct Post {
    station: Station,
    worker: Worker,
}

impl Post {
    fn enrol(rig: &Rig) -> Self {
        let code = rig.hub.provision("Bridge 1", "River", AGENCY, "fixed", None).unwrap();
        let options = EnrolOptions {
            base: format!("http://{}", rig.address()),
            code,
            name: "Bridge 1".into(),
            profile: StationProfile::Fixed,
            ca_file: None,
        };
        let home = rig.dir.path().join("station");
        let station = Station::enrol(&home, &options, Timestamp::now(), &mut rand::rng()).unwrap();
        let worker = Worker::new(&station).unwrap();
        Self { station, worker }
    }

    fn send(&mut self, name: &str, samples: Vec<station::Sample>) -> EncounterId {
        let said = Particulars {
            purpose: Some(PURPOSE.into()),
            authority: Some("Migration Act".into()),
            case: Some("2026-000123".into()),
            operator: Some("op-7".into()),
            age: Some(AgeBand::Adult),
            notice: Some("2026-1".into()),
            language: Some("es".into()),
            ..Particulars::default()
        };
        let draft = Draft::new(name, said, samples, vec![], Timestamp::now()).unwrap();
        let Queued::New(row) = self.station.queue(&draft, Timestamp::now(), &mut rand::rng()).unwrap() else {
            panic!("{name} was queued before")
        };
        self.worker.step(&mut self.station, Timestamp::now, &mut rand::rng(), |_| {}).unwrap();
        row.encounter
    }
}

fn transaction(name: &str, bytes: Vec<u8>) -> Vec<station::Sample> {
    vec![station::Sample { kind: ItemKind::Transaction, name: name.into(), bytes }]
}

/// Rolled index and middle fingers of the card, as an entry's files.
fn rolled(card: &[u8]) -> Vec<EntryFile> {
    let reading = nist_itl::read(card).unwrap();
    let images = reading.transaction.images();
    let wanted = images.filter(|i| matches!(i.positions.as_slice(), [2 | 3 | 7 | 8]));
    wanted
        .map(|i| EntryFile {
            kind: ItemKind::Finger {
                position: FingerPosition::from_code(i.positions[0] as u8).unwrap(),
                ppi: Some(500),
            },
            name: format!("rolled-{}.wsq", i.positions[0]),
            bytes: i.payload.to_vec(),
        })
        .collect()
}

#[test]
fn real_transactions_go_in_and_the_card_holder_is_found() {
    let Some(folder) = folder() else { return };
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let rig = Rig::new(&[]);
    let mut entry = rig.proposal(1);
    entry.files = rolled(&read("sample.an2"));
    assert_eq!(entry.files.len(), 4);
    let entry = rig.enlist(&entry);
    let mut post = Post::enrol(&rig);
    // `type-4-slaps` is the plain side of `sample`'s own card; several of the others are the same card again. The
    // last two are of other people.
    let table = [
        ("type-4-slaps.an2", Some(true)),
        ("sample.an2", Some(true)),
        ("type-4-14-slaps.an2", Some(true)),
        ("type-14-tpcard-nqm.an2", None),
        ("type-10-14-17-piv-index-iris.an2", None),
        ("type-10-branded-tattoo-mark.an2", None),
        ("type-9-4-iafis.an2", Some(false)),
    ];
    for (name, found) in table {
        let id = post.send(name, transaction(name, read(name)));
        crate::rig::wait(
            name,
            || !matches!(rig.standing(id).as_str(), "none" | "in_progress"),
            || format!("{:?}", rig.row(id)),
        );
        let cases = rig.cases(id);
        let (samples, findings) = rig
            .hub
            .store
            .read(|v| Ok((v.samples::<Sample>(id.uuid())?, v.blob(id.uuid(), "findings.json")?)))
            .unwrap();
        let findings: Vec<String> = serde_json::from_slice(&findings.unwrap()).unwrap();
        let templates = samples.iter().filter(|s| s.template.is_some()).count();
        println!(
            "{name}: {}, {} samples, {templates} templates, candidates {:?}, findings {findings:#?}",
            rig.standing(id),
            samples.len(),
            cases.iter().map(|c| if c.lead { "lead" } else { "person" }).collect::<Vec<_>>()
        );
        if templates == 0 {
            assert!(rig.row(id).reason.is_some(), "{name}: not processed without a reason");
        }
        if let Some(found) = found {
            assert_eq!(cases.iter().any(|c| c.entry == entry), found, "{name}");
        }
        if found == Some(true) {
            assert_eq!(rig.standing(id), "being_examined", "{name}");
        }
    }
}
