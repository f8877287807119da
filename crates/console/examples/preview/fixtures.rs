//! Made-up content for every page: nobody in here exists. Shared by the preview and the tests.

#![allow(dead_code)]

use jiff::{Timestamp, ToSpan as _};
use model::{Absence, Eye, FingerPosition};
use ridgeline_console::{
    AreaLink, Ctx, Known, Language, Notice, RenderError, SignedIn, pages, urls, view::*,
};

/// The moment at which all fixtures happen.
pub(crate) fn now() -> Timestamp {
    // 2026-11-23 21:40 UTC
    Timestamp::UNIX_EPOCH + 1_795_470_000.seconds()
}

fn ago(minutes: i64) -> Timestamp {
    now() - minutes.minutes()
}

fn days(n: i64) -> Timestamp {
    now() + (n * 24).hours()
}

/// A context for a person with all areas.
pub(crate) fn ctx(language: Language, theme: Theme, path: &str) -> Ctx {
    let mut ctx = Ctx::new(language, now(), "csrf-token-of-this-session");
    ctx.theme = theme;
    ctx.path = path.to_owned();
    ctx.hub_name = "Valdoria, hub north".to_owned();
    ctx.user = Some(SignedIn {
        name: "Inés Ferrán".to_owned(),
        roles: vec![Role::WatchOfficer, Role::LeadExaminer],
    });
    ctx.areas = Area::ALL
        .iter()
        .map(|area| AreaLink {
            area: *area,
            waiting: match area {
                Area::Examine => Some(6),
                Area::Conflicts => Some(1),
                Area::Alerts => Some(2),
                _ => None,
            },
        })
        .collect();
    ctx
}

/// A context before sign-in.
pub(crate) fn stranger(language: Language, theme: Theme, path: &str) -> Ctx {
    let mut ctx = Ctx::new(language, now(), "csrf-token-of-this-session");
    ctx.theme = theme;
    ctx.path = path.to_owned();
    ctx.hub_name = "Valdoria, hub north".to_owned();
    ctx
}

/// Renders a page.
pub(crate) type Render = fn(Language, Theme) -> Result<String, RenderError>;

/// Name and page, every page of the console at least once.
pub(crate) const PAGES: &[(&str, Render)] = &[
    ("first-start", |l, t| pages::first_start(&stranger(l, t, urls::FIRST_START), &first_start())),
    ("sign-in", |l, t| pages::sign_in(&stranger(l, t, urls::SIGN_IN), &sign_in())),
    ("join", |l, t| pages::join(&stranger(l, t, urls::JOIN), &join())),
    ("error", |l, t| pages::error(&stranger(l, t, "/x"), &error())),
    ("profile", |l, t| pages::profile(&ctx(l, t, urls::PROFILE), &profile())),
    ("help", |l, t| pages::help(&ctx(l, t, urls::HELP))),
    ("reason", |l, t| pages::reason(&ctx(l, t, "/encounters/e1"), &reason())),
    ("board", |l, t| pages::board(&ctx(l, t, urls::BOARD), &board())),
    ("encounters", |l, t| pages::encounters(&ctx(l, t, urls::ENCOUNTERS), &encounters())),
    ("encounter", |l, t| pages::encounter(&ctx(l, t, "/encounters/e1"), &encounter())),
    ("lists", |l, t| pages::lists(&ctx(l, t, urls::LISTS), &lists())),
    ("list", |l, t| pages::list(&ctx(l, t, "/lists/l1"), &list())),
    ("entry", |l, t| pages::entry(&ctx(l, t, "/entries/y1"), &entry(EntryState::Active))),
    ("entry-form", |l, t| pages::entry_form(&ctx(l, t, "/lists/l1/propose"), &entry_form())),
    ("approval", |l, t| pages::approval(&ctx(l, t, "/entries/y1/approve"), &approval())),
    ("queue", |l, t| pages::queue(&ctx(l, t, urls::EXAMINE), &queue())),
    ("workbench", |l, t| pages::workbench(&ctx(l, t, "/examine/c1"), &workbench())),
    ("conflicts", |l, t| pages::conflicts(&ctx(l, t, urls::CONFLICTS), &conflicts())),
    ("alerts", |l, t| pages::alerts(&ctx(l, t, urls::ALERTS), &alerts())),
    ("alert", |l, t| pages::alert(&ctx(l, t, "/alerts/a1"), &alert())),
    ("stations", |l, t| pages::stations(&ctx(l, t, urls::STATIONS), &stations())),
    ("agreements", |l, t| pages::agreements(&ctx(l, t, urls::AGREEMENTS), &agreements())),
    ("agreement", |l, t| pages::agreement(&ctx(l, t, "/agreements/g1"), &agreement())),
    ("agreement-diff", |l, t| pages::agreement_diff(&ctx(l, t, "/agreements/g1/diff"), &agreement_diff())),
    ("audit", |l, t| {
        pages::audit(&ctx(l, t, urls::AUDIT), &audit(&["row 48 112: its hash is not the one in the tree"]))
    }),
    ("users", |l, t| pages::users(&with_notice(ctx(l, t, urls::USERS)), &users())),
];

