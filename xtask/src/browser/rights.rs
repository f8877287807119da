//! Every address against every role: who is let in, who is refused.

use super::people::{Crew, SESSION};
use anyhow::{Context as _, ensure};
use std::time::Duration;

/// What every role may do, and nobody else.
const ALL: &[&str] = &[
    "administrator",
    "agreement-officer",
    "list-originator",
    "list-approver",
    "examiner",
    "lead-examiner",
    "recipient",
    "watch-officer",
    "auditor",
    "site-supervisor",
    "redress-officer",
    "quality-officer",
];

const ENCOUNTERS: &[&str] =
    &["site-supervisor", "watch-officer", "recipient", "quality-officer", "redress-officer", "auditor"];
const OPEN: &[&str] = &["site-supervisor", "watch-officer", "recipient", "redress-officer"];
const LISTS: &[&str] =
    &["list-originator", "list-approver", "redress-officer", "auditor", "agreement-officer"];
const IMAGES: &[&str] = &["list-originator", "list-approver"];
const EXAMINE: &[&str] = &["examiner", "lead-examiner"];
const ALERTS: &[&str] = &["recipient", "watch-officer", "auditor", "lead-examiner"];
const STATIONS: &[&str] = &["site-supervisor", "watch-officer", "administrator", "auditor"];
const AGREEMENTS: &[&str] =
    &["agreement-officer", "list-originator", "list-approver", "redress-officer", "auditor"];

/// Method, address and who is let in. `{x}` is filled from what the walk met.
pub(super) const TABLE: &[(&str, &str, &[&str])] = &[
    ("GET", "/", ALL),
    ("GET", "/profile", ALL),
    ("GET", "/help", ALL),
    ("GET", "/encounters", ENCOUNTERS),
    ("GET", "/encounters/{encounter}", OPEN),
    ("POST", "/encounters/{encounter}/open", OPEN),
    ("GET", "/encounters/{encounter}/image/1", OPEN),
    ("GET", "/lists", LISTS),
    ("GET", "/lists/{list}", LISTS),
    ("POST", "/lists/{list}/twice", &["list-originator", "list-approver"]),
    ("GET", "/lists/{list}/propose", &["list-originator"]),
    ("GET", "/entries/{entry}", LISTS),
    ("POST", "/entries/{entry}/open", LISTS),
    ("GET", "/entries/{entry}/image/1", IMAGES),
    ("POST", "/entries/{entry}/act", LISTS),
    ("GET", "/entries/{entry}/approve", &["list-approver"]),
    ("POST", "/entries/{entry}/approve", &["list-approver"]),
    ("GET", "/examine", EXAMINE),
    ("POST", "/examine/next", EXAMINE),
    ("GET", "/examine/{case}", EXAMINE),
    ("GET", "/examine/{case}/image/probe/1", EXAMINE),
    ("GET", "/examine/{case}/layers/probe/1", EXAMINE),
    ("POST", "/examine/{case}/decide", EXAMINE),
    ("GET", "/conflicts", &["lead-examiner"]),
    ("POST", "/conflicts/{case}/take", &["lead-examiner"]),
    ("GET", "/alerts", ALERTS),
    ("GET", "/alerts/{alert}", ALERTS),
    ("POST", "/alerts/{alert}/act", &["recipient", "watch-officer", "lead-examiner"]),
    ("GET", "/redress", &["redress-officer"]),
    ("POST", "/redress/new", &["redress-officer"]),
    ("GET", "/redress/{entry}", &["redress-officer"]),
    ("POST", "/redress/{entry}/act", &["redress-officer"]),
    ("GET", "/quality", &["quality-officer"]),
    ("POST", "/quality/{case}/withdraw", &["quality-officer"]),
    ("GET", "/stations", STATIONS),
    ("POST", "/stations/new", &["administrator"]),
    ("POST", "/stations/{station}/act", &["administrator"]),
    ("GET", "/agreements", AGREEMENTS),
    ("GET", "/agreements/{agreement}", AGREEMENTS),
    ("GET", "/agreements/{agreement}/diff?from=1&to=1", AGREEMENTS),
    ("GET", "/audit", &["auditor"]),
    ("POST", "/audit/verify", &["auditor"]),
    ("GET", "/users", &["administrator", "auditor"]),
    ("POST", "/users/invite", &["administrator"]),
    ("POST", "/users/{user}/act", &["administrator"]),
];

/// Asks for every address as every role and as nobody; gives how many answers were as they must be.
pub(super) fn check(base: &str, crew: &Crew, ids: &[(&str, String)]) -> anyhow::Result<usize> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .proxy(None);
    let agent: ureq::Agent = config.build().into();
    let ask = |method: &str, path: &str, session: &str, csrf: &str| -> anyhow::Result<(u16, String)> {
        let cookie = format!("{SESSION}={session}");
        let url = format!("{base}{path}");
        let mut reply = match method {
            "POST" => agent
                .post(url)
                .header("cookie", cookie)
                .header("content-type", "application/x-www-form-urlencoded")
                .send(format!("csrf={csrf}"))?,
            _ => agent.get(url).header("cookie", cookie).call()?,
        };
        let body = reply.body_mut().read_to_vec()?;
        Ok((reply.status().as_u16(), String::from_utf8_lossy(&body).into_owned()))
    };
    let filled = |path: &str| -> anyhow::Result<String> {
        let path =
            ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        ensure!(!path.contains('{'), "{path}: the walk met no such thing");
        Ok(path)
    };
    let mut right = 0;
    let mut wrong = Vec::new();
    for role in ALL {
        let person = crew.role(role)?;
        let (_, profile) = ask("GET", "/profile", &person.session, "")?;
        let (_, rest) = profile.split_once("name=\"csrf\" value=\"").context("a page without a token")?;
        let csrf = rest.split('"').next().unwrap_or_default().to_owned();
        for (method, path, allowed) in TABLE {
            let path = filled(path)?;
            let (status, _) = ask(method, &path, &person.session, &csrf)?;
            // Whoever is let in may still be told that something is missing, decided or wrongly filled.
            let as_it_must = match allowed.contains(role) {
                true => !matches!(status, 401 | 403 | 405 | 500..),
                false => status == 403,
            };
            if as_it_must {
                right += 1
            } else {
                wrong.push(format!("{role} {method} {path}: {status}"))
            }
            if *method == "POST" {
                let (status, _) = ask(method, &path, &person.session, "wrong")?;
                if status == 400 {
                    right += 1
                } else {
                    wrong.push(format!("{role} {method} {path} without token: {status}"))
                }
            }
        }
    }
    for (method, path, _) in TABLE {
        let path = filled(path)?;
        let (status, body) = ask(method, &path, "nobody", "")?;
        // To the sign-in page, with nothing on the way.
        let shut = status == 303 && body.is_empty();
        if shut { right += 1 } else { wrong.push(format!("nobody {method} {path}: {status}")) }
    }
    ensure!(
        wrong.is_empty(),
        "{} of {} answers are wrong:\n  {}",
        wrong.len(),
        wrong.len() + right,
        wrong.join("\n  ")
    );
    Ok(right)
}
