//! One request by one person: who they are, what they sent, how pages answer them.

use crate::{Hub, HubError, casework};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use console::{
    AreaLink, Ctx, Known, Language, Notice, RenderError, SignedIn, urls,
    view::{Area, ErrorKind, ErrorView, Theme},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use model::{Digest, EntryState};
use policy::Action;
use serde::de::DeserializeOwned;
use std::sync::{Arc, PoisonError};
use store::{Session, UserRow};

pub(crate) type WebResult = Result<Reply, WebError>;

const SESSION: &str = "ridgeline-session";
const CSRF: &str = "ridgeline-csrf";
const NOTICE: &str = "ridgeline-notice";
const LANGUAGE: &str = "ridgeline-language";
const THEME: &str = "ridgeline-theme";
const SHORTCUTS: &str = "ridgeline-shortcuts";

/// A record that was opened for a reason stays open this long.
const OPEN_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// A reason that was given (S3).
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) purpose: String,
    pub(crate) case_number: String,
    pub(crate) until: Timestamp,
}

/// What a handler gives.
pub(crate) enum Reply {
    /// A page.
    Page(String),
    /// A page with another status, such as a form with errors.
    Status(StatusCode, String),
    /// Go there.
    See(String),
    /// Go there; this is said above the page.
    SeeWith(String, Known),
    /// A picture; private, never cached on disk.
    Png(Vec<u8>),
    /// Data for a script of a page; private, never cached on disk.
    Json(String),
    /// Go there with these cookies.
    Cookies(String, Vec<(&'static str, String)>),
}

/// Why a handler gives no page.
pub(crate) enum WebError {
    /// Sign in first.
    SignIn,
    /// Nobody has an account yet.
    FirstStart,
    /// There is no such thing, or it is none of this person's business.
    NotFound,
    /// The form is not what the page sends.
    BadForm,
    /// The hub says no, or failed.
    Hub(HubError),
    /// The page could not be made.
    Render(RenderError),
}

impl From<HubError> for WebError {
    fn from(e: HubError) -> Self {
        Self::Hub(e)
    }
}

impl From<store::StoreError> for WebError {
    fn from(e: store::StoreError) -> Self {
        match e {
            store::StoreError::Missing { .. } => Self::NotFound,
            other => Self::Hub(other.into()),
        }
    }
}

impl From<policy::Denied> for WebError {
    fn from(e: policy::Denied) -> Self {
        Self::Hub(e.into())
    }
}

impl From<RenderError> for WebError {
    fn from(e: RenderError) -> Self {
        Self::Render(e)
    }
}

/// One request.
pub(crate) struct Visit {
    pub(crate) hub: Arc<Hub>,
    params: Vec<(String, String)>,
    path: String,
    query: String,
    body: Vec<u8>,
    cookies: Vec<(String, String)>,
    accept_language: String,
    session: Option<Session>,
    /// What a browser without a token is given: one for the whole response.
    fresh_csrf: String,
}

impl Visit {
    pub(crate) fn new(
        hub: Arc<Hub>,
        params: Vec<(String, String)>,
        uri: &Uri,
        headers: &HeaderMap,
        body: Vec<u8>,
    ) -> Self {
        let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let cookies: Vec<(String, String)> = text(header::COOKIE)
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut visit = Self {
            params,
            path: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
            query: uri.query().unwrap_or_default().to_owned(),
            body,
            cookies,
            accept_language: text(header::ACCEPT_LANGUAGE),
            session: None,
            fresh_csrf: crate::people::token(),
            hub,
        };
        visit.session = match visit.cookie(SESSION).map(|token| visit.hub.session(token)) {
            Some(Ok(session)) => session,
            Some(Err(error)) => {
                tracing::error!(%error, "cannot read a session");
                None
            }
            None => None,
        };
        visit
    }

    /// Checks the CSRF token of a POST, runs the handler, turns what it gives into a response.
    pub(crate) fn answer(&self, post: bool, handler: fn(&Self) -> WebResult) -> Response {
        let result = if post && !self.csrf_is_right(&self.field("csrf")) {
            // A form from a browser whose session has ended: signing in again is what helps. The doors themselves
            // (sign in, join, preferences) have a token of their own.
            if self.session.is_none() && self.cookie(CSRF).is_none() {
                Err(self.ask_in())
            } else {
                Err(WebError::BadForm)
            }
        } else {
            handler(self)
        };
        self.respond(result)
    }

    pub(crate) fn respond(&self, result: WebResult) -> Response {
        let mut response = match result {
            Ok(Reply::Page(html)) => html_response(StatusCode::OK, html),
            Ok(Reply::Status(status, html)) => html_response(status, html),
            Ok(Reply::See(to)) => see(&to, &[]),
            Ok(Reply::SeeWith(to, known)) => see(&to, &[(NOTICE, known.code().to_owned())]),
            Ok(Reply::Cookies(to, cookies)) => see(&to, &cookies),
            Ok(Reply::Png(bytes)) => {
                ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], bytes)
                    .into_response()
            }
            Ok(Reply::Json(text)) => {
                ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], text)
                    .into_response()
            }
            Err(error) => self.failed(error),
        };
        // A first visit gets the token that its forms will carry.
        if self.session.is_none() && self.cookie(CSRF).is_none() {
            set_cookie(&mut response, CSRF, &self.csrf());
        }
        if self.cookie(NOTICE).is_some() && !response.status().is_redirection() {
            set_cookie(&mut response, NOTICE, "");
        }
        response
    }

    fn failed(&self, error: WebError) -> Response {
        let mut needed = Vec::new();
        let (status, kind, detail) = match error {
            WebError::SignIn => {
                return see(&format!("{}{}", urls::SIGN_IN, urls::query(&[("next", &self.path)])), &[]);
            }
            WebError::FirstStart => return see(urls::FIRST_START, &[]),
            WebError::NotFound => (StatusCode::NOT_FOUND, ErrorKind::NotFound, None),
            WebError::BadForm => (StatusCode::BAD_REQUEST, ErrorKind::BadForm, None),
            WebError::Hub(HubError::Denied(denied)) => {
                needed = super::names::roles(denied.needed);
                (StatusCode::FORBIDDEN, ErrorKind::Forbidden, None)
            }
            WebError::Hub(HubError::Refused(why)) => {
                (StatusCode::CONFLICT, ErrorKind::Refused, Some(why.into()))
            }
            WebError::Hub(HubError::Store(store::StoreError::Missing { .. })) => {
                (StatusCode::NOT_FOUND, ErrorKind::NotFound, None)
            }
            WebError::Hub(HubError::Store(store::StoreError::Changed { .. })) => {
                (StatusCode::CONFLICT, ErrorKind::Conflict, None)
            }
            WebError::Hub(error) => {
                tracing::error!(%error, path = self.path, "a page failed");
                (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Failed, None)
            }
            WebError::Render(error) => {
                tracing::error!(%error, path = self.path, "a page could not be rendered");
                (StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::Failed, None)
            }
        };
        let view = ErrorView {
            status: status.as_u16(),
            kind,
            detail,
            needed,
            reference: None,
            back: urls::BOARD.to_owned(),
        };
        match console::pages::error(&self.ctx(), &view) {
            Ok(html) => html_response(status, html),
            Err(_) => status.into_response(),
        }
    }

    // Who ------------------------------------------------------------------------------------------------

    /// Where somebody who is not signed in is sent.
    fn ask_in(&self) -> WebError {
        match self.hub.is_new() {
            Ok(true) => WebError::FirstStart,
            Ok(false) => WebError::SignIn,
            Err(error) => error.into(),
        }
    }

    /// The signed-in person.
    pub(crate) fn user(&self) -> Result<&UserRow, WebError> {
        match &self.session {
            Some(session) => Ok(&session.user),
            None => Err(self.ask_in()),
        }
    }

    /// The signed-in person, if they may do this.
    pub(crate) fn need(&self, action: Action) -> Result<&UserRow, WebError> {
        let user = self.user()?;
        policy::may(&user.roles, action)?;
        Ok(user)
    }

    pub(crate) fn may(&self, action: Action) -> bool {
        self.session.as_ref().is_some_and(|s| policy::may(&s.user.roles, action).is_ok())
    }

    pub(crate) fn session_token(&self) -> Option<&str> {
        self.session.as_ref().and(self.cookie(SESSION))
    }

    // What was sent --------------------------------------------------------------------------------------

    pub(crate) fn param<T: std::str::FromStr>(&self, name: &str) -> Result<T, WebError> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .and_then(|(_, value)| value.parse().ok())
            .ok_or(WebError::NotFound)
    }

    pub(crate) fn form<T: DeserializeOwned>(&self) -> Result<T, WebError> {
        serde_urlencoded::from_bytes(&self.body).map_err(|_| WebError::BadForm)
    }

    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        serde_urlencoded::from_bytes(&self.body).unwrap_or_default()
    }

    pub(crate) fn query<T: DeserializeOwned + Default>(&self) -> T {
        serde_urlencoded::from_str(&self.query).unwrap_or_default()
    }

    fn field(&self, name: &str) -> String {
        self.pairs().into_iter().rev().find(|(n, _)| n == name).map(|(_, v)| v).unwrap_or_default()
    }

    fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// The session's token, or before sign-in the one that this browser was given (double submit).
    pub(crate) fn csrf(&self) -> String {
        match (&self.session, self.cookie(CSRF)) {
            (Some(session), _) => session.csrf.clone(),
            (None, Some(token)) => token.to_owned(),
            (None, None) => self.fresh_csrf.clone(),
        }
    }

    pub(crate) fn csrf_is_right(&self, sent: &str) -> bool {
        let known = match (&self.session, self.cookie(CSRF)) {
            (Some(session), _) => session.csrf.as_str(),
            (None, Some(token)) => token,
            (None, None) => return false,
        };
        // Digests of both are compared, so that the time taken tells nothing about the token.
        !sent.is_empty() && Digest::of(sent.as_bytes()) == Digest::of(known.as_bytes())
    }

    // How to answer --------------------------------------------------------------------------------------

    pub(crate) fn language(&self) -> Language {
        let chosen = self.cookie(LANGUAGE).and_then(Language::from_tag);
        let own = self.session.as_ref().and_then(|s| Language::from_tag(&s.user.language));
        chosen.or(own).unwrap_or_else(|| Language::from_accept(&self.accept_language))
    }

    /// The zone in which this hub shows and reads times.
    fn zone(&self) -> TimeZone {
        TimeZone::get(&self.hub.config.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// A day as typed, at its beginning in the hub's zone.
    pub(crate) fn day(&self, text: &str) -> Option<Timestamp> {
        let date: Date = text.trim().parse().ok()?;
        Some(date.to_zoned(self.zone()).ok()?.timestamp())
    }

    pub(crate) fn ctx(&self) -> Ctx {
        let mut ctx = Ctx::new(self.language(), self.hub.now(), self.csrf());
        ctx.theme = self.cookie(THEME).and_then(Theme::from_code).unwrap_or(Theme::Auto);
        ctx.shortcuts = self.cookie(SHORTCUTS) != Some("off");
        ctx.path.clone_from(&self.path);
        ctx.training = self.hub.config.training;
        ctx.hub_name.clone_from(&self.hub.config.name);
        ctx.zone = self.zone();
        if let Some(known) = self.cookie(NOTICE).and_then(Known::from_code) {
            ctx.notices.push(Notice::done(known));
        }
        if let Some(session) = &self.session {
            let user = &session.user;
            let roles = super::names::roles(&user.roles);
            ctx.areas = Ctx::usual_areas(&roles)
                .into_iter()
                .map(|area| AreaLink { area, waiting: self.waiting(area, user).unwrap_or(None) })
                .collect();
            ctx.user = Some(SignedIn { name: user.name.clone(), roles });
        }
        ctx
    }

    /// How much waits for this person in an area.
    fn waiting(&self, area: Area, user: &UserRow) -> Result<Option<u32>, HubError> {
        let count = match area {
            Area::Examine => self.hub.cases_for(user)?.len(),
            Area::Conflicts => self.hub.conflicts_for(user)?.len(),
            Area::Alerts => {
                let all = self.may(Action::WatchAlerts) || self.may(Action::RetractAlert);
                let rows =
                    self.hub.store.read(|v| if all { v.alerts(500) } else { v.alerts_for(user.id, 500) })?;
                rows.iter().filter(|a| a.state.is_unacknowledged()).count()
            }
            Area::Lists if self.may(Action::ApproveEntry) => {
                let proposed = self.hub.store.read(|v| v.entries_in(EntryState::Proposed))?;
                proposed.iter().filter(|e| e.proposed_by != user.id).count()
            }
            _ => 0,
        };
        Ok((count > 0).then_some(count as u32))
    }

    // Reasons (S3) ---------------------------------------------------------------------------------------

    pub(crate) fn opened(&self, subject: &str) -> Option<Opened> {
        let token = Digest::of(self.session_token()?.as_bytes());
        let opened = self.hub.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.get(&(token, subject.to_owned())).filter(|o| o.until > self.hub.now()).cloned()
    }

    pub(crate) fn keep_open(&self, subject: &str, purpose: &str, case_number: &str) {
        let Some(token) = self.session_token().map(|t| Digest::of(t.as_bytes())) else { return };
        let now = self.hub.now();
        let until = now.checked_add(OPEN_LIFE).unwrap_or(now);
        let mut opened = self.hub.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.retain(|_, o| o.until > now);
        opened.insert(
            (token, subject.to_owned()),
            Opened { purpose: purpose.to_owned(), case_number: case_number.to_owned(), until },
        );
    }

    /// Cookies that keep a choice of language, theme or shortcuts.
    pub(crate) fn preference_cookies(
        language: Option<Language>,
        theme: Option<Theme>,
        shortcuts: Option<&str>,
    ) -> Vec<(&'static str, String)> {
        let mut cookies = Vec::new();
        if let Some(language) = language {
            cookies.push((LANGUAGE, language.tag().to_owned()));
        }
        if let Some(theme) = theme {
            cookies.push((THEME, theme.code().to_owned()));
        }
        if let Some(shortcuts) = shortcuts {
            cookies.push((SHORTCUTS, if shortcuts == "off" { "off" } else { "on" }.to_owned()));
        }
        cookies
    }

    /// Cookies of a browser that has just signed in, or out.
    pub(crate) fn session_cookies(token: &str) -> Vec<(&'static str, String)> {
        vec![(SESSION, token.to_owned())]
    }

    /// A person's name, for pages that may name people.
    pub(crate) fn person(&self, id: model::UserId) -> String {
        match self.hub.store.read(|v| v.user(id)) {
            Ok(Some(user)) => user.name,
            _ => "?".to_owned(),
        }
    }

    pub(crate) fn is_lead(&self) -> bool {
        self.session.as_ref().is_some_and(|s| casework::is_lead(&s.user))
    }
}

fn html_response(status: StatusCode, html: String) -> Response {
    // Pages hold personal data: no cache keeps them.
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, html).into_response()
}

fn see(to: &str, cookies: &[(&'static str, String)]) -> Response {
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response();
    for (name, value) in cookies {
        set_cookie(&mut response, name, value);
    }
    response
}

/// Cookies live as long as the browser; preferences a year. `Secure` is left out for plain HTTP on this machine:
/// a browser would drop the cookie; a hub with TLS is reached by nothing else.
fn set_cookie(response: &mut Response, name: &str, value: &str) {
    let life = match name {
        LANGUAGE | THEME | SHORTCUTS => "; Max-Age=31536000",
        _ if value.is_empty() => "; Max-Age=0",
        _ => "",
    };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{life}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