fn with_notice(mut ctx: Ctx) -> Ctx {
    ctx.training = true;
    ctx.notices = vec![Notice::done(Known::Invited)];
    ctx
}

pub(crate) fn first_start() -> FirstStartView {
    FirstStartView { name: String::new(), login: String::new(), password_min_chars: 12, errors: Vec::new() }
}

pub(crate) fn sign_in() -> SignInView {
    SignInView {
        login: "i.ferran".to_owned(),
        next: "/alerts".to_owned(),
        locked_until: None,
        errors: vec![FieldError::new("login", Known::WrongLogin)],
    }
}

pub(crate) fn join() -> JoinView {
    JoinView { login: "m.okoye".to_owned(), password_min_chars: 12, errors: Vec::new() }
}

pub(crate) fn error() -> ErrorView {
    ErrorView {
        status: 403,
        kind: ErrorKind::Forbidden,
        detail: None,
        reference: Some("7f3a-11".to_owned()),
        back: "/".to_owned(),
    }
}

pub(crate) fn profile() -> ProfileView {
    ProfileView {
        name: "Inés Ferrán".to_owned(),
        login: "i.ferran".to_owned(),
        roles: vec![Role::WatchOfficer, Role::LeadExaminer],
        last_sign_in: Some(ago(1475)),
        password_min_chars: 12,
        errors: Vec::new(),
    }
}

pub(crate) fn reason() -> ReasonView {
    ReasonView {
        subject: "VN-4471-0932".to_owned(),
        action: urls::encounter_open("e1"),
        back: urls::ENCOUNTERS.to_owned(),
        purposes: vec![
            Choice::new("border", "Border check"),
            Choice::new("redress", "Redress request"),
            Choice::new("audit", "Audit"),
        ],
        purpose: String::new(),
        case_number: String::new(),
        errors: vec![FieldError::new("case_number", Known::CaseNumberNeeded)],
    }
}

pub(crate) fn board() -> BoardView {
    let q = |queue, waiting, oldest: Option<i64>, overdue, target_s: Option<u64>, url: Option<&str>| {
        QueueTile { queue, waiting, oldest: oldest.map(ago), overdue, target_s, url: url.map(str::to_owned) }
    };
    let site = |name: &str, stations, stations_online, people, seen: Option<i64>, encounters_today| SiteRow {
        name: name.to_owned(),
        stations,
        stations_online,
        people,
        last_seen: seen.map(ago),
        encounters_today,
    };
    BoardView {
        queues: vec![
            q(Queue::Examine, 6, Some(23), 1, Some(3600), Some(urls::EXAMINE)),
            q(Queue::Conflicts, 1, Some(8), 0, Some(3600), Some(urls::CONFLICTS)),
            q(Queue::Alerts, 2, Some(6), 1, Some(300), Some(urls::ALERTS)),
            q(Queue::Approvals, 3, Some(190), 0, Some(86400), Some(urls::LISTS)),
            q(Queue::Searches, 1, Some(41), 0, None, Some("/encounters?state=searching")),
            q(Queue::Answers, 4, Some(2), 0, Some(120), None),
            q(Queue::Held, 0, None, 0, None, Some("/encounters?state=held")),
        ],
        encounters: [
            (EncounterState::Received, 2),
            (EncounterState::Searching, 1),
            (EncounterState::Examining, 6),
            (EncounterState::RecaptureRequested, 2),
            (EncounterState::Held, 0),
            (EncounterState::Confirmed, 2),
            (EncounterState::Answered, 1317),
            (EncounterState::Rejected, 3),
        ]
        .map(|(state, count)| StateCount { state, count })
        .to_vec(),
        sites: vec![
            site("Port Almar, arrivals", 6, 6, 9, Some(0), 412),
            site("Col de Brune", 2, 2, 3, Some(1), 96),
            site("Saltmarsh camp", 4, 3, 2, Some(4), 711),
            site("Mobile group 3", 3, 1, 0, Some(187), 0),
            site("Río Hondo bridge", 2, 2, 4, Some(2), 114),
        ],
        destinations: vec![
            DestinationRow {
                name: "Valdoria, own lists".to_owned(),
                reachable: true,
                waiting: 0,
                oldest: None,
                last_answer: Some(ago(0)),
            },
            DestinationRow {
                name: "Castreña, hub south".to_owned(),
                reachable: false,
                waiting: 3,
                oldest: Some(ago(41)),
                last_answer: Some(ago(44)),
            },
        ],
        machine_answer_median_s: Some(2),
        machine_answer_p95_s: Some(5),
        unanswered_percent: Some(1),
    }
}

