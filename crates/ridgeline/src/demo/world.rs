//! Two hubs, their people, two stations, two lists.

use super::{cast, wire::Wire};
use anyhow::{Context, Result};
use exchange::protocol::StationProfile;
use hub::{Config, Hub, NewEntry, NewList, NewUser, Running};
use jiff::{SignedDuration, Timestamp};
use model::{AgeBand, CaseState, EntryId, ListId, Modality, Role};
use policy::{Agreement, DestinationRule, PurposeRule};
use rand::Rng as _;
use screening::entry::EntryBody;
use station::{EnrolOptions, Station, Worker};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use store::UserRow;
use synth::Person;
use tokio::runtime::Runtime;

pub(crate) const NORTH: &str = "Hub North";
pub(crate) const SOUTH: &str = "Hub South";
pub(crate) const PURPOSE: &str = "border.entry";
const AGENCY: &str = "Agency North";
const EAST: &str = "Agency East";

/// A station with its worker.
pub(crate) struct Post {
    pub(crate) station: Station,
    pub(crate) worker: Worker,
}

/// Everything.
pub(crate) struct World<'r> {
    dir: PathBuf,
    runtime: &'r Runtime,
    pub(crate) north: Arc<Hub>,
    north_doors: Option<Running>,
    south_address: SocketAddr,
    south_doors: Option<Running>,
    pub(crate) users: BTreeMap<String, UserRow>,
    passwords: BTreeMap<String, String>,
    pub(crate) gate: Post,
    pub(crate) patrol: Post,
    pub(crate) cable: Wire,
    pub(crate) warrants: ListId,
    pub(crate) missing: ListId,
    seed: u64,
    console: String,
}

/// Log-in, name, agency, roles.
type Account = (&'static str, &'static str, &'static str, &'static [Role]);

const ACCOUNTS: &[Account] = &[
    ("originator-1", "Olga Originator", AGENCY, &[Role::ListOriginator]),
    ("approver-1", "Abel Approver", AGENCY, &[Role::ListApprover]),
    ("originator-2", "Omar Originator", EAST, &[Role::ListOriginator]),
    ("approver-2", "Ana Approver", EAST, &[Role::ListApprover]),
    ("examiner-1", "Elena Examiner", AGENCY, &[Role::Examiner]),
    ("examiner-2", "Emil Examiner", AGENCY, &[Role::Examiner]),
    ("lead-1", "Lucía Lead", AGENCY, &[Role::LeadExaminer]),
    ("recipient-1", "Rosa Recipient", AGENCY, &[Role::Recipient]),
    ("recipient-2", "Raúl Recipient", EAST, &[Role::Recipient]),
    ("watch-1", "Wanda Watch", AGENCY, &[Role::WatchOfficer]),
    ("supervisor-1", "Saúl Supervisor", AGENCY, &[Role::Supervisor]),
    ("agreements-1", "Gael Agreements", AGENCY, &[Role::AgreementOfficer]),
    ("redress-1", "Rita Redress", AGENCY, &[Role::RedressOfficer]),
    ("quality-1", "Quino Quality", AGENCY, &[Role::QualityOfficer]),
    ("auditor-1", "Aida Auditor", AGENCY, &[Role::Auditor]),
];

