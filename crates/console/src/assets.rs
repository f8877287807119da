//! The files that the pages load: part of the program, served by the hub, nothing from elsewhere.

use sha2::Digest as _;
use std::sync::OnceLock;

/// The header that the hub sends with every page: scripts, styles, images and connections from itself alone,
/// nothing inline. The workbench's data block is `application/json`, which no browser runs.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'";

macro_rules! files {
    ($($path:literal $kind:literal;)*) => {
        /// Path, content type, bytes.
        const FILES: &[(&str, &str, &[u8])] =
            &[$(($path, $kind, include_bytes!(concat!("../assets/", $path))),)*];
    };
}

files! {
    "console.css" "text/css; charset=utf-8";
    "icons.svg" "image/svg+xml";
    "mark.svg" "image/svg+xml";
    "app.js" "text/javascript; charset=utf-8";
    "workbench.js" "text/javascript; charset=utf-8";
    "viewer.js" "text/javascript; charset=utf-8";
    "overlays.js" "text/javascript; charset=utf-8";
    "tools.js" "text/javascript; charset=utf-8";
    "vendor/htmx.min.js" "text/javascript; charset=utf-8";
    "vendor/htmx-sse.min.js" "text/javascript; charset=utf-8";
}

/// Every path that [`get`] knows.
pub fn paths() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(path, ..)| *path)
}

/// Content type, bytes and strong entity tag (RFC 9110, 8.8.3) of a file. Serve with `Cache-Control: no-cache`
/// and answer `If-None-Match` with 304.
pub fn get(path: &str) -> Option<(&'static str, &'static [u8], &'static str)> {
    static TAGS: OnceLock<Vec<String>> = OnceLock::new();
    let index = FILES.iter().position(|(known, ..)| *known == path)?;
    let tags = TAGS.get_or_init(|| FILES.iter().map(|(.., bytes)| tag(bytes)).collect());
    let (_, kind, bytes) = FILES.get(index)?;
    Some((kind, bytes, tags.get(index)?))
}

fn tag(bytes: &[u8]) -> String {
    let digest = hex::encode(sha2::Sha256::digest(bytes));
    format!("\"{}\"", digest.get(..32).unwrap_or(&digest))
}
