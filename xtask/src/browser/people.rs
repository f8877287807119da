//! Who takes part, and how each gets in: invited, joined, signed in.

use super::{driver::Browser, world::World};
use anyhow::{Context as _, ensure};

/// Name of the cookie that holds a session.
pub(super) const SESSION: &str = "ridgeline-session";

/// Log-in, name and role of everybody but the administrator.
pub(super) const CREW: &[(&str, &str, &str)] = &[
    ("amaya", "Amaya Ortiz", "agreement-officer"),
    ("olga", "Olga Lind", "list-originator"),
    ("piet", "Piet Aarden", "list-approver"),
    ("edna", "Edna Moss", "examiner"),
    ("enzo", "Enzo Ruiz", "examiner"),
    ("lea", "Lea Blum", "lead-examiner"),
    ("rosa", "Rosa Vidal", "recipient"),
    ("wim", "Wim Hart", "watch-officer"),
    ("ada", "Ada Quist", "auditor"),
    ("sami", "Sami Noor", "site-supervisor"),
    ("rita", "Rita Sol", "redress-officer"),
    ("quin", "Quin Dale", "quality-officer"),
];

/// Somebody with an account.
pub(super) struct Person {
    pub(super) login: String,
    role: String,
    /// The session's cookie.
    pub(super) session: String,
}

impl Person {
    /// A passphrase that follows from the log-in: this hub lives for three minutes.
    fn password(login: &str) -> String {
        format!("{login} walks over four bridges")
    }
}

/// Everybody with an account.
#[derive(Default)]
pub(super) struct Crew(Vec<Person>);

impl Crew {
    pub(super) fn person(&self, login: &str) -> anyhow::Result<&Person> {
        self.0.iter().find(|person| person.login == login).with_context(|| format!("{login} has no account"))
    }

    pub(super) fn role(&self, role: &str) -> anyhow::Result<&Person> {
        self.0.iter().find(|person| person.role == role).with_context(|| format!("nobody is {role}"))
    }

    /// The next pages are this person's.
    pub(super) fn become_(&self, browser: &Browser, login: &str) -> anyhow::Result<()> {
        browser.only_cookie(SESSION, &self.person(login)?.session)
    }

    /// The first start: the administrator enrols with the printed code.
    pub(super) fn first(&mut self, browser: &Browser, world: &World) -> anyhow::Result<()> {
        browser.go(&world.base)?;
        ensure!(browser.path()? == "/first-start", "a new hub shows {} first", browser.path()?);
        browser.fill("#f-code", &world.first_code)?;
        browser.fill("#f-name", "Adam Weller")?;
        browser.fill("#f-login", "admin")?;
        self.passwords(browser, "admin")?;
        browser.follow("form button.primary")?;
        self.sign_in(browser, "admin", "administrator")
    }

    /// The administrator invites, and reads the one-time code off the page.
    pub(super) fn invite(&self, browser: &Browser, world: &World, index: usize) -> anyhow::Result<String> {
        let (login, name, role) = CREW.get(index).context("nobody left")?;
        browser.go(&format!("{}/users", world.base))?;
        browser.fill("#f-name", name)?;
        browser.fill("#f-login", login)?;
        browser.click(&format!("#f-role input[value={role}]"))?;
        browser.follow("form[action='/users/invite'] button.primary")?;
        browser.find(".once output.code")?.text()
    }

    /// The invited person joins with the code, and signs in.
    pub(super) fn join(
        &mut self,
        browser: &Browser,
        world: &World,
        index: usize,
        code: &str,
    ) -> anyhow::Result<()> {
        let (login, _, role) = CREW.get(index).context("nobody left")?;
        browser.only_cookie("none", "none")?;
        browser.go(&format!("{}/join", world.base))?;
        browser.fill("#f-login", login)?;
        browser.fill("#f-code", code)?;
        self.passwords(browser, login)?;
        browser.follow("form button.primary.wide")?;
        self.sign_in(browser, login, role)
    }

    fn passwords(&self, browser: &Browser, login: &str) -> anyhow::Result<()> {
        browser.fill("#f-password", &Person::password(login))?;
        browser.fill("#f-password_again", &Person::password(login))
    }

    fn sign_in(&mut self, browser: &Browser, login: &str, role: &str) -> anyhow::Result<()> {
        ensure!(
            browser.path()? == "/sign-in",
            "after joining comes {}: {}",
            browser.path()?,
            browser.text()?
        );
        browser.fill("#f-login", login)?;
        browser.fill("#f-password", &Person::password(login))?;
        browser.follow("form button.primary.wide")?;
        ensure!(browser.path()? == "/", "{login} is not let in: {}", browser.text()?);
        let session = browser.cookie(SESSION)?;
        self.0.push(Person { login: login.to_owned(), role: role.to_owned(), session });
        Ok(())
    }
}