impl<'r> World<'r> {
    /// Builds it all from nothing.
    pub(crate) fn build(dir: &Path, port: u16, seed: u64, runtime: &'r Runtime) -> Result<Self> {
        let clock: hub::Clock = Arc::new(Timestamp::now);
        let north_config = config(NORTH, AGENCY, port);
        let north = Hub::open(&dir.join("hub-north"), north_config, clock.clone())?;
        let north_doors = match runtime.block_on(hub::serve(north.clone())) {
            Ok(doors) => doors,
            Err(error) => anyhow::bail!("{error}\nAnother port: ridgeline demo --port 0"),
        };
        let south = Hub::open(&dir.join("hub-south"), config(SOUTH, "Agency South", 0), clock)?;
        let south_doors = runtime.block_on(hub::serve(south.clone()))?;
        let south_address = south_doors.address;

        let mut passwords = BTreeMap::new();
        let users = accounts(&north, &mut passwords)?;
        // The South has people too, but nobody listed in this story.
        agreement(&south, "Mutual assistance, southern side", &[])?;
        south.create_list(
            &new_list("Court orders South", "Agency South", &[], "Agency South duty desk"),
            None,
        )?;
        let code = south.provision(NORTH, "partner", AGENCY, "hub", None)?;
        north.add_destination(&format!("http://{south_address}"), &code)?;
        agreement(&north, "Mutual assistance, North and South", &[SOUTH])?;

        let recipient = |login: &str| users.get(login).map(|u| u.id).into_iter().collect::<Vec<_>>();
        let warrants = north.create_list(
            &new_list("Warrants", AGENCY, &recipient("recipient-1"), "Agency North duty desk, +000 1000"),
            None,
        )?;
        let missing = north.create_list(
            &new_list(
                "Missing persons",
                EAST,
                &recipient("recipient-2"),
                "Agency East family desk, +000 2000",
            ),
            None,
        )?;

        let cable = Wire::lay(north_doors.address)?;
        let gate = post(&north, dir, "Gate 4", "North crossing", StationProfile::Fixed, north_doors.address)?;
        let patrol = post(&north, dir, "Patrol 2", "River road", StationProfile::Mobile, cable.address())?;
        let console = format!("http://{}", north_doors.address);
        Ok(Self {
            dir: dir.to_owned(),
            runtime,
            north,
            north_doors: Some(north_doors),
            south_address,
            south_doors: Some(south_doors),
            users,
            passwords,
            gate,
            patrol,
            cable,
            warrants,
            missing,
            seed,
            console,
        })
    }

    /// A person of this world.
    pub(crate) fn person(&self, number: u64) -> Person {
        // Grown-ups with all fingers: the story is about lists, not about children or injuries.
        (number * 100..)
            .map(|index| Person::new(self.seed, index))
            .find(|p| p.age() >= 20 && p.absent.is_empty())
            .unwrap_or_else(|| Person::new(self.seed, number))
    }

    pub(crate) fn user(&self, login: &str) -> Result<&UserRow> {
        self.users.get(login).with_context(|| format!("no account {login}"))
    }

    /// An entry, proposed by one and approved by another.
    pub(crate) fn enlist(
        &self,
        list: ListId,
        by: (&str, &str),
        category: &str,
        reference: &str,
        shots: Vec<cast::Shot>,
    ) -> Result<EntryId> {
        let now = self.north.now();
        let days = |n: i64| now.checked_add(SignedDuration::from_hours(24 * n));
        let originator = self.user(by.0)?;
        let entry = NewEntry {
            list,
            body: EntryBody {
                originator: originator.agency.clone(),
                reference: reference.to_owned(),
                basis: format!("Order {reference} of the district court, signed by an invented judge"),
                category: category.to_owned(),
                caveat: "Synthetic person: no action".to_owned(),
                handling: "restricted".to_owned(),
                misused_identity: false,
                repeated_basis: false,
                signature: None,
            },
            starts_at: now,
            expires_at: days(90)?,
            review_at: days(60)?,
            files: cast::files(shots),
        };
        let id = self.north.propose(&entry, originator)?;
        self.north.approve(id, self.user(by.1)?)?;
        Ok(id)
    }

    /// The South's hub goes down, or comes back where it was.
    pub(crate) fn south(&mut self, up: bool) -> Result<()> {
        match (up, self.south_doors.take()) {
            (false, Some(doors)) => self.runtime.block_on(doors.stop()),
            (true, None) => {
                let config = config(SOUTH, "Agency South", self.south_address.port());
                let hub = Hub::open(&self.dir.join("hub-south"), config, Arc::new(Timestamp::now))?;
                self.south_doors = Some(self.runtime.block_on(hub::serve(hub))?);
            }
            (_, doors) => self.south_doors = doors,
        }
        Ok(())
    }

    pub(crate) fn console(&self) -> &str {
        &self.console
    }

    /// Log-ins of those who are told once two examiners have confirmed the case that waits.
    pub(crate) fn to_be_told(&self) -> Result<Vec<String>> {
        let told = self.north.store.read(|v| {
            let Some(case) = v.cases_in(CaseState::Open)?.into_iter().next() else { return Ok(Vec::new()) };
            Ok(v.list(v.entry(case.entry)?.list)?.recipients)
        })?;
        Ok(self
            .users
            .iter()
            .filter(|(_, user)| told.contains(&user.id))
            .map(|(login, _)| login.clone())
            .collect())
    }

