//! Places where tests let the process die.
//!
//! [`point`] does nothing unless the environment variable [`VARIABLE`] names it; then the process aborts at once,
//! as if it had been killed with signal 9: no destructor runs, nothing is flushed. The tests of the outbox, of the
//! uplink and of the hub's stages restart the process and check that nothing was lost and nothing doubled.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{LazyLock, Mutex},
};

/// `NAME` aborts at the first pass of that point, `NAME:3` at the third, `*:17` at the seventeenth pass of any.
pub const VARIABLE: &str = "RIDGELINE_FAULT_POINT";

/// Where set, names a file to which every pass appends the point's name, so that a harness learns what exists.
pub const TRACE_VARIABLE: &str = "RIDGELINE_FAULT_TRACE";

struct Plan {
    name: String,
    pass: u64,
    trace: Option<std::path::PathBuf>,
    passes: Mutex<HashMap<&'static str, u64>>,
}

static PLAN: LazyLock<Option<Plan>> = LazyLock::new(|| {
    let text = std::env::var(VARIABLE).ok();
    let trace = std::env::var_os(TRACE_VARIABLE).map(Into::into);
    if text.is_none() && trace.is_none() {
        return None;
    }
    let (name, pass) = parse(text.as_deref().unwrap_or_default());
    Some(Plan { name, pass, trace, passes: Mutex::default() })
});

fn parse(text: &str) -> (String, u64) {
    match text.rsplit_once(':') {
        Some((name, pass)) => (name.to_owned(), pass.parse().unwrap_or(1)),
        None => (text.to_owned(), 1),
    }
}

/// Dies here if [`VARIABLE`] says so. Costs one load where it does not.
pub fn point(name: &'static str) {
    let Some(plan) = PLAN.as_ref() else { return };
    let Ok(mut passes) = plan.passes.lock() else { return };
    if let Some(path) = &plan.trace
        && let Ok(mut file) = std::fs::File::options().create(true).append(true).open(path)
    {
        let _ = file.write_all(format!("{name}\n").as_bytes());
    }
    let key = if plan.name == "*" { "*" } else { name };
    let count = passes.entry(key).or_default();
    *count += 1;
    if plan.name == key && *count == plan.pass {
        eprintln!("fault point {name}: aborting");
        std::process::abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_plan() {
        for (text, name, pass) in [("a.b", "a.b", 1), ("a.b:3", "a.b", 3), ("*:17", "*", 17), ("a:x", "a", 1)]
        {
            assert_eq!(parse(text), (name.to_owned(), pass), "{text}");
        }
    }

    #[test]
    fn does_nothing_unasked() {
        point("exchange.test");
    }
}
