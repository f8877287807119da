//! The story: a plain traveller, a listed person, a false candidate, a station offline and back, a partner hub
//! down and back. Each step is checked; the first line says what happens, the last whether it held.

use super::{
    cast::{self, FULL, RAPID, Set, Shot},
    world::{NORTH, PURPOSE, Post, SOUTH, World},
};
use anyhow::{Context, Result, bail};
use exchange::{Answer, Standing};
use jiff::Timestamp;
use model::{AgeBand, AlertState, CaseState, EncounterId, FingerPosition, Verdict};
use station::{Draft, Particulars, Queued, State};
use std::time::{Duration, Instant};
use store::UserRow;

/// Longest wait for anything; a slow machine under load still makes it.
const PATIENCE: Duration = Duration::from_secs(90);

/// Plays it all; false if a step did not hold.
pub(crate) fn play(world: &mut World<'_>) -> Result<bool> {
    type Step = fn(&mut World<'_>, &mut Memory) -> Result<String>;
    let steps: [(&str, Step); 8] = [
        ("Two agencies list three people, each proposed by one official and approved by another", enlist),
        ("The partner hub in the south goes down", south_down),
        ("A plain traveller at Gate 4: ten fingers and two eyes", traveller),
        ("A listed person at Gate 4: two blind examiners decide", listed),
        ("A false candidate: one finger was filed under the wrong name", false_candidate),
        ("Patrol 2 loses its link, captures a person, and gets the link back", offline),
        ("The partner hub comes back and answers what waited", south_back),
        ("The ledger is verified; a case is left for you", audit),
    ];
    let mut memory = Memory::default();
    let mut held = true;
    for (number, (title, step)) in steps.iter().enumerate() {
        let began = Instant::now();
        println!("{}. {title}.", number + 1);
        match step(world, &mut memory) {
            Ok(told) => println!("   held: {told} ({:.1} s)", began.elapsed().as_secs_f64()),
            Err(error) => {
                held = false;
                println!("   DID NOT HOLD: {error:#}");
            }
        }
    }
    Ok(held)
}

/// What later steps need of earlier ones.
#[derive(Default)]
struct Memory {
    traveller: Option<EncounterId>,
}

fn enlist(world: &mut World<'_>, _: &mut Memory) -> Result<String> {
    let north = ("originator-1", "approver-1");
    let east = ("originator-2", "approver-2");
    let listed = world.person(2);
    world.enlist(world.warrants, north, "wanted", "N-2026-114", cast::capture(&listed, FULL, 1)?)?;
    let missing = world.person(3);
    world.enlist(world.missing, east, "missing person", "E-2026-020", cast::capture(&missing, FULL, 1)?)?;
    // The clerk's mistake: the right index finger on this card is another person's.
    let mut card: Vec<Shot> = cast::capture(&world.person(4), REST, 1)?;
    card.push(cast::finger(&world.person(5), FingerPosition::RightIndex, 1)?);
    world.enlist(world.warrants, north, "wanted", "N-2026-115", card)?;

    // One person alone must not be able to list anybody.
    let own = world.north.store.read(|v| v.entries(world.warrants))?;
    let own = own.first().context("an entry")?.id;
    if world.north.approve(own, world.user(north.0)?).is_ok() {
        bail!("an originator approved an entry");
    }
    Ok("3 entries on 2 lists of 2 agencies; nobody approved their own".to_owned())
}

/// All fingers but the right index, no eyes.
const REST: Set = Set {
    fingers: &[
        FingerPosition::RightThumb,
        FingerPosition::RightMiddle,
        FingerPosition::RightRing,
        FingerPosition::RightLittle,
        FingerPosition::LeftThumb,
        FingerPosition::LeftIndex,
        FingerPosition::LeftMiddle,
    ],
    eyes: false,
};

fn south_down(world: &mut World<'_>, _: &mut Memory) -> Result<String> {
    world.south(false)?;
    Ok(format!("{SOUTH} does not answer"))
}

fn traveller(world: &mut World<'_>, memory: &mut Memory) -> Result<String> {
    let shots = cast::capture(&world.person(1), FULL, 2)?;
    let id = send(&mut world.gate, "K-1001", shots)?;
    let answer = wait(&mut world.gate, id, |a| own(a) == Some(&Standing::NoMatch))?;
    let south =
        answer.destinations.iter().find(|d| d.destination == SOUTH).context("a line for the partner")?;
    if south.standing != Standing::NotAnswered || answer.complete {
        bail!("the partner is down, yet the answer says {:?}", south.standing);
    }
    memory.traveller = Some(id);
    Ok(said(&answer))
}

fn listed(world: &mut World<'_>, _: &mut Memory) -> Result<String> {
    let shots = cast::capture(&world.person(2), FULL, 2)?;
    let id = send(&mut world.gate, "K-1002", shots)?;
    wait(&mut world.gate, id, |a| own(a) == Some(&Standing::BeingExamined))?;
    let first = world.user("examiner-1")?.clone();
    let second = world.user("examiner-2")?.clone();
    let state = decide(world, id, &first, Verdict::Same)?;
    if state != CaseState::AwaitingSecond || !world.north.store.read(|v| v.alerts(10))?.is_empty() {
        bail!("one examiner was enough for {state}");
    }
    if decide(world, id, &first, Verdict::Same).is_ok() {
        bail!("one examiner decided twice");
    }
    decide(world, id, &second, Verdict::Same)?;
    let answer = wait(&mut world.gate, id, |a| matches!(own(a), Some(Standing::Confirmed { .. })))?;

    let recipient = world.user("recipient-1")?.clone();
    let alerts = world.north.alerts_for(&recipient, 10)?;
    let alert = alerts.first().context("no alert reached the recipient of the list")?;
    if !world.north.alerts_for(world.user("recipient-2")?, 10)?.is_empty() {
        bail!("the alert reached the recipient of another list");
    }
    world.north.act_on_alert(alert.id, &recipient, screening::alert::Event::Acknowledge, "")?;
    let after = world.north.store.read(|v| v.alert(alert.id))?.state;
    if after != AlertState::Acknowledged {
        bail!("the alert is {after} after its acknowledgement");
    }
    Ok(format!("{}; alerted: that list's recipient alone, who acknowledged", said(&answer)))
}

fn false_candidate(world: &mut World<'_>, _: &mut Memory) -> Result<String> {
    let shots = cast::capture(&world.person(5), RAPID, 2)?;
    let id = send(&mut world.gate, "K-1003", shots)?;
    wait(&mut world.gate, id, |a| own(a) == Some(&Standing::BeingExamined))?;
    let case = world.north.store.read(|v| v.cases_of(id))?.into_iter().next().context("a case")?;
    if !case.lead {
        bail!("one finger alone must make a lead, never more");
    }
    for login in ["examiner-1", "examiner-2"] {
        let user = world.user(login)?.clone();
        decide(world, id, &user, Verdict::NotSame)?;
    }
    let answer = wait(&mut world.gate, id, |a| own(a) == Some(&Standing::NoMatch))?;
    let alerts = world.north.store.read(|v| v.alerts(10))?;
    if alerts.iter().any(|a| a.case == case.id) {
        bail!("a rejected candidate raised an alert");
    }
    Ok(format!("a lead on one finger, rejected by two; no alert. {}", said(&answer)))
}

fn offline(world: &mut World<'_>, _: &mut Memory) -> Result<String> {
    world.cable.plug(false);
    let shots = cast::capture(&world.person(6), RAPID, 2)?;
    let id = send(&mut world.patrol, "K-2001", shots)?;
    let waits = outbox_state(&world.patrol, id)?;
    if waits != State::Queued {
        bail!("without a link the encounter is {waits:?}");
    }
    world.cable.plug(true);
    let answer = wait(&mut world.patrol, id, |a| own(a) == Some(&Standing::NoMatch))?;
    Ok(format!("kept sealed, sent when the link was back. {}", said(&answer)))
}

fn south_back(world: &mut World<'_>, memory: &mut Memory) -> Result<String> {
    world.south(true)?;
    let id = memory.traveller.context("the traveller's step did not hold")?;
    let answer = wait(&mut world.gate, id, |a| a.complete)?;
    Ok(said(&answer))
}

fn audit(world: &mut World<'_>, _: &mut Memory) -> Result<String> {
    // Somebody listed comes by once more: the case waits for whoever opens the console.
    let shots = cast::capture(&world.person(3), FULL, 3)?;
    let id = send(&mut world.gate, "K-1004", shots)?;
    wait(&mut world.gate, id, |a| own(a) == Some(&Standing::BeingExamined))?;
    if world.to_be_told()?.is_empty() {
        bail!("a case waits, but nobody would be told if it were confirmed");
    }
    let found = world.north.store.verify_ledger()?;
    if let Some(fault) = found.faults.first() {
        bail!("the ledger is not whole: {fault}");
    }
    Ok(format!("{} rows, {} signed checkpoints, nothing edited or missing", found.rows, found.checkpoints))
}

/// Seals, queues, and tries to send.
fn send(post: &mut Post, case: &str, shots: Vec<Shot>) -> Result<EncounterId> {
    let now = Timestamp::now();
    let particulars = Particulars {
        purpose: Some(PURPOSE.to_owned()),
        authority: Some("Border act, article 12 (invented)".to_owned()),
        case: Some(case.to_owned()),
        operator: Some("operator-1".to_owned()),
        age: Some(AgeBand::Adult),
        notice: Some("2026-1".to_owned()),
        language: Some("es".to_owned()),
        ..Particulars::default()
    };
    let draft = Draft::new(case, particulars, cast::samples(shots), Vec::new(), now)?;
    let id = match post.station.queue(&draft, now, &mut rand::rng())? {
        Queued::New(row) | Queued::Before(row) => row.encounter,
    };
    step(post)?;
    Ok(id)
}

fn step(post: &mut Post) -> Result<()> {
    post.worker.step(&mut post.station, Timestamp::now, &mut rand::rng(), |_| {})?;
    Ok(())
}

/// Steps the station until its answer is as wanted.
fn wait(post: &mut Post, id: EncounterId, wanted: impl Fn(&Answer) -> bool) -> Result<Answer> {
    let began = Instant::now();
    loop {
        step(post)?;
        let row = post.station.outbox().rows(None)?.into_iter().find(|r| r.encounter == id);
        let answer = match row.and_then(|r| r.answer) {
            Some(sealed) => Some(post.station.open_answer(id, &sealed)?),
            None => None,
        };
        if let Some(answer) = answer.as_ref().filter(|a| wanted(a)) {
            return Ok(answer.clone());
        }
        if began.elapsed() > PATIENCE {
            bail!("after {PATIENCE:?} the station's answer is {:?}", answer.map(|a| said(&a)));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn outbox_state(post: &Post, id: EncounterId) -> Result<State> {
    let rows = post.station.outbox().rows(None)?;
    Ok(rows.iter().find(|r| r.encounter == id).context("the encounter is not in the outbox")?.state)
}

fn decide(world: &World<'_>, id: EncounterId, user: &UserRow, verdict: Verdict) -> Result<CaseState> {
    let case = world.north.store.read(|v| v.cases_of(id))?.into_iter().next().context("a case")?;
    world.north.open_case(case.id, user)?;
    Ok(world.north.decide(case.id, user, verdict, "demo", "[]")?)
}

fn own(answer: &Answer) -> Option<&Standing> {
    answer.destinations.iter().find(|d| d.destination == NORTH).map(|d| &d.standing)
}

/// What the station shows.
fn said(answer: &Answer) -> String {
    station::wording::lines(answer).join(" | ")
}