pub(crate) fn encounters() -> EncounterListView {
    let row = |n: u32, minutes, station: &str, state, fingers, eyes, answered| EncounterRow {
        id: format!("e{n}"),
        number: format!("VN-4471-{:04}", 932 - n),
        received: ago(minutes),
        station: station.to_owned(),
        purpose: "Border check".to_owned(),
        state,
        fingers,
        eyes,
        answered,
        asked: 2,
    };
    EncounterListView {
        filter: EncounterFilter::default(),
        stations: vec![Choice::new("s1", "Port Almar 1"), Choice::new("s2", "Saltmarsh 2")],
        rows: vec![
            row(0, 2, "Port Almar 1", EncounterState::Searching, 10, 2, 0),
            row(1, 4, "Port Almar 4", EncounterState::Examining, 10, 2, 1),
            row(2, 6, "Saltmarsh 2", EncounterState::Answered, 10, 2, 2),
            row(3, 9, "Col de Brune 1", EncounterState::Confirmed, 9, 2, 1),
            row(4, 15, "Saltmarsh 2", EncounterState::RecaptureRequested, 4, 0, 0),
            row(5, 19, "Port Almar 2", EncounterState::Answered, 10, 2, 2),
            row(6, 22, "Río Hondo 1", EncounterState::Inconclusive, 2, 1, 1),
            row(7, 31, "Río Hondo 1", EncounterState::Rejected, 0, 0, 0),
            row(8, 38, "Saltmarsh 1", EncounterState::Held, 10, 2, 0),
            row(9, 47, "Saltmarsh 1", EncounterState::Answered, 10, 2, 2),
            row(10, 58, "Mobile 3-2", EncounterState::Withdrawn, 2, 0, 0),
            row(11, 70, "Port Almar 1", EncounterState::Answered, 8, 2, 2),
        ],
        pager: Pager { page: 1, pages: 56, total: 1333 },
    }
}

fn tiles() -> Vec<Tile> {
    let mut tiles: Vec<Tile> = FingerPosition::TEN
        .iter()
        .enumerate()
        .map(|(i, finger)| Tile {
            position: Position::Finger(*finger),
            image_url: Some(format!("/art/finger-{}-probe.png", i + 1)),
            quality: Some(match i {
                4 => QualityWord::Poor,
                2 | 8 => QualityWord::Fair,
                _ => QualityWord::Good,
            }),
            absence: None,
            impression: Some(if i == 0 || i == 5 { Impression::Plain } else { Impression::FromSlap }),
            note: None,
        })
        .collect();
    tiles[9] = Tile {
        position: Position::Finger(FingerPosition::LeftLittle),
        image_url: None,
        quality: None,
        absence: Some(Absence::Amputated),
        impression: None,
        note: None,
    };
    for (n, eye) in [(1, Eye::Right), (2, Eye::Left)] {
        tiles.push(Tile {
            position: Position::Eye(eye),
            image_url: Some(format!("/art/eye-{n}-probe.png")),
            quality: Some(QualityWord::Good),
            absence: None,
            impression: Some(Impression::NearInfrared),
            note: None,
        });
    }
    tiles
}

fn opened() -> Opened {
    Opened {
        purpose: "Border check".to_owned(),
        case_number: "2026/1187".to_owned(),
        until: Some(now() + 20.minutes()),
    }
}

