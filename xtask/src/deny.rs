//! `cargo xtask deny`: licences, banned crates and sources, by the lists of deny.toml, from `cargo metadata` alone.

mod licence;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// A crate with one of these in its name reads faces (S7), whether or not deny.toml knows it yet.
const FACE_PARTS: &[&str] = &[
    "arcface",
    "blazeface",
    "cosface",
    "deepface",
    "face-detect",
    "face-id",
    "face-landmark",
    "face-match",
    "face-recog",
    "facenet",
    "facerec",
    "insightface",
    "mtcnn",
    "rekognition",
    "retinaface",
    "rust-faces",
    "rustface",
    "seetaface",
    "sphereface",
];

/// The locks of both workspaces: what is locked can be built.
const LOCKS: &[&str] = &["Cargo.lock", "fuzz/Cargo.lock"];

/// What deny.toml says, as far as it is read here.
struct Lists {
    allowed: BTreeSet<String>,
    banned: BTreeMap<String, String>,
    registries: Vec<String>,
}

/// Prints every finding, and fails if there is one.
pub(crate) fn run() -> anyhow::Result<()> {
    let lists = Lists::read(&fs::read_to_string("deny.toml").context("deny.toml")?)?;
    let metadata = crate::tidy::metadata(Path::new("."), &["--all-features"])?;
    let packages = metadata["packages"].as_array().context("metadata without packages")?;
    let mut found = packages.iter().filter_map(|package| lists.licence(package)).collect::<Vec<_>>();
    found.extend(built()?.iter().filter_map(|name| lists.ban(name)));
    for path in LOCKS {
        found.extend(check_lock(path, &fs::read_to_string(path).context(*path)?)?);
    }
    found.sort();
    found.dedup();
    for line in &found {
        println!("{line}");
    }
    ensure!(found.is_empty(), "deny: {} findings in {} packages", found.len(), packages.len());
    println!("deny: {} packages, nothing found", packages.len());
    Ok(())
}

