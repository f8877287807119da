//! Secret keys on disk: one text line, readable by their owner alone (mode 0600).

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::Path,
};
use zeroize::Zeroizing;

/// The longest key file; a key's text has under 100 bytes.
const MAX_LENGTH: u64 = 1024;

/// Writes a secret to a new file and makes it durable: the file appears whole or not at all, whenever the process is
/// killed. An existing file is an error: a key is never overwritten.
pub fn write_new(path: &Path, secret: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.part"));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&partial)?;
    file.write_all(secret.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    // Unlike a rename, a link never takes the place of what is there.
    let linked = fs::hard_link(&partial, path);
    fs::remove_file(&partial)?;
    linked?;
    sync_parent(path)
}

/// Reads a secret. A file that others may read is refused: the key in it must be taken as known.
pub fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let file = File::open(path)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata()?.permissions());
        if mode & 0o077 != 0 {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                format!("{} is open to others (mode {:o}); chmod 600 it", path.display(), mode & 0o777),
            ));
        }
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MAX_LENGTH).read_to_string(&mut text)?;
    Ok(text)
}

/// Makes the entry of `path` in its folder durable.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

/// Makes a folder that only its owner may enter, if it is not there yet.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}