pub(crate) fn encounter() -> EncounterView {
    let line = |minutes, state, detail: Option<&str>| TimelineRow {
        at: ago(minutes),
        event: TimelineEvent::Encounter(state),
        actor: None,
        detail: detail.map(str::to_owned),
    };
    EncounterView {
        id: "e1".to_owned(),
        number: "VN-4471-0931".to_owned(),
        state: EncounterState::Examining,
        opened: opened(),
        station: "Port Almar 4".to_owned(),
        captured: Some(ago(6)),
        received: ago(4),
        purpose: "Border check".to_owned(),
        authority: Some("Border Act, section 14".to_owned()),
        case_number: Some("PA-20261123-118".to_owned()),
        age_band: Some("18 and over".to_owned()),
        notice: Some("Notice 2026-2, Spanish, read aloud".to_owned()),
        tiles: tiles(),
        findings: vec![FindingRow {
            at: "14.018".to_owned(),
            text: "absence code XX given twice for the same finger; the second is ignored".to_owned(),
        }],
        searches: vec![SearchView {
            at: ago(4),
            complete: false,
            coverage: vec![
                CoverageRow {
                    list: "Valdoria wanted".to_owned(),
                    entries: 18_204,
                    as_of: Some(ago(5)),
                    answered: true,
                    reason: None,
                },
                CoverageRow {
                    list: "Missing persons".to_owned(),
                    entries: 2_310,
                    as_of: Some(ago(5)),
                    answered: true,
                    reason: None,
                },
                CoverageRow {
                    list: "Castreña convictions".to_owned(),
                    entries: 0,
                    as_of: None,
                    answered: false,
                    reason: Some("no answer within 30 s".to_owned()),
                },
            ],
            candidates: 1,
        }],
        answers: vec![
            AnswerView {
                destination: "Valdoria, own lists".to_owned(),
                state: AnswerState::BeingExamined,
                at: Some(ago(4)),
                searched: vec![
                    ListAge { list: "Valdoria wanted".to_owned(), as_of: Some(ago(5)) },
                    ListAge { list: "Missing persons".to_owned(), as_of: Some(ago(5)) },
                ],
                not_answered: Vec::new(),
                contact: None,
            },
            AnswerView {
                destination: "Castreña, hub south".to_owned(),
                state: AnswerState::NoMatch,
                at: Some(ago(3)),
                searched: vec![ListAge { list: "Castreña missing".to_owned(), as_of: Some(ago(61)) }],
                not_answered: vec!["Castreña convictions".to_owned()],
                contact: None,
            },
        ],
        timeline: vec![
            TimelineRow {
                at: ago(1),
                event: TimelineEvent::Opened,
                actor: Some("Inés Ferrán".to_owned()),
                detail: Some("Border check, 2026/1187".to_owned()),
            },
            line(4, EncounterState::Examining, None),
            line(4, EncounterState::Candidates, Some("1 candidate to two examiners")),
            line(4, EncounterState::Searching, None),
            line(4, EncounterState::Validated, Some("9 fingers, 2 eyes")),
            line(4, EncounterState::Received, Some("receipt signed")),
            line(5, EncounterState::Sealed, Some("Port Almar 4")),
        ],
        digest: Some("9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab".to_owned()),
    }
}

fn entry_row(n: u32, state: EntryState, category: &str, review: i64) -> EntryRow {
    EntryRow {
        id: format!("y{n}"),
        reference: format!("VW-{:05}", 18_204 - n),
        list: "Valdoria wanted".to_owned(),
        state,
        category: category.to_owned(),
        proposed_by: "Tomás Aldecoa".to_owned(),
        proposed_at: ago(200 + i64::from(n) * 1500),
        expires: days(340 - i64::from(n) * 20),
        review: days(review),
        fingers: if n % 3 == 2 { 2 } else { 10 },
        eyes: if n.is_multiple_of(2) { 2 } else { 0 },
    }
}

pub(crate) fn lists() -> ListsView {
    let row = |n: u32, name: &str, originator: &str, active, proposed, due_for_review, may_propose| ListRow {
        id: format!("l{n}"),
        name: name.to_owned(),
        originator: originator.to_owned(),
        active,
        proposed,
        due_for_review,
        changed: Some(ago(i64::from(n) * 43)),
        may_propose,
    };
    ListsView {
        lists: vec![
            row(1, "Valdoria wanted", "Ministry of Justice, warrants office", 18_204, 2, 31, true),
            row(2, "Missing persons", "Missing persons bureau", 2_310, 1, 4, true),
            row(3, "Castreña convictions", "Castreña, court registry", 6_022, 0, 0, false),
        ],
        approvals: vec![
            entry_row(1, EntryState::Proposed, "Wanted", 90),
            entry_row(2, EntryState::Proposed, "Missing person", 30),
        ],
    }
}

pub(crate) fn list() -> ListView {
    ListView {
        id: "l1".to_owned(),
        name: "Valdoria wanted".to_owned(),
        originator: "Ministry of Justice, warrants office".to_owned(),
        purpose: "Execution of arrest warrants at the border".to_owned(),
        recipients: vec!["Border police, watch".to_owned(), "Warrants office".to_owned()],
        categories: vec!["Wanted".to_owned(), "Criminal conviction".to_owned()],
        cap_days: 365,
        counts: vec![
            EntryCount { state: EntryState::Proposed, count: 2 },
            EntryCount { state: EntryState::Active, count: 18_204 },
            EntryCount { state: EntryState::Disputed, count: 1 },
        ],
        filter: EntryFilter::default(),
        entries: vec![
            entry_row(1, EntryState::Proposed, "Wanted", 90),
            entry_row(2, EntryState::Approved, "Wanted", 60),
            entry_row(3, EntryState::Active, "Criminal conviction", -3),
            entry_row(4, EntryState::Active, "Wanted", 45),
            entry_row(5, EntryState::Suspended, "Wanted", 45),
            entry_row(6, EntryState::Disputed, "Criminal conviction", 12),
            entry_row(7, EntryState::Expired, "Wanted", -40),
            entry_row(8, EntryState::Revoked, "Wanted", -80),
            entry_row(9, EntryState::Purged, "Wanted", -120),
        ],
        pager: Pager { page: 2, pages: 365, total: 18_213 },
        may_propose: true,
    }
}

