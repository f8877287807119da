//! The list of images to evaluate: `path,subject,instance[,ppi][,quality]`.

use std::path::{Path, PathBuf};

/// Most rows: 20,000 images make 200 million pairs, days of work on one core.
pub const MAX_ROWS: usize = 20_000;

/// One image.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The file.
    pub path: PathBuf,
    /// The path as written, without its extension: the name in score files.
    pub name: String,
    /// Whose it is.
    pub subject: String,
    /// Which finger or eye of that subject.
    pub instance: String,
    /// Resolution, where the manifest says it.
    pub ppi: Option<f64>,
    /// Quality that another program gave it, 0 to 100, where the manifest says it: to stand beside ours.
    pub quality: Option<u8>,
}

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A column is missing.
    #[error("the header needs the columns path, subject and instance; {0} is missing")]
    Column(&'static str),
    /// A row cannot be read.
    #[error("line {line}: {what}")]
    Row {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Over [`MAX_ROWS`].
    #[error("more than {MAX_ROWS} images")]
    TooLong,
}

/// Reads a manifest; paths are relative to its folder.
///
/// # Errors
/// [`ManifestError`] with the line.
pub fn read(path: &Path) -> Result<Vec<Entry>, ManifestError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ManifestError::Read { path: path.to_path_buf(), source })?;
    parse(&text, path.parent().unwrap_or(Path::new("")))
}

fn parse(text: &str, folder: &Path) -> Result<Vec<Entry>, ManifestError> {
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    let header = fields(lines.next().map_or("", |(_, l)| l.trim_start_matches('\u{feff}')));
    let column = |name: &str| header.iter().position(|h| h.trim().eq_ignore_ascii_case(name));
    let path_at = column("path").ok_or(ManifestError::Column("path"))?;
    let subject_at = column("subject").ok_or(ManifestError::Column("subject"))?;
    let instance_at = column("instance").ok_or(ManifestError::Column("instance"))?;
    let (ppi_at, quality_at) = (column("ppi"), column("quality"));
    let mut entries = Vec::new();
    for (number, line) in lines {
        if entries.len() == MAX_ROWS {
            return Err(ManifestError::TooLong);
        }
        let bad = |what: String| ManifestError::Row { line: number + 1, what };
        let row = fields(line);
        let get = |at: usize| {
            row.get(at).map(|f| f.trim().to_owned()).ok_or_else(|| bad(format!("only {} columns", row.len())))
        };
        let written = get(path_at)?;
        let some = |at: Option<usize>| row.get(at?).map(|f| f.trim()).filter(|f| !f.is_empty());
        let ppi = match some(ppi_at) {
            None => None,
            Some(f) => Some(f.parse::<f64>().map_err(|_| bad(format!("{f} is no resolution")))?),
        };
        let quality = match some(quality_at) {
            None => None,
            Some(f) => Some(f.parse::<u8>().map_err(|_| bad(format!("{f} is no quality")))?),
        };
        entries.push(Entry {
            path: folder.join(&written),
            name: Path::new(&written).with_extension("").to_string_lossy().into_owned(),
            subject: get(subject_at)?,
            instance: get(instance_at)?,
            ppi,
            quality,
        });
    }
    Ok(entries)
}

/// Splits a line at commas outside double quotes; a doubled quote inside quotes is one quote.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                if let Some(last) = out.last_mut() {
                    last.push('"');
                }
            }
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => {
                if let Some(last) = out.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_errors_name_the_line() {
        let text = "path,subject,instance,ppi\r\na/1_1.tif,1,r,512\r\n\"b, c.png\",2,l,\r\n";
        let rows = parse(text, Path::new("/d")).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].path, Path::new("/d/a/1_1.tif"));
        assert_eq!((rows[0].name.as_str(), rows[0].ppi), ("a/1_1", Some(512.0)));
        assert_eq!((rows[1].name.as_str(), rows[1].ppi), ("b, c", None));
        for (text, want) in [
            ("path,subject\n", "instance"),
            ("path,subject,instance,ppi\nx,1,2,many\n", "line 2"),
            ("path,subject,instance\nx,1\n", "line 2"),
            ("path,subject,instance,quality\nx,1,2,300\n", "line 2"),
        ] {
            let error = parse(text, Path::new("")).unwrap_err().to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}
