//! The sender against a hub on a real socket, well-behaved and otherwise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{encounter_id, package, rng};
use exchange::{
    OpeningKey, Sealed, SigningKey, carry,
    code::EnrolmentCode,
    fake::FakeHub,
    open_answer,
    protocol::{EnrolReply, EnrolRequest, StationProfile},
    seal,
    uplink::{Disposition, Link, LinkOptions, PartLengths, Uplink, UplinkError, backoff},
};
use model::Digest;
use proptest::prelude::*;
use std::time::Duration;

struct Sender {
    uplink: Uplink,
    opens: OpeningKey,
    reply: EnrolReply,
    sealed: Sealed,
}

fn sender(hub: &FakeHub, parts: PartLengths, length: usize) -> Sender {
    let mut rng = rng(5);
    let (signing, opens) = (SigningKey::generate(&mut rng), OpeningKey::generate(&mut rng));
    let link = Link::new(&hub.base(), &LinkOptions::default()).unwrap();
    let request = EnrolRequest::new(
        hub.open_code().to_string(),
        "Bridge 1".into(),
        StationProfile::Fixed,
        &signing,
        opens.sealing_key(),
    );
    let reply = link.enrol(&request).unwrap();
    let mut package = package(vec![vec![7; length]]);
    package.manifest.station = reply.station;
    let sealed = seal(&package, &signing, &reply.hub.sealing_key, &mut rng).unwrap();
    let uplink = Uplink::new(link, reply.station, signing, reply.hub.clone(), parts);
    Sender { uplink, opens, reply, sealed }
}

impl Sender {
    fn send(&self, resume: bool) -> Result<Vec<u64>, UplinkError> {
        let mut steps = vec![];
        let Sealed { bytes, digest } = &self.sealed;
        self.uplink.send(encounter_id(), bytes, *digest, resume, |held| steps.push(held))?;
        Ok(steps)
    }
}

const SMALL: PartLengths = PartLengths { first: 10_000, most: 40_000 };

#[test]
fn sends_in_growing_parts_and_hears_the_answer() {
    let hub = FakeHub::start(1);
    let sender = sender(&hub, SMALL, 300_000);
    let steps = sender.send(false).unwrap();
    assert_eq!(steps[..4], [0, 10_000, 30_000, 70_000]);
    assert_eq!(*steps.last().unwrap(), sender.sealed.bytes.len() as u64);
    assert_eq!(hub.state().longest_part, 40_000);
    let id = encounter_id();
    assert_eq!(hub.state().committed[&id].times, 1);
    assert_eq!(sender.uplink.stored(id).unwrap(), sender.sealed.bytes.len() as u64);
    // Once more: the same receipt, nothing doubled.
    sender.send(true).unwrap();
    sender.send(false).unwrap();
    assert_eq!(hub.state().committed[&id].times, 1);
    let answer = sender.uplink.answer(id, 0).unwrap().unwrap();
    let opened = open_answer(&answer.bytes, sender.reply.station, id, &sender.opens, &hub.info.signing_key);
    assert_eq!(opened.unwrap().revision, answer.revision);
    assert_eq!(sender.uplink.answer(id, 1).unwrap(), None);
}

#[test]
fn resumes_where_the_hub_stands() {
    let hub = FakeHub::start(1);
    let sender = sender(&hub, SMALL, 300_000);
    hub.state().mischief.drop_after = Some(4);
    let mut tries = 0;
    while let Err(error) = sender.send(tries > 0) {
        assert!(matches!(error, UplinkError::Offline(_)), "{error}");
        tries += 1;
        assert!(tries < 20, "no progress");
    }
    assert!(tries > 2, "the test should have broken the link");
    assert_eq!(hub.state().committed[&encounter_id()].times, 1);
}

#[test]
fn a_first_attempt_that_was_not_the_first_is_corrected() {
    let hub = FakeHub::start(1);
    let sender = sender(&hub, SMALL, 100_000);
    hub.state().mischief.drop_after = Some(3);
    assert!(sender.send(false).is_err());
    hub.state().mischief.drop_after = None;
    // Does not ask, begins at 0, is told 416 and goes on from there.
    let steps = sender.send(false).unwrap();
    assert!(steps[0] == 0 && steps[1] >= 10_000, "{steps:?}");
}

#[test]
fn forged_receipts_settle_nothing() {
    let hub = FakeHub::start(1);
    let sender = sender(&hub, SMALL, 1000);
    hub.state().mischief.forge_receipts = true;
    let error = sender.send(false).unwrap_err();
    assert!(matches!(error, UplinkError::Receipt(_)), "{error}");
    assert_eq!(error.disposition(), Disposition::Attention);
    hub.state().mischief.forge_receipts = false;
    sender.send(true).unwrap();
}