pub(crate) fn entry(state: EntryState) -> EntryView {
    EntryView {
        id: "y1".to_owned(),
        reference: "VW-18203".to_owned(),
        list_id: "l1".to_owned(),
        list: "Valdoria wanted".to_owned(),
        state,
        opened: opened(),
        originator: "Ministry of Justice, warrants office".to_owned(),
        legal_basis:
            "Arrest warrant 88/2026 of the District Court of Almar, 14 October 2026, for this person."
                .to_owned(),
        category: "Wanted".to_owned(),
        caveat: "Identity rests on prints taken in 2019. Speaks only Portuguese: call an interpreter."
            .to_owned(),
        handling: "H2: border police and warrants office only".to_owned(),
        starts: days(-40),
        expires: days(325),
        review: days(50),
        proposed_by: "Tomás Aldecoa".to_owned(),
        proposed_at: ago(60_000),
        approved_by: (state != EntryState::Proposed).then(|| "Ruth Amsel".to_owned()),
        approved_at: (state != EntryState::Proposed).then(|| ago(58_000)),
        misused_identity: state == EntryState::Active,
        source: Some("transaction VJ-2019-5518".to_owned()),
        not_searched_because: None,
        tiles: tiles(),
        timeline: vec![
            TimelineRow {
                at: ago(58_000),
                event: TimelineEvent::Entry(EntryState::Approved),
                actor: Some("Ruth Amsel".to_owned()),
                detail: None,
            },
            TimelineRow {
                at: ago(60_000),
                event: TimelineEvent::Entry(EntryState::Proposed),
                actor: Some("Tomás Aldecoa".to_owned()),
                detail: Some("case 88/2026".to_owned()),
            },
        ],
        actions: vec![EntryAction::Suspend, EntryAction::Dispute, EntryAction::Extend, EntryAction::Revoke],
        errors: Vec::new(),
    }
}

pub(crate) fn entry_form() -> EntryFormView {
    EntryFormView {
        list_id: "l1".to_owned(),
        list: "Valdoria wanted".to_owned(),
        originators: vec![Choice::new("mj", "Ministry of Justice, warrants office")],
        categories: vec![Choice::new("wanted", "Wanted"), Choice::new("conviction", "Criminal conviction")],
        handling_codes: vec![
            Choice::new("h1", "H1: originator only"),
            Choice::new("h2", "H2: border police and warrants office only"),
        ],
        cap_days: 365,
        upload_limit_mib: 32,
        values: ridgeline_console::forms::EntryFields {
            originator: "mj".to_owned(),
            starts: "2026-11-24".to_owned(),
            expires: "2028-01-01".to_owned(),
            ppi: "500".to_owned(),
            ..Default::default()
        },
        errors: vec![
            FieldError::new("expires", Known::BeyondCap),
            FieldError::new("legal_basis", Known::Needed),
        ],
    }
}

pub(crate) fn approval() -> ApprovalView {
    ApprovalView {
        entry: entry(EntryState::Proposed),
        own_proposal: false,
        same_basis: 4,
        errors: Vec::new(),
    }
}

fn case(n: u32, minutes: i64, pace: Pace) -> CaseRow {
    CaseRow {
        id: format!("c{n}"),
        reference: format!("K{}-{}", 41 + n, 7 + n * 3),
        since: ago(minutes),
        due: Some(ago(minutes) + if pace == Pace::Priority { 15.minutes() } else { 60.minutes() }),
        pace,
        fingers: 9,
        eyes: 2,
    }
}

pub(crate) fn queue() -> QueueView {
    QueueView {
        mine: None,
        waiting: vec![
            case(1, 23, Pace::Priority),
            case(2, 19, Pace::Routine),
            case(3, 12, Pace::Routine),
            case(4, 11, Pace::Routine),
            case(5, 4, Pace::Priority),
            case(6, 1, Pace::Routine),
        ],
        decided_now: 14,
    }
}

pub(crate) fn workbench() -> WorkbenchView {
    workbench_with(|_, _| Side::default())
}

