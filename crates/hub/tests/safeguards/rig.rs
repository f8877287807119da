//! A hub with open doors, people, a station and a clock that can travel. All people presented are synthetic.

use exchange::{
    Answer, Item, ItemKind, Manifest, OpeningKey, Package, SigningKey,
    manifest::{MANIFEST_VERSION, Notice, RetentionAsked},
    open_answer,
    protocol::{EnrolRequest, HubInfo, StationProfile},
    seal,
    uplink::{Link, LinkOptions, PartLengths, Uplink},
};
use hub::{Config, EntryFile, Hub, NewEntry, NewList, NewUser, Running};
use jiff::{SignedDuration, Timestamp};
use model::{
    AgeBand, CaseId, Digest, EncounterId, EncounterState, EntryId, FingerPosition, ListId, Modality, Role,
    StationId, Verdict,
};
use policy::{Agreement, DestinationRule, PurposeRule};
use screening::entry::EntryBody;
use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{CaseRow, EncounterRow, UserRow};
use synth::{Person, finger};
use tokio::runtime::Runtime;
use uuid::Uuid;

pub const PURPOSE: &str = "border.entry";
pub const AGENCY: &str = "Agency North";
pub const PASSWORD: &str = "four plain words here";
pub const SOUTH: &str = "Hub South";
const DAY: i64 = 86_400;

/// Nothing here takes this long, even on a machine that does much else: only what is stuck does.
const PATIENCE: Duration = Duration::from_secs(300);

/// Two fingers: enough to be found as a person, few enough to be quick.
pub const FINGERS: [FingerPosition; 2] = [FingerPosition::RightIndex, FingerPosition::LeftIndex];

const ACCOUNTS: &[(&str, &str, Role)] = &[
    ("originator", AGENCY, Role::ListOriginator),
    ("approver", AGENCY, Role::ListApprover),
    ("approver-east", "Agency East", Role::ListApprover),
    ("examiner-1", AGENCY, Role::Examiner),
    ("examiner-2", AGENCY, Role::Examiner),
    ("lead", AGENCY, Role::LeadExaminer),
    ("recipient", AGENCY, Role::Recipient),
    ("supervisor", AGENCY, Role::Supervisor),
    ("auditor", AGENCY, Role::Auditor),
    ("redress", AGENCY, Role::RedressOfficer),
    ("quality", AGENCY, Role::QualityOfficer),
];

/// One image with its place.
pub type Shot = (ItemKind, Vec<u8>);

/// Person `number`, captured for the `time`-th time. Drawn once for all tests of this process.
pub fn capture(number: u64, time: u64) -> Vec<Shot> {
    type Drawn = HashMap<(u64, u64), Vec<Shot>>;
    static DRAWN: LazyLock<Mutex<Drawn>> = LazyLock::new(Mutex::default);
    let mut drawn = DRAWN.lock().unwrap();
    drawn.entry((number, time)).or_insert_with(|| draw(number, time)).clone()
}

fn draw(number: u64, time: u64) -> Vec<Shot> {
    let person = (number * 100..)
        .map(|index| Person::new(7, index))
        .find(|p| p.age() >= 20 && p.absent.is_empty())
        .unwrap();
    let shot = |position: &FingerPosition| {
        let seed = person.key() ^ (time << 32) ^ u64::from(position.code()) << 8;
        let condition = finger::Condition::draw(finger::Preset::Enrolment, seed);
        let print = finger::impression(person.finger(*position).unwrap(), &condition, seed).unwrap();
        let kind = ItemKind::Finger { position: *position, ppi: Some(500) };
        (kind, raster::encode_png(&print.image).unwrap())
    };
    FINGERS.iter().map(shot).collect()
}

/// A hub and all around it.
pub struct Rig {
    pub dir: tempfile::TempDir,
    pub hub: Arc<Hub>,
    pub runtime: Runtime,
    pub doors: Option<Running>,
    pub users: HashMap<String, UserRow>,
    pub list: ListId,
    pub station: StationId,
    pub info: HubInfo,
    signing: SigningKey,
    opening: OpeningKey,
    chain: Mutex<(u64, Option<Digest>)>,
    ahead_s: Arc<AtomicI64>,
}

