//! People, their one-time invitations and their sessions.

use crate::{Result, StoreError, Tx, View, row};
use jiff::Timestamp;
use model::{Digest, Role, UserId};
use rusqlite::params;

/// A person who works with the hub.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRow {
    /// Id.
    pub id: UserId,
    /// What they type to sign in.
    pub login: String,
    /// What others see.
    pub name: String,
    /// Their agency.
    pub agency: String,
    /// Argon2 in PHC form.
    pub password_hash: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// `en` or `es`.
    pub language: String,
    /// Whether they may sign in.
    pub enabled: bool,
    /// Since when.
    pub created_at: Timestamp,
}

/// A one-time code that lets a person make their own log-in.
#[derive(Debug, Clone, PartialEq)]
pub struct Invite {
    /// Digest of the code: the code itself is never stored.
    pub code: Digest,
    /// Log-in that will be made.
    pub login: String,
    /// Name that will be shown.
    pub name: String,
    /// Agency.
    pub agency: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// Worthless from then on.
    pub expires_at: Timestamp,
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Who.
    pub user: UserRow,
    /// Token that every form carries.
    pub csrf: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Last request.
    pub seen_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a person.
    ///
    /// # Errors
    /// The log-in exists, or a database error.
    pub fn add_user(&self, user: &UserRow) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO users (id, login, name, agency, password_hash, roles, language, enabled, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                user.id.to_string(),
                user.login,
                user.name,
                user.agency,
                user.password_hash,
                row::json(&user.roles)?,
                user.language,
                user.enabled,
                row::ms(user.created_at)
            ],
        )?;
        Ok(())
    }

    /// Changes everything but id and log-in.
    ///
    /// # Errors
    /// Nobody has this id, or a database error.
    pub fn update_user(&self, user: &UserRow) -> Result<()> {
        let changed = row::run(
            self.conn,
            "UPDATE users SET name = ?2, agency = ?3, password_hash = ?4, roles = ?5, language = ?6, enabled = ?7
             WHERE id = ?1",
            params![
                user.id.to_string(),
                user.name,
                user.agency,
                user.password_hash,
                row::json(&user.roles)?,
                user.language,
                user.enabled
            ],
        )?;
        if changed == 0 { Err(StoreError::missing("user", user.id)) } else { Ok(()) }
    }

    /// Adds or replaces an invitation for a log-in.
    ///
    /// # Errors
    /// A database error.
    pub fn add_invite(&self, invite: &Invite) -> Result<()> {
        row::run(self.conn, "DELETE FROM invites WHERE login = ?1", [&invite.login])?;
        row::run(
            self.conn,
            "INSERT INTO invites (code_hash, login, name, agency, roles, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                invite.code.to_string(),
                invite.login,
                invite.name,
                invite.agency,
                row::json(&invite.roles)?,
                row::ms(invite.expires_at)
            ],
        )?;
        Ok(())
    }

    /// Uses an invitation up: gives it once.
    ///
    /// # Errors
    /// A database error.
    pub fn take_invite(&self, code: Digest) -> Result<Option<Invite>> {
        let invite = self.invite(code)?;
        row::run(self.conn, "DELETE FROM invites WHERE code_hash = ?1", [code.to_string()])?;
        Ok(invite)
    }

    /// Signs a browser in.
    ///
    /// # Errors
    /// A database error.
    pub fn add_session(&self, token: Digest, user: UserId, csrf: &str) -> Result<()> {
        row::run(
            self.conn,
            "INSERT INTO sessions (token_hash, user, csrf, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![token.to_string(), user.to_string(), csrf, row::ms(self.now())],
        )?;
        Ok(())
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// A database error.
    pub fn touch_session(&self, token: Digest) -> Result<()> {
        let at = row::ms(self.now());
        row::run(
            self.conn,
            "UPDATE sessions SET seen_at = ?2 WHERE token_hash = ?1",
            params![token.to_string(), at],
        )?;
        Ok(())
    }

    /// Signs a browser out.
    ///
    /// # Errors
    /// A database error.
    pub fn end_session(&self, token: Digest) -> Result<()> {
        row::run(self.conn, "DELETE FROM sessions WHERE token_hash = ?1", [token.to_string()])?;
        Ok(())
    }

    /// Signs a person out everywhere.
    ///
    /// # Errors
    /// A database error.
    pub fn end_sessions_of(&self, user: UserId) -> Result<()> {
        row::run(self.conn, "DELETE FROM sessions WHERE user = ?1", [user.to_string()])?;
        Ok(())
    }
}

impl View<'_> {
    /// Everybody, by name.
    ///
    /// # Errors
    /// A database error.
    pub fn users(&self) -> Result<Vec<UserRow>> {
        row::all(self.conn, "SELECT * FROM users ORDER BY name", [], read_user)
    }

    /// One person.
    ///
    /// # Errors
    /// A database error.
    pub fn user(&self, id: UserId) -> Result<Option<UserRow>> {
        row::one(self.conn, "SELECT * FROM users WHERE id = ?1", [id.to_string()], read_user)
    }

    /// The person with this log-in.
    ///
    /// # Errors
    /// A database error.
    pub fn user_by_login(&self, login: &str) -> Result<Option<UserRow>> {
        row::one(self.conn, "SELECT * FROM users WHERE login = ?1", [login], read_user)
    }

    /// An invitation by the digest of its code.
    ///
    /// # Errors
    /// A database error.
    pub fn invite(&self, code: Digest) -> Result<Option<Invite>> {
        row::one(self.conn, "SELECT * FROM invites WHERE code_hash = ?1", [code.to_string()], read_invite)
    }

    /// Invitations that nobody has used.
    ///
    /// # Errors
    /// A database error.
    pub fn invites(&self) -> Result<Vec<Invite>> {
        row::all(self.conn, "SELECT * FROM invites ORDER BY login", [], read_invite)
    }

    /// A session by the digest of its token.
    ///
    /// # Errors
    /// A database error.
    pub fn session(&self, token: Digest) -> Result<Option<Session>> {
        row::one(
            self.conn,
            "SELECT users.*, csrf, sessions.created_at AS session_at, seen_at FROM sessions
             JOIN users ON users.id = sessions.user WHERE token_hash = ?1",
            [token.to_string()],
            |c| {
                Ok(Session {
                    user: read_user(c)?,
                    csrf: c.text("csrf")?,
                    created_at: c.time("session_at")?,
                    seen_at: c.time("seen_at")?,
                })
            },
        )
    }
}

fn read_user(c: &row::Columns<'_>) -> Result<UserRow> {
    Ok(UserRow {
        id: c.parse("id")?,
        login: c.text("login")?,
        name: c.text("name")?,
        agency: c.text("agency")?,
        password_hash: c.text("password_hash")?,
        roles: c.json("roles")?,
        language: c.text("language")?,
        enabled: c.flag("enabled")?,
        created_at: c.time("created_at")?,
    })
}

fn read_invite(c: &row::Columns<'_>) -> Result<Invite> {
    Ok(Invite {
        code: c.parse("code_hash")?,
        login: c.text("login")?,
        name: c.text("name")?,
        agency: c.text("agency")?,
        roles: c.json("roles")?,
        expires_at: c.time("expires_at")?,
    })
}
