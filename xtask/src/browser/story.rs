//! The story that the walk plays.

mod desks;

use super::{
    driver::Browser,
    people::{CREW, Crew},
    rights,
    world::World,
};
use anyhow::{Context as _, ensure};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// A desk's screen.
pub(super) const WIDE: (u32, u32) = (1280, 800);
/// The smallest screen that the console is made for.
const SMALL: (u32, u32) = (1024, 768);

const LIST: &str = "Regional wanted list";
const AGENCY: &str = "Agency";
const CONTACT: &str = "Duty desk, +50 2 555 0100";
const REFERENCE: &str = "REF-2026-0417";
const CAVEAT: &str = "Approach with a colleague; may carry papers of another person";
const CATEGORY: &str = "wanted";
const STATION: &str = "Gate 4";
const SITE: &str = "North crossing";

/// Between the first key and the second, so that the second is not taken for the first one bouncing.
const SECOND_KEY: Duration = Duration::from_millis(450);

/// Where the walk is, and what it has met.
pub(super) struct Story<'a> {
    world: &'a World,
    browser: &'a Browser,
    /// The recipient's own browser: it stays on the alert desk.
    desk: &'a Browser,
    out: &'a Path,
    crew: Crew,
    ids: Vec<(&'static str, String)>,
    step: String,
    began: Instant,
}

impl<'a> Story<'a> {
    pub(super) fn new(world: &'a World, browser: &'a Browser, desk: &'a Browser, out: &'a Path) -> Self {
        let (crew, ids) = (Crew::default(), Vec::new());
        Self { world, browser, desk, out, crew, ids, step: "start".into(), began: Instant::now() }
    }

    /// The step at hand.
    pub(super) fn step(&self) -> &str {
        &self.step
    }

    fn now(&mut self, step: &str) {
        step.clone_into(&mut self.step);
        self.began = Instant::now();
    }

    fn done(&self, what: &str) -> anyhow::Result<()> {
        for (name, browser) in [("browser", self.browser), ("desk", self.desk)] {
            let complaints = browser.complaints()?;
            // A refused form answers with a status that the browser logs; nothing else may be in the log.
            let bad: Vec<_> = complaints
                .iter()
                .filter(|line| !line.contains("the server responded with a status"))
                .collect();
            ensure!(bad.is_empty(), "the page's scripts complain ({name}): {bad:?}");
        }
        println!("{:<12} {what} ({:.1?})", self.step, self.began.elapsed());
        Ok(())
    }

    fn shot(&self, name: &str) -> anyhow::Result<()> {
        self.browser.shot(&self.out.join(format!("{name}.png"))).map(drop)
    }

    fn go(&self, path: &str) -> anyhow::Result<()> {
        self.browser.go(&format!("{}{path}", self.world.base))
    }

    fn as_(&self, login: &str, path: &str) -> anyhow::Result<()> {
        self.crew.become_(self.browser, login)?;
        self.go(path)
    }

    fn language(&self, browser: &Browser, tag: &str) -> anyhow::Result<()> {
        browser.script("const m = document.querySelector('details.more'); if (m) m.open = true")?;
        browser.follow(&format!("button[name=language][value={tag}]"))
    }

    fn keep(&mut self, name: &'static str, id: &str) {
        self.ids.retain(|(known, _)| *known != name);
        self.ids.push((name, id.to_owned()));
    }