pub fn config(name: &str) -> Config {
    Config {
        name: name.into(),
        agency: AGENCY.into(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..Config::default()
    }
}

impl Rig {
    /// A hub whose agreement allows one purpose, keeps for 30 days and names the destinations.
    pub fn new(destinations: &[&str]) -> Self {
        Self::with(destinations, |_, _| {})
    }

    /// The same with other settings or another agreement.
    pub fn with(destinations: &[&str], change: impl Fn(&mut Config, &mut Agreement)) -> Self {
        let runtime = Runtime::new().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let ahead_s = Arc::new(AtomicI64::new(0));
        let mut config = config("Hub North");
        let mut terms = agreement(Timestamp::now(), destinations);
        change(&mut config, &mut terms);
        let hub = Hub::open(&dir.path().join("hub"), config, travelling(&ahead_s)).unwrap();
        let doors = runtime.block_on(hub::serve(hub.clone())).unwrap();
        let users = accounts(&hub);
        hub.add_agreement(None, &terms, None).unwrap();
        let list = hub.create_list(&new_list(PURPOSE, &users["recipient"]), None).unwrap();
        let (signing, opening) =
            (SigningKey::generate(&mut rand::rng()), OpeningKey::generate(&mut rand::rng()));
        let code = hub.provision("Gate 4", "North crossing", AGENCY, "fixed", None).unwrap();
        let request =
            EnrolRequest::new(code, "Gate 4".into(), StationProfile::Fixed, &signing, opening.sealing_key());
        let link = Link::new(&format!("http://{}", doors.address), &LinkOptions::default()).unwrap();
        let reply = link.enrol(&request).unwrap();
        Self {
            dir,
            hub,
            runtime,
            doors: Some(doors),
            users,
            list,
            station: reply.station,
            info: reply.hub,
            signing,
            opening,
            chain: Mutex::new((0, None)),
            ahead_s,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.doors.as_ref().unwrap().address
    }

    pub fn user(&self, login: &str) -> &UserRow {
        &self.users[login]
    }

    /// The clock jumps ahead. Signed requests fail afterwards, as they should; the stick works on.
    pub fn travel_days(&self, days: i64) {
        self.ahead_s.fetch_add(days * DAY, Ordering::SeqCst);
    }

    /// Stops the hub and opens its folder anew.
    pub fn restart(&mut self) {
        self.runtime.block_on(self.doors.take().unwrap().stop());
        let path = self.dir.path().join("hub");
        // The old hub's last connection must be closed before the folder is opened by another.
        let config = self.hub.config.clone();
        self.hub = Hub::open(&path, config, travelling(&self.ahead_s)).unwrap();
        self.doors = Some(self.runtime.block_on(hub::serve(self.hub.clone())).unwrap());
    }

    // Lists ----------------------------------------------------------------------------------------------

    pub fn proposal(&self, number: u64) -> NewEntry {
        let now = self.hub.now();
        let days = |n: i64| now.checked_add(SignedDuration::from_secs(n * DAY)).unwrap();
        let files = capture(number, 1).into_iter().enumerate();
        NewEntry {
            list: self.list,
            body: EntryBody {
                originator: AGENCY.into(),
                reference: format!("REF-{number}"),
                basis: format!("Order {number}/2026 of the invented district court"),
                category: "wanted".into(),
                caveat: "Synthetic caveat text".into(),
                handling: "restricted".into(),
                misused_identity: false,
                repeated_basis: false,
                signature: None,
            },
            starts_at: now,
            expires_at: days(90),
            review_at: days(60),
            files: files
                .map(|(i, (kind, bytes))| EntryFile { kind, name: format!("{i}.png"), bytes })
                .collect(),
        }
    }

    /// Proposes and approves.
    pub fn enlist(&self, entry: &NewEntry) -> EntryId {
        let id = self.hub.propose(entry, self.user("originator")).unwrap();
        self.hub.approve(id, self.user("approver")).unwrap();
        id
    }

    // Encounters -----------------------------------------------------------------------------------------

    /// An encounter of these shots, with nothing wrong with it.
    pub fn package(&self, shots: Vec<Shot>) -> Package {
        let captured_at = self.hub.now().checked_sub(SignedDuration::from_secs(60)).unwrap();
        let chain = self.chain.lock().unwrap();
        let items = shots
            .iter()
            .enumerate()
            .map(|(i, (kind, bytes))| Item::describing(*kind, &format!("{i}"), bytes));
        Package {
            manifest: Manifest {
                version: MANIFEST_VERSION,
                encounter: EncounterId::new(Uuid::now_v7()),
                station: self.station,
                sequence: chain.0 + 1,
                previous: chain.1,
                captured_at,
                purpose: PURPOSE.into(),
                authority: "Migration Act, article 12".into(),
                case_number: "2026-000123".into(),
                operator: "op-7".into(),
                retention: RetentionAsked::Keep,
                age: AgeBand::Adult,
                notice: Notice { version: "2026-1".into(), language: "es".into(), given_at: captured_at },
                accompanied_by: None,
                protection_claim: false,
                nationality: None,
                items: items.collect(),
                absent: vec![],
                training: false,
            },
            attachments: shots.into_iter().map(|(_, bytes)| bytes).collect(),
        }
    }

    pub fn seal(&self, package: &Package) -> seal::Sealed {
        seal::seal(package, &self.signing, &self.info.sealing_key, &mut rand::rng()).unwrap()
    }

    /// Hands a package in, as on a stick; gives its id.
    pub fn hand_in(&self, package: &Package) -> EncounterId {
        let sealed = self.seal(package);
        self.hub.import(&sealed.bytes).unwrap();
        *self.chain.lock().unwrap() = (package.manifest.sequence, Some(sealed.digest));
        package.manifest.encounter
    }

    /// Person `number` is presented.
    pub fn present(&self, number: u64, time: u64) -> EncounterId {
        self.hand_in(&self.package(capture(number, time)))
    }

    pub fn uplink(&self) -> Uplink {
        let link = Link::new(&format!("http://{}", self.address()), &LinkOptions::default()).unwrap();
        let key = SigningKey::from_secret_text(&self.signing.to_secret_text()).unwrap();
        let parts = PartLengths { first: 64 << 10, most: 1 << 20 };
        Uplink::new(link, self.station, key, self.info.clone(), parts)
    }

    /// The bytes of the newest answer as the station opens them.
    pub fn fetched_answer(&self, id: EncounterId, after: u32) -> Option<Answer> {
        let sealed = self.uplink().answer(id, after).unwrap()?;
        Some(open_answer(&sealed.bytes, self.station, id, &self.opening, &self.info.signing_key).unwrap())
    }

    pub fn row(&self, id: EncounterId) -> EncounterRow {
        self.hub.store.read(|v| v.need_encounter(id)).unwrap()
    }

    pub fn answer(&self, id: EncounterId) -> Option<Answer> {
        let found = self.hub.store.read(|v| v.answer(id)).unwrap();
        found.map(|(_, body)| serde_json::from_value(body).unwrap())
    }

    /// The answer's first line, as a word.
    pub fn standing(&self, id: EncounterId) -> String {
        let answer = serde_json::to_value(self.answer(id)).unwrap();
        let word = answer.pointer("/destinations/0/standing/standing").and_then(|s| s.as_str());
        word.unwrap_or("none").to_owned()
    }

    pub fn cases(&self, id: EncounterId) -> Vec<CaseRow> {
        self.hub.store.read(|v| v.cases_of(id)).unwrap()
    }

    /// Waits until this hub has said `standing` of an encounter.
    pub fn until(&self, id: EncounterId, standing: &str) {
        wait(&format!("standing {standing}"), || self.standing(id) == standing, || self.story(id));
    }

    pub fn until_purged(&self, id: EncounterId) {
        wait("purged", || self.row(id).state == EncounterState::Purged, || self.story(id));
    }

    /// What happened to an encounter, for a failing test's message.
    fn story(&self, id: EncounterId) -> String {
        let leaves = self.hub.store.read(|v| v.leaves_about(&format!("encounter:{id}"))).unwrap();
        let jobs = self.hub.store.read(|v| v.jobs_of(id)).unwrap();
        let steps: Vec<_> = leaves.iter().map(|l| format!("{} {}", l.kind, l.detail)).collect();
        format!("{:?} {} jobs {jobs:?}\n{}", self.row(id).state, self.standing(id), steps.join("\n"))
    }

    /// Both examiners say the same.
    pub fn decide(&self, case: CaseId, verdict: Verdict) {
        for login in ["examiner-1", "examiner-2"] {
            self.hub.decide(case, self.user(login), verdict, "", "[]").unwrap();
        }
    }

    /// Kinds of the ledger's leaves about a subject.
    pub fn kinds(&self, subject: &str) -> Vec<String> {
        let leaves = self.hub.store.read(|v| v.leaves_about(subject)).unwrap();
        leaves.into_iter().map(|l| l.kind).collect()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(doors) = self.doors.take() {
            self.runtime.block_on(doors.stop());
        }
    }
}

fn travelling(ahead_s: &Arc<AtomicI64>) -> hub::Clock {
    let ahead_s = ahead_s.clone();
    Arc::new(move || {
        Timestamp::now().checked_add(SignedDuration::from_secs(ahead_s.load(Ordering::SeqCst))).unwrap()
    })
}

pub fn wait(what: &str, done: impl Fn() -> bool, story: impl Fn() -> String) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < PATIENCE, "{what} did not come about: {}", story());
        std::thread::sleep(Duration::from_millis(15));
    }
}

