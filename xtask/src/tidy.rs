//! `cargo xtask tidy`: what the compiler cannot know about this tree. Each finding is one line with its place.

mod edges;
mod text;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// A file that git knows, or would take.
struct Source {
    path: String,
    bytes: Vec<u8>,
}

/// Prints every finding, and fails if there is one.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let sources = sources(root)?;
    let mut found = edges::check(&metadata(root, &["--no-deps"])?)?;
    for source in &sources {
        found.extend(text::check(&source.path, &source.bytes));
    }
    found.extend(text::check_libraries(&sources));
    found.sort();
    for line in &found {
        println!("{line}");
    }
    match found.len() {
        0 => println!("tidy: {} files, nothing found", sources.len()),
        n => bail!("tidy: {n} findings in {} files", sources.len()),
    }
    Ok(())
}

/// What `cargo metadata` says of the workspace.
pub(crate) fn metadata(root: &Path, options: &[&str]) -> anyhow::Result<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(options)
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "cargo metadata failed; is Cargo.lock up to date?");
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Every file of the checkout that is not ignored.
fn sources(root: &Path) -> anyhow::Result<Vec<Source>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .context("git lists the files that tidy reads")?;
    ensure!(output.status.success(), "git ls-files failed: tidy needs a checkout");
    let names = String::from_utf8(output.stdout).context("a file name that is not UTF-8")?;
    let mut sources = vec![];
    for path in names.split_terminator('\0') {
        // Deleted, but not yet in a commit.
        let file = root.join(path);
        if fs::metadata(&file).is_ok_and(|found| found.is_file()) {
            sources.push(Source { path: path.to_owned(), bytes: fs::read(&file)? });
        }
    }
    ensure!(!sources.is_empty(), "no files: run it at the root of the checkout");
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn this_tree_is_tidy() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        if root.join(".git").exists() {
            super::run(root).unwrap();
        } else {
            println!("skipped: no git checkout, so no list of files");
        }
    }
}