/// The workbench over sides that somebody draws: position number from 1 (11 and 12 are eyes), candidate or not.
pub(crate) fn workbench_with(side: impl Fn(u8, bool) -> Side) -> WorkbenchView {
    let pair = |n: u8| {
        let (position, file) = if n <= 10 {
            let finger = FingerPosition::from_code(n).unwrap_or(FingerPosition::Unknown);
            (Position::Finger(finger), format!("finger-{n}"))
        } else {
            (Position::Eye(if n == 11 { Eye::Right } else { Eye::Left }), format!("eye-{}", n - 10))
        };
        let dress = |candidate: bool| Side {
            image_url: format!("/art/{file}-{}.png", if candidate { "candidate" } else { "probe" }),
            quality_word: Some(QualityWord::Good),
            impression: Some(match (n > 10, candidate) {
                (true, _) => Impression::NearInfrared,
                (false, true) => Impression::Rolled,
                (false, false) => Impression::FromSlap,
            }),
            ..side(n, candidate)
        };
        let (probe, candidate) = (dress(false), dress(true));
        let both = probe.minutiae.len().min(candidate.minutiae.len());
        let pairs = (0..both).filter(|i| i % 4 != 3).map(|i| [i as u32, i as u32]).collect();
        PairView { position, probe, candidate, pairs }
    };
    WorkbenchView {
        case_id: "c1".to_owned(),
        reference: "K42-10".to_owned(),
        since: ago(23),
        due: Some(ago(8)),
        pairs: [2, 3, 4, 1, 7, 8, 6, 11, 12].map(pair).to_vec(),
        may_recapture: true,
        note: String::new(),
        errors: Vec::new(),
    }
}

pub(crate) fn conflicts() -> ConflictsView {
    ConflictsView {
        waiting: vec![case(9, 8, Pace::Routine)],
        settled: vec![SettledRow {
            reference: "K17-88".to_owned(),
            at: ago(310),
            decisions: vec![Decision::Same, Decision::Inconclusive, Decision::NotSame],
            outcome: Decision::NotSame,
            note: Some("Two dissimilarities near the delta of the right index.".to_owned()),
        }],
    }
}

fn alert_row(n: u32, state: AlertState, minutes: i64, actions: &[AlertAction]) -> AlertRow {
    AlertRow {
        id: format!("a{n}"),
        reference: format!("AL-{:04}", 318 - n),
        state,
        raised: ago(minutes),
        acknowledge_by: matches!(state, AlertState::Raised | AlertState::EscalatedOnce)
            .then(|| ago(minutes) + 5.minutes()),
        list: if n == 1 { "Valdoria wanted" } else { "Missing persons" }.to_owned(),
        station: if n == 1 { "Col de Brune 1" } else { "Saltmarsh 2" }.to_owned(),
        caveat: if n == 1 {
            "Identity rests on prints taken in 2019. Speaks only Portuguese: call an interpreter."
        } else {
            "Missing since May. May not want to be found: speak to the person alone first."
        }
        .to_owned(),
        handling: "H2: border police and warrants office only".to_owned(),
        with: matches!(state, AlertState::InHand | AlertState::Closed).then(|| "Inés Ferrán".to_owned()),
        actions: actions.to_vec(),
    }
}

pub(crate) fn alerts() -> AlertsView {
    use AlertAction::*;
    AlertsView {
        open: vec![
            alert_row(1, AlertState::EscalatedOnce, 6, &[Acknowledge, Retract]),
            alert_row(2, AlertState::Raised, 2, &[Acknowledge, Retract]),
            alert_row(3, AlertState::InHand, 34, &[Close, Retract]),
        ],
        closed: vec![
            alert_row(4, AlertState::Closed, 400, &[]),
            alert_row(5, AlertState::Retracted, 900, &[]),
        ],
    }
}

pub(crate) fn alert() -> AlertView {
    let line = |minutes, state, actor: Option<&str>| TimelineRow {
        at: ago(minutes),
        event: TimelineEvent::Alert(state),
        actor: actor.map(str::to_owned),
        detail: None,
    };
    AlertView {
        alert: alert_row(
            1,
            AlertState::Acknowledged,
            6,
            &[AlertAction::TakeInHand, AlertAction::Close, AlertAction::Retract],
        ),
        category: "Wanted".to_owned(),
        contact: "Warrants office, duty line 3".to_owned(),
        legal_basis: "Arrest warrant 88/2026 of the District Court of Almar, 14 October 2026.".to_owned(),
        misused_identity: false,
        encounter_id: "e3".to_owned(),
        encounter_number: "VN-4471-0929".to_owned(),
        entry_id: Some("y1".to_owned()),
        examiners: 2,
        deliveries: vec![
            DeliveryRow {
                recipient: "Border police, watch".to_owned(),
                delivered: Some(ago(6)),
                acknowledged: Some(ago(1)),
                retraction_receipt: None,
            },
            DeliveryRow {
                recipient: "Warrants office".to_owned(),
                delivered: Some(ago(6)),
                acknowledged: None,
                retraction_receipt: None,
            },
        ],
        retracted_because: None,
        timeline: vec![
            line(1, AlertState::Acknowledged, Some("Inés Ferrán")),
            line(1, AlertState::EscalatedOnce, None),
            line(6, AlertState::Delivered, None),
            line(6, AlertState::Raised, None),
        ],
        errors: Vec::new(),
    }
}