    fn id(&self, name: &str) -> anyhow::Result<&str> {
        self.ids
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, id)| id.as_str())
            .with_context(|| format!("no {name} yet"))
    }

    pub(super) fn walk(&mut self) -> anyhow::Result<()> {
        self.enrol()?;
        self.prepare()?;
        self.propose()?;
        self.approve()?;
        self.station()?;
        let run = self.world.keep_running()?;
        self.stranger()?;
        let encounter = self.candidate()?;
        self.examine(&encounter)?;
        self.alert(&encounter)?;
        self.conflict()?;
        self.retract(&encounter)?;
        self.twice()?;
        self.redress()?;
        self.quality()?;
        self.audit()?;
        self.spanish()?;
        self.rights()?;
        drop(run);
        Ok(())
    }

    fn enrol(&mut self) -> anyhow::Result<()> {
        self.now("enrol");
        self.go("/")?;
        self.shot("01-first-start")?;
        self.crew.first(self.browser, self.world)?;
        self.shot("02-board-empty")?;
        self.done("an empty hub enrols its administrator with the printed code")?;

        self.now("invite");
        let mut codes = Vec::new();
        for index in 0..CREW.len() {
            codes.push(self.crew.invite(self.browser, self.world, index)?);
        }
        self.shot("03-invited")?;
        for (index, code) in codes.iter().enumerate() {
            self.crew.join(self.browser, self.world, index, code)?;
        }
        self.done(&format!("{} people are invited, join with their codes and sign in", CREW.len()))
    }

    fn prepare(&mut self) -> anyhow::Result<()> {
        self.now("agree");
        let agreement = self.world.agree()?;
        self.keep("agreement", &agreement);
        let list = self.world.run(&[
            "hub",
            "add-list",
            "--dir",
            &self.world.at("hub"),
            "--name",
            LIST,
            "--originator",
            AGENCY,
            "--purpose",
            "border.entry",
            "--contact",
            CONTACT,
            "--recipient",
            "rosa",
        ])?;
        self.keep("list", list.trim());
        self.as_("amaya", "/agreements")?;
        self.browser.follow(".rows th a")?;
        self.shot("04-agreement")?;
        self.world.people()?;
        self.done("an agreement in force, a list with a recipient, two synthetic people")
    }

    fn propose(&mut self) -> anyhow::Result<()> {
        self.now("propose");
        let list = self.id("list")?.to_owned();
        self.as_("olga", &format!("/lists/{list}"))?;
        self.browser.follow(".page-head a.primary")?;
        let page = self.browser;
        page.choose("#f-originator", AGENCY)?;
        page.fill("#f-case_number", REFERENCE)?;
        page.fill("#f-legal_basis", "Warrant 17/2026 of the Second Criminal Court, of 3 March 2026")?;
        page.choose("#f-category", CATEGORY)?;
        page.choose("#f-handling", "restricted")?;
        page.fill("#f-caveat", CAVEAT)?;
        let today = page.script("return new Date().toISOString().slice(0, 10)")?;
        let later = |days: u32| {
            page.script(&format!("return new Date(Date.now() + {days} * 864e5).toISOString().slice(0, 10)"))
        };
        page.date("#f-starts", today.as_str().unwrap_or_default())?;
        page.date("#f-review", later(90)?.as_str().unwrap_or_default())?;
        page.date("#f-expires", later(180)?.as_str().unwrap_or_default())?;
        page.script("document.querySelector('form.form details').open = true")?;
        page.fill("#f-ppi", "500")?;
        for finger in 1..=10 {
            let file = self.world.at(&format!("person-0-1/finger-{finger}.png"));
            if Path::new(&file).exists() {
                page.find(&format!("#f-finger_{finger}"))?.keys(&file)?;
            }
        }
        self.shot("05-propose")?;
        page.follow("form.form button.primary")?;
        ensure!(page.path()? == format!("/lists/{list}"), "the proposal is not taken: {}", page.text()?);
        self.shot("06-proposed")?;
        let entry =
            page.script("return document.querySelector('.rows th a').getAttribute('href').split('/').pop()")?;
        let entry = entry.as_str().context("no entry in the list")?.to_owned();
        self.keep("entry", &entry);
        self.done("the originator proposes an entry with ten fingers")
    }

    fn approve(&mut self) -> anyhow::Result<()> {
        self.now("approve");
        self.as_("piet", "/lists")?;
        self.browser.follow("section[aria-labelledby=h-approvals] th a")?;
        self.shot("07-reason")?;
        self.reason()?;
        ensure!(
            self.browser.path()?.ends_with("/approve"),
            "after the reason comes {}",
            self.browser.path()?
        );
        self.browser.until("pictures of the samples", PICTURES)?;
        self.shot("08-approval")?;
        self.browser.click("#f-confirm")?;
        self.browser.follow("button[name=verdict][value=approve]")?;
        let text = self.browser.text()?;
        ensure!(text.contains("Active"), "after the approval the entry is not active: {text}");
        self.shot("09-entry")?;
        self.done("another person opens it with purpose and case number, and approves")
    }

    fn reason(&self) -> anyhow::Result<()> {
        self.browser.choose("#f-purpose", "border.entry")?;
        self.browser.fill("#f-case_number", "CASE-77/2026")?;
        self.browser.follow("form.panel button.primary")
    }

    fn station(&mut self) -> anyhow::Result<()> {
        self.now("station");
        self.as_("admin", "/stations")?;
        self.browser.fill("#f-name", STATION)?;
        self.browser.fill("#f-site", SITE)?;
        self.browser.follow("form[action='/stations/new'] button.primary")?;
        let code = self.browser.find(".once output.code")?.text()?;
        self.shot("10-station-code")?;
        self.world.run(&[
            "station",
            "enrol",
            "--dir",
            &self.world.at("station"),
            "--hub",
            &self.world.base,
            "--code",
            &code,
            "--name",
            STATION,
        ])?;
        self.go("/stations")?;
        let row = self.browser.find("tbody tr")?.text()?;
        ensure!(row.contains(STATION) && row.contains(SITE), "the station is not listed: {row}");
        let id = self
            .browser
            .script("return document.querySelector('td.act form').getAttribute('action').split('/')[2]")?;
        let id = id.as_str().context("the station has no actions")?.to_owned();
        self.keep("station", &id);
        self.shot("11-stations")?;
        self.go("/users")?;
        let id = self
            .browser
            .script("return document.querySelector('td.act form').getAttribute('action').split('/')[2]")?;
        let id = id.as_str().context("no account with actions")?.to_owned();
        self.keep("user", &id);
        self.done("a station is provisioned in the console and enrols with its code")
    }

    fn stranger(&mut self) -> anyhow::Result<()> {
        self.now("stranger");
        let encounter = self.world.send("person-1-2")?;
        let said = self.world.answer(&encounter, "No match in the lists searched")?;
        ensure!(said.contains(LIST), "the answer names no list: {said}");
        self.done("somebody who is not listed: no match in the lists searched")
    }

    fn candidate(&mut self) -> anyhow::Result<String> {
        self.now("candidate");
        let encounter = self.world.send("person-0-2")?;
        self.keep("encounter", &encounter);
        self.world.answer(&encounter, "Being checked by an examiner")?;
        self.done("the listed person: being checked by an examiner")?;
        Ok(encounter)
    }

    fn examine(&mut self, encounter: &str) -> anyhow::Result<()> {
        self.now("desk");
        self.desk.go(&format!("{}/sign-in", self.world.base))?;
        self.crew.become_(self.desk, "rosa")?;
        self.desk.go(&format!("{}/alerts", self.world.base))?;
        self.desk
            .until("the live sign", "return document.querySelector('[data-live]').dataset.live === 'on'")?;
        ensure!(!self.desk.has(".alerts .alert")?, "there is an alert before anybody decided");
        self.done("the recipient's alert desk is open and empty")?;

        self.now("examiner-1");
        self.bench("edna", encounter)?;
        self.look()?;
        self.decide("1")?;
        ensure!(!self.desk.has(".alerts .alert")?, "one examiner's decision raised an alert");
        self.done(
            "the first examiner sees no score, list, category, name or place, and decides: same person",
        )?;

        self.now("examiner-2");
        self.bench("enzo", encounter)?;
        ensure!(!self.browser.text()?.contains("Edna"), "the second examiner sees who decided first");
        self.decide("1")?;
        self.done("the second examiner, blind to the first, decides the same")
    }

    /// Opens the next case at the workbench, and asserts what must not be seen there.
    fn bench(&mut self, login: &str, encounter: &str) -> anyhow::Result<()> {
        self.as_(login, "/examine")?;
        self.browser.until("a case in the queue", "return !document.querySelector('#next').disabled")?;
        self.shot(&format!("12-queue-{login}"))?;
        // The queue must not tell more than the bench does.
        self.blind(encounter)?;
        self.browser.mark()?;
        self.browser.press("n")?;
        self.browser.settled()?;
        let path = self.browser.path()?;
        let case = path.strip_prefix("/examine/").with_context(|| format!("n leads to {path}"))?.to_owned();
        self.keep("case", &case);
        self.browser.until("both pictures", CANVASES)?;
        self.blind(encounter)
    }

    fn blind(&self, encounter: &str) -> anyhow::Result<()> {
        let entry = self.id("entry")?;
        let list = self.id("list")?;
        for (what, page) in [("text", self.browser.text()?), ("source", self.browser.source()?)] {
            let page = page.to_lowercase();
            for hidden in [
                LIST, AGENCY, CONTACT, REFERENCE, CAVEAT, CATEGORY, STATION, SITE, encounter, entry, list,
                "WALK-7", "warrant", "score", "rank", "categor", "olga", "piet", "rosa",
            ] {
                ensure!(
                    !page.contains(&hidden.to_lowercase()),
                    "the examiner's page says \"{hidden}\" in its {what}"
                );
            }
        }
        Ok(())
    }

    /// Every overlay and tool by its key.
    fn look(&self) -> anyhow::Result<()> {
        let page = self.browser;
        self.shot("13-workbench-plain")?;
        for key in ["m", "p"] {
            page.press(key)?;
        }
        page.until(
            "minutiae on",
            "return document.querySelector('[data-do=minutiae]').ariaPressed === 'true'",
        )?;
        self.shot("14-workbench")?;
        page.resize(SMALL)?;
        std::thread::sleep(Duration::from_millis(200));
        self.shot("15-workbench-small")?;
        page.resize(WIDE)?;
        page.press("mp")?;
        page.press("fq")?;
        std::thread::sleep(Duration::from_millis(200));
        self.shot("16-workbench-flow")?;
        page.press("fqi")?;
        page.press("].+")?;
        self.shot("17-workbench-inverted")?;
        page.press("?")?;
        self.shot("18-workbench-keys")?;
        page.press("\u{e00c}")?;
        Ok(())
    }

    /// First key, dialog, second key.
    fn decide(&self, key: &str) -> anyhow::Result<()> {
        let page = self.browser;
        page.mark()?;
        page.press(key)?;
        page.until("the second key is asked for", "return document.getElementById('second-key').open")?;
        std::thread::sleep(SECOND_KEY);
        self.shot("19-second-key")?;
        page.press("\u{e007}")?;
        page.settled()?;
        let path = page.path()?;
        ensure!(path == "/examine" || path == "/conflicts", "the decision leads to {path}: {}", page.text()?);
        Ok(())
    }

    fn alert(&mut self, encounter: &str) -> anyhow::Result<()> {
        self.now("alert");
        let desk = self.desk;
        desk.until("the alert comes by itself", "return document.querySelector('.alerts .alert') !== null")?;
        let text = desk.text()?;
        for said in [LIST, CAVEAT, STATION] {
            ensure!(text.contains(said), "the alert desk does not say \"{said}\": {text}");
        }
        desk.shot(&self.out.join("20-alert-live.png"))?;
        let id = desk
            .script("return document.querySelector('.alerts h2 a').getAttribute('href').split('/').pop()")?;
        let id = id.as_str().context("an alert without an address")?.to_owned();
        self.keep("alert", &id);
        self.done("the open alert desk shows the alert by itself")?;

        self.now("acknowledge");
        desk.follow(".alert button[value=acknowledge]")?;
        let text = desk.text()?;
        ensure!(text.contains("Acknowledged"), "the alert is not acknowledged: {text}");
        desk.follow(".alerts h2 a")?;
        desk.shot(&self.out.join("21-alert.png"))?;
        self.done("the recipient acknowledges")?;

        self.now("answer");
        let said = self.world.answer(encounter, "Confirmed by two examiners")?;
        ensure!(said.contains(CONTACT), "the answer names no contact: {said}");
        self.as_("wim", "/")?;
        self.shot("22-board")?;
        self.go(&format!("/encounters/{encounter}"))?;
        self.reason()?;
        self.browser.until("pictures of the samples", PICTURES)?;
        self.shot("23-encounter")?;
        self.done("the station's answer: confirmed by two examiners, with the contact")
    }

    fn conflict(&mut self) -> anyhow::Result<()> {
        self.now("conflict");
        let encounter = self.world.send("person-0-3")?;
        self.world.answer(&encounter, "Being checked by an examiner")?;
        self.bench("edna", &encounter)?;
        self.decide("1")?;
        self.bench("enzo", &encounter)?;
        self.decide("2")?;
        self.as_("lea", "/conflicts")?;
        self.shot("24-conflicts")?;
        self.browser.follow("td.act button")?;
        self.browser.until("both pictures", CANVASES)?;
        self.blind(&encounter)?;
        self.decide("2")?;
        self.go("/conflicts")?;
        self.shot("25-conflict-settled")?;
        self.world.answer(&encounter, "No match in the lists searched")?;
        self.done("two examiners disagree; the lead settles it; the station is told")
    }

    fn retract(&mut self, encounter: &str) -> anyhow::Result<()> {
        self.now("retract");
        let alert = self.id("alert")?.to_owned();
        self.desk.go(&format!("{}/alerts", self.world.base))?;
        self.desk
            .until("the live sign", "return document.querySelector('[data-live]').dataset.live === 'on'")?;
        self.as_("lea", &format!("/alerts/{alert}"))?;
        self.browser.script("document.querySelectorAll('details.act').forEach(d => d.open = true)")?;
        self.browser.fill("#f-reason", "A second look at the left index: the delta lies elsewhere")?;
        self.browser.follow("button[value=retract]")?;
        self.desk.until(
            "the withdrawal comes by itself",
            "return document.querySelector('.alerts .alert') === null",
        )?;
        self.desk.shot(&self.out.join("26-retracted-live.png"))?;
        self.desk.follow("section th a")?;
        let text = self.desk.text()?;
        ensure!(text.contains("the delta lies elsewhere"), "the recipient is not told why: {text}");
        self.desk.shot(&self.out.join("27-retracted.png"))?;
        self.world.answer(encounter, "An earlier confirmation was withdrawn")?;
        self.done("the lead withdraws the confirmation; the recipient sees why, the station is told")
    }

    fn audit(&mut self) -> anyhow::Result<()> {
        self.now("audit");
        self.as_("ada", "/audit")?;
        self.browser.follow(".page-head button.primary")?;
        self.browser.find(".badge.good")?;
        self.shot("28-audit")?;
        ensure!(!self.browser.source()?.contains("/image/"), "the auditor's page shows pictures");
        self.done("the auditor verifies the ledger")
    }

    fn spanish(&mut self) -> anyhow::Result<()> {
        self.now("spanish");
        for (login, path, name) in [
            ("wim", "/", "30-tablero"),
            ("rosa", "/alerts", "31-alertas"),
            ("edna", "/examine", "32-cotejo"),
            ("olga", "/lists", "33-listas"),
        ] {
            self.as_(login, path)?;
            self.language(self.browser, "es")?;
            let lang = self.browser.script("return document.documentElement.lang")?;
            ensure!(lang == "es", "{path} does not turn Spanish but {lang}");
            self.shot(name)?;
            self.language(self.browser, "en")?;
        }
        self.browser.resize(SMALL)?;
        self.as_("wim", "/")?;
        self.shot("34-board-small")?;
        self.browser.resize(WIDE)?;
        self.done("pages turn Spanish and back")
    }

    fn rights(&mut self) -> anyhow::Result<()> {
        self.now("navigation");
        let mut links = 0;
        for (login, ..) in CREW.iter().chain(&[("admin", "", "")]) {
            self.as_(login, "/")?;
            let urls = self.browser.script(
                "return [...document.querySelectorAll('header nav a')].map(a => a.getAttribute('href'))",
            )?;
            for url in urls.as_array().into_iter().flatten().filter_map(|url| url.as_str()) {
                let script = format!("return fetch({url:?}).then(reply => reply.status)");
                let status = self.browser.script(&script)?;
                ensure!(status == 200, "{login} is led to {url}, which answers {status}");
                links += 1;
            }
        }
        self.done(&format!("{links} links of everybody's navigation lead somewhere"))?;

        self.now("rights");
        let right = rights::check(&self.world.base, &self.crew, &self.ids)?;
        self.done(&format!(
            "{right} requests over all addresses and roles are let in or refused as they must be"
        ))
    }
}

/// All tiles have their pictures.
const PICTURES: &str = "const all = [...document.querySelectorAll('main img')]; \
                        all.forEach(i => i.loading = 'eager'); \
                        return all.length > 0 && all.every(i => i.complete && i.naturalWidth > 0)";

/// Both viewers show something that is not one grey.
const CANVASES: &str = "const all = [...document.querySelectorAll('#viewer canvas')]; \
    return all.length === 2 && all.every(c => { \
        const d = c.getContext('2d').getImageData(c.width / 4, c.height / 4, c.width / 2, c.height / 2).data; \
        let low = 255, high = 0; \
        for (let i = 0; i < d.length; i += 4) { low = Math.min(low, d[i]); high = Math.max(high, d[i]); } \
        return high - low > 100; })";
