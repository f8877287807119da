//! Accounts: enrolled with a one-time code, never with a default password (S34).

use crate::{Hub, HubError, Refusal, actor};
use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};
use jiff::{SignedDuration, Timestamp};
use model::{Digest, Role, UserId};
use policy::Action;
use rand::Rng as _;
use std::{collections::HashMap, sync::PoisonError};
use store::{Entry, Invite, Session, StoreError, Tx, UserRow};
use uuid::Uuid;

/// How long a one-time code is good.
const INVITE_LIFE: SignedDuration = SignedDuration::from_hours(72);

/// A session ends after this long without a request,
const SESSION_IDLE: SignedDuration = SignedDuration::from_hours(2);

/// or after this long in any case: one shift.
const SESSION_LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Shortest password (NIST SP 800-63B-4, 3.1.1.2: 15 where it is the only factor).
pub(crate) const MIN_PASSWORD: usize = 15;

/// Longest password: bounds the work of hashing.
const MAX_PASSWORD: usize = 256;

/// After this many wrong passwords in a row a log-in waits.
const FREE_ATTEMPTS: u32 = 5;

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What they type to sign in.
    pub login: String,
    /// What others see.
    pub name: String,
    /// Their agency.
    pub agency: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Wrong passwords by log-in: how many, and when the last was.
#[derive(Default)]
pub(crate) struct Attempts(HashMap<String, (u32, Timestamp)>);

impl Hub {
    /// Whether nobody has an account yet.
    ///
    /// # Errors
    /// A database error.
    pub fn is_new(&self) -> Result<bool, HubError> {
        Ok(self.store.read(|v| v.users())?.is_empty())
    }

    /// The code that enrols the first administrator; a new one each time, the old one becomes worthless.
    ///
    /// # Errors
    /// Somebody has an account already, or a database error.
    pub fn first_code(&self) -> Result<String, HubError> {
        if !self.is_new()? {
            return Err(Refusal::AdministratorExists.into());
        }
        let new = NewUser {
            login: "admin".into(),
            name: "Administrator".into(),
            agency: self.config.agency.clone(),
            roles: vec![Role::Administrator],
        };
        self.add_invite(&new, None)
    }

    /// Invites a person; gives the one-time code.
    ///
    /// # Errors
    /// The person may not invite, the roles clash, the log-in exists, or a database error.
    pub fn invite(&self, new: &NewUser, by: &UserRow) -> Result<String, HubError> {
        policy::may(&by.roles, Action::ManageUsers)?;
        self.add_invite(new, Some(by.id))
    }

