//! First start, signing in and out, joining, preferences, one's own profile.

use super::{Reply, Visit, WebError, WebResult};
use crate::{HubError, Refusal, people::MIN_PASSWORD};
use axum::http::StatusCode;
use console::{
    Known, forms, pages, urls,
    view::{FieldError, FirstStartView, JoinView, ProfileView, SignInView},
};

const MIN: u32 = MIN_PASSWORD as u32;

pub(super) fn not_found(_: &Visit) -> WebResult {
    Err(WebError::NotFound)
}

pub(super) fn first_start(visit: &Visit) -> WebResult {
    if !visit.hub.is_new()? {
        return Ok(Reply::See(urls::SIGN_IN.to_owned()));
    }
    let view = FirstStartView { login: "admin".into(), password_min_chars: MIN, ..FirstStartView::default() };
    Ok(Reply::Page(pages::first_start(&visit.ctx(), &view)?))
}

pub(super) fn enrol_first(visit: &Visit) -> WebResult {
    let form: forms::FirstStart = visit.form()?;
    if !visit.hub.is_new()? {
        return Ok(Reply::See(urls::SIGN_IN.to_owned()));
    }
    let joined = match passwords(&form.password, &form.password_again) {
        Ok(()) => {
            let language = visit.language().tag();
            let made = visit.hub.join(&form.code, Some(&form.login), &form.name, &form.password, language);
            field("code", made.map(drop))?
        }
        wrong => wrong,
    };
    match joined {
        Ok(()) => Ok(Reply::SeeWith(urls::SIGN_IN.to_owned(), Known::AccountMade)),
        Err(error) => {
            let view = FirstStartView {
                name: form.name,
                login: form.login,
                password_min_chars: MIN,
                errors: vec![error],
            };
            Ok(Reply::Status(StatusCode::UNPROCESSABLE_ENTITY, pages::first_start(&visit.ctx(), &view)?))
        }
    }
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Next {
    next: String,
}

pub(super) fn sign_in(visit: &Visit) -> WebResult {
    match visit.user() {
        Ok(_) => return Ok(Reply::See(urls::BOARD.to_owned())),
        Err(WebError::FirstStart) => return Err(WebError::FirstStart),
        Err(_) => {}
    }
    let view = SignInView { next: visit.query::<Next>().next, ..SignInView::default() };
    Ok(Reply::Page(pages::sign_in(&visit.ctx(), &view)?))
}

pub(super) fn do_sign_in(visit: &Visit) -> WebResult {
    let form: forms::SignIn = visit.form()?;
    match visit.hub.sign_in(&form.login, &form.password) {
        Ok(token) => {
            Ok(Reply::Cookies(urls::local_path(&form.next).to_owned(), Visit::session_cookies(&token)))
        }
        Err(HubError::Refused(why)) => {
            let error = match why {
                Refusal::WrongLogin => FieldError::new("login", Known::WrongLogin),
                other => FieldError::new("login", other),
            };
            let view =
                SignInView { login: form.login, next: form.next, locked_until: None, errors: vec![error] };
            Ok(Reply::Status(StatusCode::UNPROCESSABLE_ENTITY, pages::sign_in(&visit.ctx(), &view)?))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn sign_out(visit: &Visit) -> WebResult {
    let user = visit.user()?.id;
    if let Some(token) = visit.session_token() {
        visit.hub.sign_out(token, user)?;
    }
    Ok(Reply::Cookies(urls::SIGN_IN.to_owned(), Visit::session_cookies("")))
}

pub(super) fn join(visit: &Visit) -> WebResult {
    let view = JoinView { password_min_chars: MIN, ..JoinView::default() };
    Ok(Reply::Page(pages::join(&visit.ctx(), &view)?))
}

pub(super) fn do_join(visit: &Visit) -> WebResult {
    let form: forms::Join = visit.form()?;
    let joined = match passwords(&form.password, &form.password_again) {
        Ok(()) => {
            let made = visit.hub.join_as(&form.login, &form.code, &form.password, visit.language().tag());
            field("code", made.map(drop))?
        }
        wrong => wrong,
    };
    match joined {
        Ok(()) => Ok(Reply::SeeWith(urls::SIGN_IN.to_owned(), Known::AccountMade)),
        Err(error) => {
            let view = JoinView { login: form.login, password_min_chars: MIN, errors: vec![error] };
            Ok(Reply::Status(StatusCode::UNPROCESSABLE_ENTITY, pages::join(&visit.ctx(), &view)?))
        }
    }
}

/// Also before sign-in: whoever cannot read the language cannot sign in.
pub(super) fn preferences(visit: &Visit) -> WebResult {
    let form: forms::Preferences = visit.form()?;
    if let (Ok(user), Some(language)) = (visit.user(), form.language) {
        visit.hub.set_language(user, language.tag())?;
    }
    let cookies = Visit::preference_cookies(form.language, form.theme, form.shortcuts.as_deref());
    Ok(Reply::Cookies(urls::local_path(&form.back).to_owned(), cookies))
}

pub(super) fn profile(visit: &Visit) -> WebResult {
    profile_page(visit, Vec::new(), StatusCode::OK)
}

pub(super) fn change_password(visit: &Visit) -> WebResult {
    let form: forms::NewPassword = visit.form()?;
    let user = visit.user()?;
    let changed = match passwords(&form.password, &form.password_again) {
        Ok(()) => field("current", visit.hub.change_password(user, &form.current, &form.password))?,
        wrong => wrong,
    };
    match changed {
        Ok(()) => Ok(Reply::SeeWith(urls::SIGN_IN.to_owned(), Known::PasswordChanged)),
        Err(error) => profile_page(visit, vec![error], StatusCode::UNPROCESSABLE_ENTITY),
    }
}

fn profile_page(visit: &Visit, errors: Vec<FieldError>, status: StatusCode) -> WebResult {
    let user = visit.user()?;
    let leaves = visit.hub.store.read(|v| v.leaves_about(&format!("user:{}", user.id)))?;
    let mut sign_ins: Vec<_> = leaves.iter().filter(|l| l.kind == "session.started").map(|l| l.at).collect();
    sign_ins.sort();
    let view = ProfileView {
        name: user.name.clone(),
        login: user.login.clone(),
        roles: super::names::roles(&user.roles),
        last_sign_in: sign_ins.iter().rev().nth(1).copied(),
        password_min_chars: MIN,
        errors,
    };
    Ok(Reply::Status(status, pages::profile(&visit.ctx(), &view)?))
}

pub(super) fn help(visit: &Visit) -> WebResult {
    visit.user()?;
    Ok(Reply::Page(pages::help(&visit.ctx())?))
}

fn passwords(one: &str, again: &str) -> Result<(), FieldError> {
    if one.chars().count() < MIN_PASSWORD {
        Err(FieldError::new("password", Known::PasswordShort))
    } else if one != again {
        Err(FieldError::new("password_again", Known::PasswordsDiffer))
    } else {
        Ok(())
    }
}

/// A refusal is said beside the field; what failed otherwise is no fault of the form.
fn field(name: &str, done: Result<(), HubError>) -> Result<Result<(), FieldError>, HubError> {
    match done {
        Ok(()) => Ok(Ok(())),
        Err(HubError::Refused(Refusal::WrongCode)) => Ok(Err(FieldError::new(name, Known::WrongCode))),
        Err(HubError::Refused(why @ Refusal::PasswordLength { .. })) => {
            Ok(Err(FieldError::new("password", why)))
        }
        Err(HubError::Refused(why)) => Ok(Err(FieldError::new(name, why))),
        Err(other) => Err(other),
    }
}