pub(crate) fn stations() -> StationsView {
    let row = |n: u32, name: &str, site: &str, kind, state, seen: Option<i64>, queued, battery| StationRow {
        id: format!("s{n}"),
        name: name.to_owned(),
        site: site.to_owned(),
        kind,
        state,
        last_seen: seen.map(ago),
        lists_as_of: seen.map(|m| ago(m + 3)),
        queued,
        battery_percent: battery,
        version: seen.map(|_| "0.1.0".to_owned()),
        key_fingerprint: seen.map(|_| format!("{:02x}4f 90ab c1{:02x}", n * 37, n * 11)),
        actions: match state {
            StationState::Locked => {
                vec![StationAction::Unlock, StationAction::ReportLost, StationAction::Retire]
            }
            StationState::Wiped | StationState::Retired => Vec::new(),
            _ => vec![StationAction::Lock, StationAction::ReportLost, StationAction::Retire],
        },
    };
    use StationKind::*;
    StationsView {
        rows: vec![
            row(1, "Port Almar 1", "Port Almar, arrivals", Fixed, StationState::Active, Some(0), 0, None),
            row(2, "Saltmarsh 2", "Saltmarsh camp", Mobile, StationState::Active, Some(1), 3, Some(81)),
            row(3, "Mobile 3-2", "Mobile group 3", Mobile, StationState::Stale, Some(187), 11, Some(22)),
            row(4, "Mobile 3-1", "Mobile group 3", Mobile, StationState::Lost, Some(2900), 0, Some(40)),
            row(5, "Río Hondo 3", "Río Hondo bridge", Fixed, StationState::Provisioned, None, 0, None),
            row(
                6,
                "Port Almar 0",
                "Port Almar, arrivals",
                Fixed,
                StationState::Retired,
                Some(90_000),
                0,
                None,
            ),
        ],
        may_manage: true,
        new_code: None,
        errors: Vec::new(),
    }
}

fn agreement_row(n: u32, title: &str, state: AgreementState, version: u32) -> AgreementRow {
    AgreementRow {
        id: format!("g{n}"),
        title: title.to_owned(),
        parties: vec!["Valdoria".to_owned(), "Castreña".to_owned()],
        version,
        state,
        starts: Some(days(-200)),
        expires: Some(days(if state == AgreementState::Expired { -4 } else { 165 })),
    }
}

pub(crate) fn agreements() -> AgreementsView {
    AgreementsView {
        rows: vec![
            agreement_row(1, "Border checks, Valdoria and Castreña", AgreementState::InForce, 3),
            agreement_row(2, "Missing persons exchange", AgreementState::HalfSigned, 1),
            agreement_row(3, "Joint exercise 2025", AgreementState::Expired, 2),
        ],
    }
}

pub(crate) fn agreement() -> AgreementView {
    let term =
        |term, values: &[&str]| TermView { term, values: values.iter().map(|v| (*v).to_owned()).collect() };
    AgreementView {
        agreement: agreement_row(1, "Border checks, Valdoria and Castreña", AgreementState::InForce, 3),
        terms: vec![
            term(Term::Destination, &["Castreña, hub south"]),
            term(Term::Purpose, &["Border check"]),
            term(Term::DataClasses, &["Fingerprints", "Irises"]),
            term(Term::Population, &["Persons aged 18 and over presented at a border post"]),
            term(Term::Searched, &["Castreña convictions", "Castreña missing"]),
            term(Term::Retention, &["Search only: nothing is kept after the answer"]),
            term(Term::Onward, &["Nobody"]),
            term(Term::Excluded, &["Persons who claim protection", "Nationals of the destination"]),
        ],
        signatures: vec![
            SignatureRow {
                party: "Valdoria".to_owned(),
                at: Some(days(-200)),
                key_fingerprint: Some("91fe 0c22 7a01".to_owned()),
                valid: true,
            },
            SignatureRow {
                party: "Castreña".to_owned(),
                at: Some(days(-198)),
                key_fingerprint: Some("03aa 7710 d9e4".to_owned()),
                valid: true,
            },
        ],
        versions: vec![
            VersionRow {
                version: 3,
                at: days(-20),
                by: "Ada Lindqvist".to_owned(),
                summary: "Marks taken out; retention reduced to search only.".to_owned(),
            },
            VersionRow {
                version: 2,
                at: days(-120),
                by: "Ada Lindqvist".to_owned(),
                summary: "Second list added.".to_owned(),
            },
            VersionRow {
                version: 1,
                at: days(-200),
                by: "Ada Lindqvist".to_owned(),
                summary: "First version.".to_owned(),
            },
        ],
    }
}

