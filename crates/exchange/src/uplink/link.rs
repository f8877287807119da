//! One HTTP connection pool to one hub.

use super::UplinkError;
use crate::protocol::{
    ENROL_PATH, EnrolReply, EnrolRequest, HUB_PATH, HubInfo, MAX_JSON_LENGTH, PROTOCOL_VERSION, Problem,
    UPLOAD_OFFSET,
};
use serde::de::DeserializeOwned;
use std::{path::PathBuf, sync::Arc, time::Duration};
use ureq::{
    Agent,
    http::{HeaderMap, Uri},
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

/// Connecting takes at most this long.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A request takes at most this long, besides the time for its body.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The slowest link that is waited for, in bytes per second: 8 kbit/s.
const SLOWEST_BYTES_PER_S: u64 = 1000;
/// The longest certificate file.
const MAX_CA_LENGTH: u64 = 1024 * 1024;
/// The longest `Retry-After` that is believed, in seconds.
const MAX_RETRY_AFTER_S: u64 = 3600;

/// How to reach a hub.
#[derive(Debug, Clone, Default)]
pub struct LinkOptions {
    /// PEM certificates of the authority that signs for the hub; else what the machine trusts.
    pub ca_file: Option<PathBuf>,
}

/// A way to one hub.
#[derive(Debug, Clone)]
pub struct Link {
    agent: Agent,
    base: String,
}

/// A reply, read whole.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Link {
    /// A way to the hub at `base`, such as `https://hub.example:8443`. Plain `http` is for a hub on the same machine
    /// or behind a tunnel: what is sealed and signed stays so, but who sends how much can be seen.
    pub fn new(base: &str, options: &LinkOptions) -> Result<Self, UplinkError> {
        let setup = |what: String| UplinkError::Setup(what);
        let base = base.trim().trim_end_matches('/');
        let uri: Uri = base.parse().map_err(|error| setup(format!("{base:?} is not an address: {error}")))?;
        if !matches!(uri.scheme_str(), Some("http" | "https"))
            || uri.host().is_none()
            || uri.query().is_some()
        {
            return Err(setup(format!("{base:?} is not an address such as https://hub.example:8443")));
        }
        let roots = match &options.ca_file {
            None => RootCerts::PlatformVerifier,
            Some(path) => {
                let too_long = path.metadata().is_ok_and(|metadata| metadata.len() > MAX_CA_LENGTH);
                let pem = if too_long { Ok(vec![]) } else { std::fs::read(path) };
                let pem = pem.map_err(|error| setup(format!("{}: {error}", path.display())))?;
                let certificates: Vec<Certificate<'static>> = parse_pem(&pem)
                    .filter_map(|item| match item {
                        Ok(PemItem::Certificate(certificate)) => Some(certificate),
                        _ => None,
                    })
                    .collect();
                if certificates.is_empty() {
                    return Err(setup(format!("{} holds no PEM certificate", path.display())));
                }
                RootCerts::new_with_certs(&certificates)
            }
        };
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .root_certs(roots)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .user_agent(concat!("ridgeline/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.new_agent(), base: base.to_owned() })
    }

    /// Where it leads.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Who the hub says it is. Nothing here is to be trusted yet.
    pub fn hub(&self) -> Result<HubInfo, UplinkError> {
        let reply = self.request("GET", HUB_PATH, &[], "application/json", &[])?;
        if reply.status != 200 {
            return Err(reply.refusal());
        }
        let hub: HubInfo = reply.json()?;
        if hub.protocol == PROTOCOL_VERSION {
            Ok(hub)
        } else {
            Err(UplinkError::Reply(format!(
                "protocol {}, this program speaks {PROTOCOL_VERSION}",
                hub.protocol
            )))
        }
    }

    /// Enrols a station.
    pub fn enrol(&self, request: &EnrolRequest) -> Result<EnrolReply, UplinkError> {
        let body = serde_json::to_vec(request).map_err(|error| UplinkError::Setup(error.to_string()))?;
        let reply = self.request("POST", ENROL_PATH, &[], "application/json", &body)?;
        if matches!(reply.status, 200 | 201) { reply.json() } else { Err(reply.refusal()) }
    }

    pub(super) fn request(
        &self,
        method: &'static str,
        target: &str,
        headers: &[(&'static str, String)],
        content_type: &'static str,
        body: &[u8],
    ) -> Result<Reply, UplinkError> {
        let offline = |error: ureq::Error| UplinkError::Offline(error.to_string());
        let allowed = REQUEST_TIMEOUT + Duration::from_secs(body.len() as u64 / SLOWEST_BYTES_PER_S);
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{target}", self.base));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let bad = |error: ureq::http::Error| UplinkError::Setup(error.to_string());
        let response = if matches!(method, "PUT" | "POST") {
            let request = request.header("content-type", content_type).body(body).map_err(bad)?;
            let request = self.agent.configure_request(request).timeout_global(Some(allowed)).build();
            self.agent.run(request)
        } else {
            let request = request.body(()).map_err(bad)?;
            let request = self.agent.configure_request(request).timeout_global(Some(allowed)).build();
            self.agent.run(request)
        };
        let mut response = response.map_err(offline)?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = if method == "HEAD" {
            vec![]
        } else {
            response.body_mut().with_config().limit(MAX_JSON_LENGTH).read_to_vec().map_err(|error| {
                match error {
                    ureq::Error::BodyExceedsLimit(limit) => {
                        UplinkError::Reply(format!("a reply longer than {limit} bytes"))
                    }
                    error => offline(error),
                }
            })?
        };
        Ok(Reply { status, headers, body })
    }
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn offset(&self) -> Result<u64, UplinkError> {
        let offset = self.header(UPLOAD_OFFSET).and_then(|text| text.parse().ok());
        offset.ok_or_else(|| UplinkError::Reply(format!("status {} without {UPLOAD_OFFSET}", self.status)))
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, UplinkError> {
        serde_json::from_slice(&self.body).map_err(|error| UplinkError::Reply(error.to_string()))
    }

    /// The refusal in the hub's words, or in ours where it found none.
    pub(super) fn refusal(&self) -> UplinkError {
        let problem = serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            Problem::new(
                "unexplained",
                self.status,
                format!("The hub refused with status {}.", self.status),
                "Everything at the station.",
                "Try again later; if it goes on, call the hub's operator.",
            )
        });
        // The status line decides, not what the body says about it.
        let problem = Problem { status: self.status, ..problem };
        let retry_after = self
            .header("retry-after")
            .and_then(|text| text.trim().parse().ok())
            .map(|seconds: u64| Duration::from_secs(seconds.min(MAX_RETRY_AFTER_S)));
        UplinkError::Refused { problem, retry_after }
    }
}