pub fn new_list(purpose: &str, recipient: &UserRow) -> NewList {
    NewList {
        name: "Warrants Xq".into(),
        originator: AGENCY.into(),
        purposes: vec![purpose.into()],
        recipients: vec![recipient.id],
        contact: "duty desk, +000 1000".into(),
        max_days: 365,
    }
}

pub fn agreement(now: Timestamp, destinations: &[&str]) -> Agreement {
    let at = |days: i64| now.checked_add(SignedDuration::from_secs(days * DAY)).unwrap();
    let rule = |name: &&str| DestinationRule {
        destination: (*name).into(),
        country: "SOU".into(),
        purposes: vec![PURPOSE.into()],
        modalities: vec![Modality::Finger],
        ages: vec![AgeBand::Adult],
    };
    Agreement {
        title: "Mutual assistance".into(),
        parties: vec![AGENCY.into(), "Agency South".into()],
        basis: "Treaty of 2026-01-15 (invented), articles 4 to 9".into(),
        starts_at: at(-1),
        ends_at: at(200),
        purposes: vec![PurposeRule {
            purpose: PURPOSE.into(),
            retention_days: 30,
            fpir: 0.001,
            max_candidates: 5,
            priority: false,
            earlier: None,
            new_entries: None,
        }],
        destinations: destinations.iter().map(rule).collect(),
        marks: true,
    }
}