pub(crate) fn agreement_diff() -> AgreementDiffView {
    let line = |term, value: &str, change| DiffLine { term, value: value.to_owned(), change };
    AgreementDiffView {
        id: "g1".to_owned(),
        title: "Border checks, Valdoria and Castreña".to_owned(),
        from: 2,
        to: 3,
        versions: vec![3, 2, 1],
        lines: vec![
            line(Term::Destination, "Castreña, hub south", Change::Same),
            line(Term::DataClasses, "Fingerprints", Change::Same),
            line(Term::DataClasses, "Irises", Change::Same),
            line(Term::DataClasses, "Photographs of marks", Change::Removed),
            line(Term::Retention, "72 hours", Change::Removed),
            line(Term::Retention, "Search only: nothing is kept after the answer", Change::Added),
        ],
    }
}

pub(crate) fn audit(problems: &[&str]) -> AuditView {
    let leaf =
        |n: u64, actor: Option<&str>, action: &str, subject: &str, reason: Option<(&str, &str)>| LeafRow {
            index: 48_120 - n,
            at: ago(i64::try_from(n).unwrap_or(0) * 2),
            actor: actor.map(str::to_owned),
            action: action.to_owned(),
            subject: subject.to_owned(),
            purpose: reason.map(|(purpose, _)| purpose.to_owned()),
            case_number: reason.map(|(_, number)| number.to_owned()),
            hash: format!(
                "{:064x}",
                u128::from(n + 3).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
            ),
        };
    let why = Some(("Border check", "2026/1187"));
    AuditView {
        filter: AuditFilter::default(),
        actions: vec![Choice::new("read", "read"), Choice::new("decide", "decide")],
        leaves: vec![
            leaf(0, Some("i.ferran"), "alert acknowledged", "AL-0317", None),
            leaf(1, Some("i.ferran"), "record read", "VN-4471-0931", why),
            leaf(2, None, "alert raised", "AL-0317", None),
            leaf(3, Some("m.okoye"), "decision kept", "K39-01", None),
            leaf(4, Some("r.amsel"), "entry approved", "VW-18203", Some(("Warrant", "88/2026"))),
            leaf(5, None, "search", "VN-4471-0931", Some(("Border check", "PA-20261123-118"))),
            leaf(6, None, "encounter received", "VN-4471-0931", None),
            leaf(7, Some("t.aldecoa"), "entry proposed", "VW-18203", Some(("Warrant", "88/2026"))),
        ],
        pager: Pager { page: 1, pages: 963, total: 48_121 },
        checkpoint: Some(CheckpointView {
            size: 48_096,
            root: "57790d351c96c47c02190ecf1e430635ab9c56cc51b374c3ba189210d5b6d4bf".to_owned(),
            signed: ago(12),
            key_fingerprint: "91fe 0c22 7a01".to_owned(),
        }),
        verification: Some(VerificationView {
            at: ago(12),
            checked: 48_096,
            problems: problems.iter().map(|p| (*p).to_owned()).collect(),
        }),
        may_verify: true,
    }
}

pub(crate) fn users() -> UsersView {
    let row = |n: u32, name: &str, login: &str, roles: &[Role], state, seen: Option<i64>| UserRow {
        id: format!("u{n}"),
        name: name.to_owned(),
        login: login.to_owned(),
        roles: roles.to_vec(),
        state,
        last_seen: seen.map(ago),
        actions: match state {
            AccountState::Active => {
                vec![AccountAction::SetRoles, AccountAction::NewCode, AccountAction::Disable]
            }
            AccountState::Locked => vec![AccountAction::Unlock, AccountAction::NewCode],
            AccountState::Invited => vec![AccountAction::NewCode, AccountAction::Disable],
            AccountState::Disabled => vec![AccountAction::Enable],
        },
    };
    UsersView {
        rows: vec![
            row(
                1,
                "Inés Ferrán",
                "i.ferran",
                &[Role::WatchOfficer, Role::LeadExaminer],
                AccountState::Active,
                Some(0),
            ),
            row(2, "Michael Okoye", "m.okoye", &[Role::Examiner], AccountState::Active, Some(3)),
            row(3, "Ruth Amsel", "r.amsel", &[Role::ListApprover], AccountState::Locked, Some(190)),
            row(4, "Tomás Aldecoa", "t.aldecoa", &[Role::ListOriginator], AccountState::Active, Some(60)),
            row(
                5,
                "Ada Lindqvist",
                "a.lindqvist",
                &[Role::AgreementOfficer],
                AccountState::Disabled,
                Some(70_000),
            ),
            row(6, "Jun Sato", "j.sato", &[Role::Examiner], AccountState::Invited, None),
        ],
        roles: Role::ALL.to_vec(),
        name: String::new(),
        login: String::new(),
        chosen: Vec::new(),
        new_code: Some(OneTimeCode {
            subject: "Jun Sato".to_owned(),
            code: "QX7M-2KPF-94TD".to_owned(),
            expires: now() + 24.hours(),
        }),
        errors: Vec::new(),
    }
}