    pub(crate) fn add_invite(&self, new: &NewUser, by: Option<UserId>) -> Result<String, HubError> {
        check_roles(&new.roles)?;
        let login = new.login.trim();
        let plain = !login.is_empty()
            && login.len() <= 64
            && login
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'));
        if !plain {
            return Err(Refusal::LoginForm.into());
        }
        if new.name.trim().is_empty() || new.agency.trim().is_empty() {
            return Err(Refusal::NameMissing.into());
        }
        if self.store.read(|v| v.user_by_login(login))?.is_some() {
            return Err(Refusal::LoginTaken { login: login.to_owned() }.into());
        }
        let code = one_time_code();
        let now = self.now();
        self.store.write(now, |tx: &Tx<'_>| {
            tx.add_invite(&Invite {
                code: code_digest(&code),
                login: login.to_owned(),
                name: new.name.trim().to_owned(),
                agency: new.agency.trim().to_owned(),
                roles: new.roles.clone(),
                expires_at: now.checked_add(INVITE_LIFE).unwrap_or(now),
            })?;
            tx.log(&Entry {
                kind: "user.invited",
                actor: &actor(by),
                subject: &format!("login:{login}"),
                detail: serde_json::json!({ "roles": new.roles }),
                ..Entry::default()
            })
        })?;
        Ok(code)
    }

    /// Uses a one-time code to make an account.
    ///
    /// # Errors
    /// The code is wrong or expired, the password too short, or a database error.
    pub fn join(
        &self,
        code: &str,
        login: Option<&str>,
        name: &str,
        password: &str,
        language: &str,
    ) -> Result<UserRow, HubError> {
        check_password(password)?;
        let now = self.now();
        let digest = code_digest(code);
        let invite = self.store.read(|v| v.invite(digest))?.filter(|i| i.expires_at > now);
        let invite = invite.ok_or(Refusal::WrongCode)?;
        let password_hash = hash(password)?;
        let user = UserRow {
            id: UserId::new(Uuid::now_v7()),
            login: login.map(str::trim).filter(|l| !l.is_empty()).unwrap_or(&invite.login).to_owned(),
            name: if name.trim().is_empty() { invite.name.clone() } else { name.trim().to_owned() },
            agency: invite.agency.clone(),
            password_hash,
            roles: invite.roles.clone(),
            language: if language == "es" { "es" } else { "en" }.to_owned(),
            enabled: true,
            created_at: now,
        };
        self.store.write(now, |tx: &Tx<'_>| {
            // Taken in the same transaction: a code serves once, whoever else tries at the same moment.
            tx.take_invite(digest)?.ok_or(Refusal::WrongCode)?;
            tx.add_user(&user)?;
            tx.log(&Entry {
                kind: "user.joined",
                actor: &actor(Some(user.id)),
                subject: &format!("user:{}", user.id),
                detail: serde_json::json!({ "login": user.login, "roles": user.roles }),
                ..Entry::default()
            })?;
            Ok::<_, HubError>(())
        })?;
        Ok(user)
    }

    /// Uses a one-time code that was given for this log-in.
    ///
    /// # Errors
    /// As [`Hub::join`]; also where the code was given for another log-in.
    pub fn join_as(
        &self,
        login: &str,
        code: &str,
        password: &str,
        language: &str,
    ) -> Result<UserRow, HubError> {
        let invite = self.store.read(|v| v.invite(code_digest(code)))?;
        if invite.is_none_or(|i| i.login != login.trim()) {
            return Err(Refusal::WrongCode.into());
        }
        self.join(code, None, "", password, language)
    }

    /// Signs in; gives the session's token.
    ///
    /// # Errors
    /// Log-in or password is wrong (which, is not said), too many wrong tries, or a database error.
    pub fn sign_in(&self, login: &str, password: &str) -> Result<String, HubError> {
        let now = self.now();
        let login = login.trim();
        let wait = self.sign_in.lock().unwrap_or_else(PoisonError::into_inner).wait(login, now);
        if let Some(seconds) = wait {
            return Err(Refusal::TooManyTries { seconds: seconds.unsigned_abs() }.into());
        }
        let user = self.store.read(|v| v.user_by_login(login))?;
        // A log-in that does not exist costs the same time as a wrong password.
        let stored = user.as_ref().map_or(DUMMY_HASH, |u| u.password_hash.as_str());
        let right = verify(password, stored);
        let Some(user) = user.filter(|u| right && u.enabled) else {
            self.sign_in.lock().unwrap_or_else(PoisonError::into_inner).failed(login, now);
            self.store.write(now, |tx: &Tx<'_>| {
                tx.log(&Entry {
                    kind: "session.refused",
                    actor: "console",
                    subject: &format!("login:{}", login.chars().take(64).collect::<String>()),
                    ..Entry::default()
                })
            })?;
            return Err(Refusal::WrongLogin.into());
        };
        self.sign_in.lock().unwrap_or_else(PoisonError::into_inner).0.remove(login);
        let token = token();
        let csrf = self::token();
        self.store.write(now, |tx: &Tx<'_>| {
            tx.add_session(Digest::of(token.as_bytes()), user.id, &csrf)?;
            tx.log(&Entry {
                kind: "session.started",
                actor: &actor(Some(user.id)),
                subject: &format!("user:{}", user.id),
                ..Entry::default()
            })
        })?;
        Ok(token)
    }

    /// The session of a token, if it is still good.
    ///
    /// # Errors
    /// A database error.
    pub fn session(&self, token: &str) -> Result<Option<Session>, HubError> {
        let now = self.now();
        let digest = Digest::of(token.as_bytes());
        let Some(session) = self.store.read(|v| v.session(digest))? else { return Ok(None) };
        let good = session.user.enabled
            && now.duration_since(session.seen_at) < SESSION_IDLE
            && now.duration_since(session.created_at) < SESSION_LIFE;
        if !good {
            self.store.write(now, |tx| tx.end_session(digest))?;
            return Ok(None);
        }
        // Not on every request: a write a minute is enough for an idle limit of hours.
        if now.duration_since(session.seen_at) > SignedDuration::from_mins(1) {
            self.store.write(now, |tx| tx.touch_session(digest))?;
        }
        Ok(Some(session))
    }

    /// Signs out.
    ///
    /// # Errors
    /// A database error.
    pub fn sign_out(&self, token: &str, user: UserId) -> Result<(), HubError> {
        self.store.write(self.now(), |tx: &Tx<'_>| {
            tx.end_session(Digest::of(token.as_bytes()))?;
            tx.log(&Entry {
                kind: "session.ended",
                actor: &actor(Some(user)),
                subject: &format!("user:{user}"),
                ..Entry::default()
            })?;
            Ok::<_, StoreError>(())
        })?;
        Ok(())
    }

    /// Changes a person's own password.
    ///
    /// # Errors
    /// The old one is wrong, the new one too short, or a database error.
    pub fn change_password(&self, user: &UserRow, old: &str, new: &str) -> Result<(), HubError> {
        check_password(new)?;
        if !verify(old, &user.password_hash) {
            return Err(Refusal::WrongPassword.into());
        }
        let next = UserRow { password_hash: hash(new)?, ..user.clone() };
        self.store.write(self.now(), |tx: &Tx<'_>| {
            tx.update_user(&next)?;
            tx.end_sessions_of(user.id)?;
            tx.log(&Entry {
                kind: "user.password_changed",
                actor: &actor(Some(user.id)),
                subject: &format!("user:{}", user.id),
                ..Entry::default()
            })
        })?;
        Ok(())
    }

    /// Sets a person's language.
    ///
    /// # Errors
    /// A database error.
    pub fn set_language(&self, user: &UserRow, language: &str) -> Result<(), HubError> {
        let language = if language == "es" { "es" } else { "en" }.to_owned();
        Ok(self
            .store
            .write(self.now(), |tx: &Tx<'_>| tx.update_user(&UserRow { language, ..user.clone() }))?)
    }

    /// Enables or disables an account. Nobody can remove the last auditor (S30), nor disable themselves.
    ///
    /// # Errors
    /// The person may not, or a database error.
    pub fn set_enabled(&self, id: UserId, enabled: bool, by: &UserRow) -> Result<(), HubError> {
        policy::may(&by.roles, Action::ManageUsers)?;
        if id == by.id {
            return Err(Refusal::OwnAccount.into());
        }
        self.store.write(self.now(), |tx: &Tx<'_>| {
            let user = tx.user(id)?.ok_or(HubError::Refused(Refusal::NoAccount))?;
            if !enabled && user.roles.contains(&Role::Auditor) {
                let others =
                    tx.users()?.iter().any(|u| u.id != id && u.enabled && u.roles.contains(&Role::Auditor));
                if !others {
                    return Err(HubError::Refused(Refusal::LastAuditor));
                }
            }
            tx.update_user(&UserRow { enabled, ..user.clone() })?;
            tx.end_sessions_of(id)?;
            tx.log(&Entry {
                kind: if enabled { "user.enabled" } else { "user.disabled" },
                actor: &actor(Some(by.id)),
                subject: &format!("user:{id}"),
                ..Entry::default()
            })?;
            Ok(())
        })
    }
}