impl Lists {
    fn read(text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = text.parse().context("deny.toml")?;
        let strings = |part: &str, key: &str| -> anyhow::Result<Vec<String>> {
            let list = table.get(part).and_then(|part| part.get(key)).and_then(toml::Value::as_array);
            let list = list.with_context(|| format!("deny.toml without {part}.{key}"))?;
            Ok(list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
        };
        let bans = table.get("bans").and_then(|bans| bans.get("deny")).and_then(toml::Value::as_array);
        let mut banned = BTreeMap::new();
        for ban in bans.context("deny.toml without bans.deny")? {
            let part = |key| ban.get(key).and_then(toml::Value::as_str).map(str::to_owned);
            let name = part("crate").context("a ban without a crate")?;
            let reason = part("reason").with_context(|| format!("the ban of {name} has no reason"))?;
            if banned.insert(name.clone(), reason).is_some() {
                bail!("{name} is banned twice");
            }
        }
        Ok(Self {
            allowed: strings("licenses", "allow")?.into_iter().collect(),
            banned,
            registries: strings("sources", "allow-registry")?,
        })
    }

    /// What is wrong with a package's licence or source.
    fn licence(&self, package: &Value) -> Option<String> {
        let name = package["name"].as_str().unwrap_or("?");
        if let Some(source) = package["source"].as_str() {
            let registry = source.strip_prefix("registry+").unwrap_or_default();
            if !self.registries.iter().any(|known| known == registry) {
                return Some(format!("{name}: comes from {source}"));
            }
        }
        let Some(expression) = package["license"].as_str() else {
            return Some(format!("{name}: names no licence"));
        };
        match licence::satisfied(expression, &|one| self.allowed.contains(one)) {
            Ok(true) => None,
            Ok(false) => Some(format!("{name}: {expression} is not among the licences of deny.toml")),
            Err(error) => Some(format!("{name}: {expression}: {error:#}")),
        }
    }

    fn ban(&self, name: &str) -> Option<String> {
        let reason = self.banned.get(name)?;
        Some(format!(
            "{name}: banned ({reason}); `cargo tree --workspace --invert {name}` says who brings it"
        ))
    }
}

/// The crates that a build takes in, on any platform. A lock also names what optional features would bring.
fn built() -> anyhow::Result<BTreeSet<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--workspace", "--locked", "--all-features", "--target", "all"])
        .args(["--edges", "normal,build,dev", "--prefix", "none", "--no-dedupe", "--format", "{p}"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "cargo tree failed");
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

/// Crates for faces in a lock file.
fn check_lock(path: &str, text: &str) -> anyhow::Result<Vec<String>> {
    let lock: toml::Table = text.parse().context(path.to_owned())?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let packages = packages.with_context(|| format!("{path} without packages"))?;
    let names = packages.iter().filter_map(|package| package.get("name")?.as_str());
    Ok(names
        .filter(|name| {
            // From the beginning of a word: an "interface-id" is no face.
            let name = format!("-{}", name.to_lowercase().replace('_', "-"));
            FACE_PARTS.iter().any(|part| name.contains(&format!("-{part}")))
        })
        .map(|name| format!("{path}: {name}: no face matching (S7)"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LISTS: &str = r#"
        [licenses]
        allow = ["MIT", "ISC"]
        [bans]
        deny = [{ crate = "ring", reason = "one provider" }]
        [sources]
        allow-registry = ["https://example.org/index"]
    "#;

    #[test]
    fn licences_and_sources() {
        let lists = Lists::read(LISTS).unwrap();
        let check = |package: Value, expected: Option<&str>| {
            let found = lists.licence(&package);
            match expected {
                None => assert_eq!(found, None),
                Some(part) => assert!(found.as_ref().is_some_and(|found| found.contains(part)), "{found:?}"),
            }
        };
        let from = "registry+https://example.org/index";
        check(json!({"name": "a", "license": "MIT OR GPL-3.0", "source": from}), None);
        check(json!({"name": "a", "license": "MIT", "source": null}), None);
        check(json!({"name": "a", "license": "GPL-3.0", "source": from}), Some("not among"));
        check(json!({"name": "a", "license": null, "source": from}), Some("no licence"));
        check(
            json!({"name": "a", "license": "MIT", "source": "git+https://example.org/a"}),
            Some("comes from"),
        );
    }

    #[test]
    fn bans() {
        let lists = Lists::read(LISTS).unwrap();
        assert!(lists.ban("ring").is_some_and(|found| found.contains("one provider")));
        assert_eq!(lists.ban("spring"), None);
        assert!(Lists::read(&LISTS.replace("reason", "because")).is_err());
        assert!(Lists::read("").is_err());
    }

    #[test]
    fn faces_in_a_lock_are_found() {
        let lock = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n");
        for name in ["rustface", "dlib-face-recognition", "Face_Recognition", "insightface-rs", "my-facenet"]
        {
            assert_eq!(check_lock("a", &lock(name)).unwrap().len(), 1, "{name}");
        }
        for name in ["surface", "typeface-matcher", "interface-id", "facet"] {
            assert_eq!(check_lock("a", &lock(name)).unwrap().len(), 0, "{name}");
        }
    }

    #[test]
    fn the_locks_of_this_tree_hold_no_faces() {
        for path in LOCKS {
            let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
            let lock = fs::read_to_string(root.join(path)).unwrap();
            assert_eq!(check_lock(path, &lock).unwrap(), [""; 0]);
        }
    }

    #[test]
    fn the_lists_of_this_tree_can_be_read() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../deny.toml");
        let lists = Lists::read(&fs::read_to_string(path).unwrap()).unwrap();
        assert!(lists.allowed.contains("MIT") && !lists.allowed.iter().any(|one| one.contains("GPL")));
        let faces = lists.banned.values().filter(|reason| reason.starts_with("S7")).count();
        assert!(faces >= 10, "{faces}");
    }
}
