//! `hub.toml`: what an administrator decides once.

use serde::{Deserialize, Serialize};
use std::{net::SocketAddr, path::Path};

/// File name within the hub's folder.
pub(crate) const FILE: &str = "hub.toml";

/// A hub's configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Name for people; stands in every answer.
    pub name: String,
    /// The agency that runs it.
    pub agency: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// PEM files; without them the hub speaks plain HTTP and listens on this machine only.
    pub tls: Option<Tls>,
    /// IANA time zone in which the console shows times.
    pub time_zone: String,
    /// Categories that list entries may have: a closed list.
    pub categories: Vec<String>,
    /// Handling codes that list entries may have: a closed list.
    pub handling: Vec<String>,
    /// Threads that work through the stages.
    pub workers: usize,
    /// Threads that search; 0 = half of this machine's cores. All searches share them.
    pub search_threads: usize,
    /// Encounters that are searched at once, sharing the passes over memory.
    pub searches_at_once: usize,
    /// Searches that may wait within the gallery; the next is put back and comes again.
    pub searches_waiting: usize,
    /// After how many other cases, on average, examiners are given one whose answer quality staff knows; 0 = never.
    pub known_case_every: u32,
    /// Public key of those who may order that this hub's data be destroyed (`ridgeline hub evacuation key`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evacuation_key: Option<String>,
    /// A hub for training: a banner says so on every page.
    pub training: bool,
}

/// Certificate and key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Certificate chain, PEM.
    pub certificate: std::path::PathBuf,
    /// Private key, PEM.
    pub key: std::path::PathBuf,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read or written.
    #[error("cannot use {0}: {1}")]
    File(String, std::io::Error),
    /// Its text is not understood.
    #[error("{0}: {1}")]
    Text(String, String),
    /// Something in it cannot be.
    #[error("{FILE}: {0}")]
    Value(String),
}

impl Default for Config {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        Self {
            name: "Hub".into(),
            agency: "Agency".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            tls: None,
            time_zone: "UTC".into(),
            categories: list(&[
                "criminal conviction",
                "wanted",
                "gang-related conviction",
                "terrorism",
                "special interest (individual basis)",
                "missing person",
                "protected victim",
            ]),
            handling: list(&["open", "restricted", "originator only"]),
            workers: 2,
            search_threads: 0,
            searches_at_once: 16,
            searches_waiting: 8,
            known_case_every: 20,
            evacuation_key: None,
            training: false,
        }
    }
}

impl Config {
    /// Reads the configuration of a hub's folder; writes the default one where there is none.
    ///
    /// # Errors
    /// The file cannot be read, written or understood, or holds a value that cannot be.
    pub fn load(dir: &Path) -> Result<Self, ConfigError> {
        let path = dir.join(FILE);
        let name = path.display().to_string();
        let config: Self = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|e| ConfigError::Text(name, e.to_string()))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                let config = Self::default();
                config.save(dir)?;
                config
            }
            Err(e) => return Err(ConfigError::File(name, e)),
        };
        config.check()?;
        Ok(config)
    }

    /// Writes the configuration.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, dir: &Path) -> Result<(), ConfigError> {
        let path = dir.join(FILE);
        let text = toml::to_string_pretty(self).map_err(|e| ConfigError::Value(e.to_string()))?;
        std::fs::create_dir_all(dir)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|e| ConfigError::File(path.display().to_string(), e))
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let value = |text: &str| Err(ConfigError::Value(text.to_owned()));
        if self.name.trim().is_empty() || self.agency.trim().is_empty() {
            return value("name and agency must not be empty");
        }
        if self.categories.is_empty() {
            return value("at least one category is needed");
        }
        if self.workers == 0 || self.workers > 256 {
            return value("workers must be 1 to 256");
        }
        if self.searches_at_once == 0 || self.searches_at_once > 256 || self.searches_waiting == 0 {
            return value("searches_at_once must be 1 to 256, and searches_waiting at least 1");
        }
        if self.tls.is_none() && !self.listen.ip().is_loopback() {
            return value(
                "without [tls] a hub listens on this machine only: set listen to 127.0.0.1 or give [tls]",
            );
        }
        if jiff::tz::TimeZone::get(&self.time_zone).is_err() {
            return value("time_zone must be an IANA name such as America/Mexico_City");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_written_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let first = Config::load(dir.path()).unwrap();
        assert_eq!(first, Config::load(dir.path()).unwrap());
    }

    #[test]
    fn an_open_port_without_tls_is_refused() {
        let config = Config { listen: "0.0.0.0:80".parse().unwrap(), ..Config::default() };
        assert!(config.check().unwrap_err().to_string().contains("[tls]"));
    }
}