    pub(crate) fn print_logins(&self) {
        println!("{:<16} {:<22} {:<20} role", "log-in", "password", "name");
        for (login, password) in &self.passwords {
            let user = self.users.get(login);
            let roles =
                user.map(|u| u.roles.iter().map(|r| r.as_str().replace('_', " ")).collect::<Vec<_>>());
            println!(
                "{login:<16} {password:<22} {:<20} {}",
                user.map(|u| u.name.as_str()).unwrap_or_default(),
                roles.unwrap_or_default().join(", ")
            );
        }
    }

    pub(crate) fn stop(&mut self) {
        for doors in [self.south_doors.take(), self.north_doors.take()].into_iter().flatten() {
            self.runtime.block_on(doors.stop());
        }
    }
}

fn config(name: &str, agency: &str, port: u16) -> Config {
    Config {
        name: name.to_owned(),
        agency: agency.to_owned(),
        listen: SocketAddr::from(([127, 0, 0, 1], port)),
        // Every page says that nobody here is real.
        training: true,
        ..Config::default()
    }
}

fn new_list(name: &str, originator: &str, recipients: &[model::UserId], contact: &str) -> NewList {
    NewList {
        name: name.to_owned(),
        originator: originator.to_owned(),
        purposes: vec![PURPOSE.to_owned()],
        recipients: recipients.to_vec(),
        contact: contact.to_owned(),
        max_days: 365,
    }
}

fn agreement(hub: &Hub, title: &str, destinations: &[&str]) -> Result<()> {
    let now = hub.now();
    let rule = |destination: &&str| DestinationRule {
        destination: (*destination).to_owned(),
        country: "SOU".to_owned(),
        purposes: vec![PURPOSE.to_owned()],
        modalities: vec![Modality::Finger, Modality::Iris],
        ages: vec![AgeBand::Adult],
    };
    let agreement = Agreement {
        title: title.to_owned(),
        parties: vec![AGENCY.to_owned(), "Agency South".to_owned()],
        basis: "Treaty of 2026-01-15 on mutual assistance (invented), articles 4 to 9".to_owned(),
        starts_at: now.checked_sub(SignedDuration::from_hours(24))?,
        ends_at: now.checked_add(SignedDuration::from_hours(24 * 365))?,
        purposes: vec![PurposeRule {
            purpose: PURPOSE.to_owned(),
            retention_days: 30,
            fpir: 0.001,
            max_candidates: 5,
            priority: true,
            earlier: None,
            new_entries: None,
        }],
        destinations: destinations.iter().map(rule).collect(),
        marks: false,
    };
    hub.add_agreement(None, &agreement, None)?;
    Ok(())
}

/// The administrator enrols with the first code; everybody else is invited and joins. No password is built in.
fn accounts(hub: &Hub, passwords: &mut BTreeMap<String, String>) -> Result<BTreeMap<String, UserRow>> {
    let mut users = BTreeMap::new();
    let password = new_password();
    let admin = hub.join(&hub.first_code()?, Some("admin"), "Ada Administrator", &password, "en")?;
    passwords.insert(admin.login.clone(), password);
    for (login, name, agency, roles) in ACCOUNTS {
        let new = NewUser {
            login: (*login).to_owned(),
            name: (*name).to_owned(),
            agency: (*agency).to_owned(),
            roles: roles.to_vec(),
        };
        let code = hub.invite(&new, &admin)?;
        let password = new_password();
        let user = hub.join_as(login, &code, &password, "en")?;
        passwords.insert(user.login.clone(), password);
        users.insert(user.login.clone(), user);
    }
    users.insert(admin.login.clone(), admin);
    Ok(users)
}

fn new_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut rng = rand::rng();
    let group = |rng: &mut rand::rngs::ThreadRng| -> String {
        (0..5).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect()
    };
    (0..3).map(|_| group(&mut rng)).collect::<Vec<_>>().join("-")
}

fn post(
    hub: &Hub,
    dir: &Path,
    name: &str,
    site: &str,
    profile: StationProfile,
    address: SocketAddr,
) -> Result<Post> {
    let kind = if profile == StationProfile::Mobile { "mobile" } else { "fixed" };
    let code = hub.provision(name, site, AGENCY, kind, None)?;
    let options = EnrolOptions {
        base: format!("http://{address}"),
        code,
        name: name.to_owned(),
        profile,
        ca_file: None,
    };
    let home = dir.join(format!("station-{}", name.to_lowercase().replace(' ', "-")));
    let station = Station::enrol(&home, &options, Timestamp::now(), &mut rand::rng())?;
    let worker = Worker::new(&station)?;
    Ok(Post { station, worker })
}