#[test]
fn another_digest_is_refused_for_good() {
    let hub = FakeHub::start(1);
    let mut sender = sender(&hub, SMALL, 1000);
    sender.send(false).unwrap();
    sender.sealed.bytes[100] ^= 1;
    sender.sealed.digest = Digest::of(&sender.sealed.bytes);
    let error = sender.send(false).unwrap_err();
    assert_eq!(error.disposition(), Disposition::Never);
    assert_eq!(error.problem().unwrap().code(), "other-digest");
    assert_eq!(hub.state().conflicts, 1);
}

#[test]
fn refusals_say_what_to_do_with_the_bytes() {
    let hub = FakeHub::start(1);
    let sender = sender(&hub, SMALL, 1000);
    for (status, expected) in [
        (401, Disposition::Attention),
        (403, Disposition::Attention),
        (409, Disposition::Never),
        (413, Disposition::Never),
        (422, Disposition::Never),
        (429, Disposition::Later),
        (500, Disposition::Later),
        (503, Disposition::Later),
    ] {
        hub.state().mischief.refuse = Some(status);
        assert_eq!(sender.send(false).unwrap_err().disposition(), expected, "{status}");
    }
    let nobody = Link::new("http://127.0.0.1:9", &LinkOptions::default()).unwrap();
    assert_eq!(nobody.hub().unwrap_err().disposition(), Disposition::Later);
    for bad in ["", "hub.example", "ftp://hub.example", "http://", "http://x/?a=b"] {
        assert!(Link::new(bad, &LinkOptions::default()).is_err(), "{bad}");
    }
}

#[test]
fn codes_are_used_once_and_name_their_hub() {
    let hub = FakeHub::start(1);
    let code = hub.open_code();
    assert!(code.is_for(&hub.info.signing_key));
    assert!(!code.is_for(&FakeHub::start(2).info.signing_key));
    let text = code.to_string();
    assert_eq!(text.len(), 29);
    for typed in [text.to_lowercase(), text.replace('-', " "), text.replace('0', "o").replace('1', "l")] {
        assert_eq!(typed.parse(), Ok(code), "{typed}");
    }
    for wrong in ["", "ABCD", &text[1..], &format!("{text}0"), &text.replace('-', "U")] {
        assert!(wrong.parse::<EnrolmentCode>().is_err(), "{wrong}");
    }
    let (signing, opens) = (SigningKey::generate(&mut rng(1)), OpeningKey::generate(&mut rng(2)));
    let request = EnrolRequest::new(text, "x".into(), StationProfile::Mobile, &signing, opens.sealing_key());
    let link = Link::new(&hub.base(), &LinkOptions::default()).unwrap();
    let first = link.enrol(&request).unwrap();
    assert_eq!(link.enrol(&request).unwrap().station, first.station, "a lost reply may be asked for again");
    let other = SigningKey::generate(&mut rng(3));
    let theft = EnrolRequest::new(
        request.code.clone(),
        "x".into(),
        StationProfile::Mobile,
        &other,
        opens.sealing_key(),
    );
    let again = link.enrol(&theft).unwrap_err();
    assert_eq!(again.problem().unwrap().status, 403);
}

#[test]
fn a_stick_carries_what_the_wire_would() {
    let hub = FakeHub::start(1);
    let sender = sender(&hub, SMALL, 1000);
    let folder = tempfile::tempdir().unwrap();
    let Sealed { bytes, digest } = &sender.sealed;
    let path = carry::write_sealed(folder.path(), encounter_id(), bytes).unwrap();
    assert_eq!(carry::list(folder.path(), carry::SEALED_EXTENSION).unwrap(), std::slice::from_ref(&path));
    assert_eq!(&carry::read_sealed(&path).unwrap(), bytes);
    let receipt = sender.uplink.send(encounter_id(), bytes, *digest, false, |_| {}).unwrap();
    let path = carry::write_receipt(folder.path(), &receipt).unwrap();
    assert_eq!(carry::read_receipt(&path).unwrap(), receipt);
    std::fs::write(folder.path().join("x.rlenc"), b"rubbish").unwrap();
    assert!(carry::read_sealed(&folder.path().join("x.rlenc")).is_err());
}

proptest! {
    #[test]
    fn backoff_doubles_under_its_limit(failures in 0u32..100, seed: u64) {
        let most = Duration::from_secs(300);
        let wait = backoff(failures, most, &mut rng(seed));
        let full = Duration::from_secs(2u64.pow(failures.saturating_sub(1).min(9))).min(most);
        prop_assert!(wait <= full && wait * 2 >= full, "{failures}: {wait:?}");
    }

    #[test]
    fn any_text_is_a_code_or_an_error(text in "\\PC{0,60}") {
        if let Ok(code) = text.parse::<EnrolmentCode>() {
            prop_assert_eq!(code.to_string().parse(), Ok(code));
        }
    }
}