impl Attempts {
    /// Seconds to wait, doubling with every wrong try beyond the free ones.
    fn wait(&self, login: &str, now: Timestamp) -> Option<i64> {
        let (count, last) = self.0.get(login)?;
        let over = count.checked_sub(FREE_ATTEMPTS)?;
        let until = last.checked_add(SignedDuration::from_secs(1i64 << over.min(10))).ok()?;
        let left = until.duration_since(now).as_secs();
        (left > 0).then_some(left)
    }

    fn failed(&mut self, login: &str, now: Timestamp) {
        // Bounded: somebody who tries a million names must not fill the memory.
        if self.0.len() > 10_000 {
            self.0.clear();
        }
        let entry = self.0.entry(login.to_owned()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
    }
}

fn check_roles(roles: &[Role]) -> Result<(), HubError> {
    if roles.is_empty() {
        return Err(Refusal::NoRole.into());
    }
    match policy::may_not_combine(roles) {
        Some((one, other)) => Err(Refusal::RolesClash { one, other }.into()),
        None => Ok(()),
    }
}

fn check_password(password: &str) -> Result<(), HubError> {
    let length = password.chars().count();
    if length < MIN_PASSWORD || password.len() > MAX_PASSWORD {
        return Err(Refusal::PasswordLength { least: MIN_PASSWORD }.into());
    }
    Ok(())
}

/// Argon2id with the library's parameters (RFC 9106, second recommendation is 64 MiB; OWASP's 19 MiB minimum is
/// the library's default). Of a password that nobody has.
const DUMMY_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cmlkZ2VsaW5lLWR1bW15$Zc1KT6vT2Vn9iU8lQk0o1S0a4k3aU5vYv0l1pQn3yGk";

fn hash(password: &str) -> Result<String, HubError> {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map(|h| h.to_string())
        .map_err(|e| HubError::Stored(format!("password cannot be hashed: {e}")))
}

fn verify(password: &str, stored: &str) -> bool {
    password.len() <= MAX_PASSWORD
        && PasswordHash::new(stored)
            .is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

/// 100 random bits in groups that can be read out over a telephone (Crockford's base 32).
fn one_time_code() -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut rng = rand::rng();
    let group = |rng: &mut rand::rngs::ThreadRng| -> String {
        (0..5).map(|_| char::from(DIGITS[rng.random_range(0..32)])).collect()
    };
    (0..4).map(|_| group(&mut rng)).collect::<Vec<_>>().join("-")
}

fn code_digest(code: &str) -> Digest {
    let plain: String = code
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    Digest::of_parts(&[b"ridgeline/user-code\0", plain.as_bytes()])
}

pub(crate) fn token() -> String {
    let mut bytes = [0u8; 32];
    rand::rng().fill(&mut bytes);
    hex::encode(bytes)
}