/// Everybody joins with a code of their own.
fn accounts(hub: &Hub) -> HashMap<String, UserRow> {
    let admin = hub.join(&hub.first_code().unwrap(), Some("admin"), "Ada", PASSWORD, "en").unwrap();
    let mut users = HashMap::new();
    for (login, agency, role) in ACCOUNTS {
        let new = NewUser {
            login: (*login).into(),
            name: format!("Person {login}"),
            agency: (*agency).into(),
            roles: vec![*role],
        };
        let code = hub.invite(&new, &admin).unwrap();
        users.insert((*login).to_owned(), hub.join_as(login, &code, PASSWORD, "en").unwrap());
    }
    users.insert("admin".into(), admin);
    users
}

/// Whether any file below the folder holds any 16-byte window of `needle`, taken every 16 bytes; gives the file.
pub fn traces(folder: &Path, needles: &[(&str, Vec<u8>)]) -> Vec<String> {
    let mut windows: HashMap<&[u8], &str> = HashMap::new();
    for (name, bytes) in needles {
        for window in bytes.chunks_exact(16) {
            // Runs of one byte are everywhere.
            if window.iter().any(|b| *b != window[0]) {
                windows.insert(window, name);
            }
        }
    }
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap_or_default();
            found.extend(bytes.windows(16).find_map(|w| Some(format!("{} in {path:?}", windows.get(w)?))));
        }
    }
    found
}
