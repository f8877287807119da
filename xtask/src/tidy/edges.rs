//! Which crate of the workspace may use which. Arrows point down only.

use anyhow::Context as _;
use serde_json::Value;

/// A crate and what it may use: in the product, and besides that in its tests, examples and benches.
///
/// The order is the house's, lowest first: a crate uses only what stands above it in this table. Tests may also use
/// their own crate with other features. A new line or name here is a decision about the design: say why in the commit.
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    ("nist-itl", &[], &["nist-itl"]),
    ("wsq-codec", &[], &[]),
    ("biometric-records", &[], &[]),
    ("model", &[], &[]),
    ("raster", &["wsq-codec"], &[]),
    ("net", &[], &[]),
    ("finger", &["net", "model", "raster", "biometric-records"], &["synth"]),
    ("iris", &["net", "model", "raster"], &["synth"]),
    ("gallery", &["model", "finger", "iris"], &["synth"]),
    ("synth", &["model", "raster", "finger", "iris"], &[]),
    ("policy", &["model"], &[]),
    ("exchange", &["model"], &["exchange"]),
    (
        "screening",
        &["model", "raster", "finger", "iris", "gallery", "policy", "exchange", "nist-itl"],
        &["synth"],
    ),
    ("store", &["model"], &[]),
    ("console", &["model"], &[]),
    (
        "hub",
        &[
            "model",
            "raster",
            "finger",
            "iris",
            "gallery",
            "policy",
            "exchange",
            "screening",
            "store",
            "console",
        ],
        &["nist-itl", "station", "synth"],
    ),
    ("station", &["model", "exchange"], &["exchange"]),
    ("lab", &["model", "raster", "finger", "iris", "gallery", "synth"], &[]),
    (
        "ridgeline",
        &[
            "model",
            "raster",
            "finger",
            "iris",
            "gallery",
            "synth",
            "policy",
            "exchange",
            "screening",
            "store",
            "hub",
            "station",
            "lab",
            "nist-itl",
            "wsq-codec",
            "biometric-records",
        ],
        &["exchange"],
    ),
    ("xtask", &[], &[]),
];

/// The edges in `metadata` (`cargo metadata --no-deps`) that are not allowed.
pub(super) fn check(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let mut found = vec![];
    for package in metadata["packages"].as_array().context("metadata without packages")? {
        let name = short(&package["name"]);
        let Some((_, normal, tests)) = ALLOWED.iter().find(|(known, ..)| *known == name) else {
            found.push(format!("{name}: a crate that xtask/src/tidy/edges.rs does not know"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            // Only the workspace's own have a path.
            if dependency["path"].is_null() {
                continue;
            }
            let used = short(&dependency["name"]);
            let in_tests = dependency["kind"] == "dev";
            if !(normal.contains(&used) || in_tests && tests.contains(&used)) {
                let where_ = if in_tests { " in its tests" } else { "" };
                found.push(format!(
                    "{name}: may not use {used}{where_} (the allowed edges are in xtask/src/tidy/edges.rs)"
                ));
            }
        }
    }
    Ok(found)
}

fn short(name: &Value) -> &str {
    let name = name.as_str().unwrap_or_default();
    name.strip_prefix("ridgeline-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn allowed_arrows_point_down() {
        let place = |name: &str| ALLOWED.iter().position(|(known, ..)| *known == name);
        for (at, (name, normal, tests)) in ALLOWED.iter().enumerate() {
            for used in *normal {
                assert!(place(used).is_some_and(|below| below < at), "{name} -> {used}");
            }
            for used in *tests {
                assert!(place(used).is_some(), "{name} -> {used}");
            }
        }
    }

    #[test]
    fn a_new_edge_is_found() {
        let check = |name: &str, used: &str, kind: Value, expected: usize| {
            let dependency = json!({"name": used, "kind": kind, "path": "somewhere"});
            let metadata = json!({"packages": [{"name": name, "dependencies": [dependency]}]});
            assert_eq!(check(&metadata).unwrap().len(), expected, "{name} -> {used}");
        };
        check("ridgeline-hub", "ridgeline-store", Value::Null, 0);
        check("ridgeline-store", "ridgeline-hub", Value::Null, 1);
        check("ridgeline-finger", "ridgeline-synth", json!("dev"), 0);
        check("ridgeline-finger", "ridgeline-synth", Value::Null, 1);
        check("ridgeline-finger", "ridgeline-synth", json!("build"), 1);
        check("ridgeline-faces", "ridgeline-model", Value::Null, 1);
    }

    #[test]
    fn other_peoples_crates_are_not_edges() {
        let dependency = json!({"name": "serde", "kind": null, "path": null});
        let metadata = json!({"packages": [{"name": "xtask", "dependencies": [dependency]}]});
        assert_eq!(check(&metadata).unwrap(), [""; 0]);
    }
}
