//! A small hub in memory, for the tests of senders: it speaks the protocol over real sockets, checks all that a hub
//! checks, and misbehaves on request. Feature `fake-hub`; no part of any product.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

use crate::{
    Answer, DestinationAnswer, ListCoverage, Manifest, OpeningKey, Receipt, SealingKey, SignedReceipt,
    SigningKey, Standing, VerifyingKey,
    code::EnrolmentCode,
    open,
    protocol::{self, EnrolReply, EnrolRequest, HubInfo, Problem},
    request::{self, digest_field},
    seal_answer,
};
use jiff::Timestamp;
use model::{Digest, EncounterId, HubId, StationId};
use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use std::{
    collections::{BTreeMap, HashMap},
    io::{BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
};
use uuid::Uuid;

/// How the hub misbehaves.
#[derive(Debug, Clone, Default)]
pub struct Mischief {
    /// Receipts are signed with another key.
    pub forge_receipts: bool,
    /// Every n-th request is dropped without a reply, before it is processed.
    pub drop_before: Option<u64>,
    /// Every n-th request is dropped without a reply, after it was processed.
    pub drop_after: Option<u64>,
    /// Every `PUT` is refused with this status.
    pub refuse: Option<u16>,
}

/// What was committed for one encounter.
#[derive(Debug, Clone)]
pub struct Committed {
    /// What the station said.
    pub manifest: Manifest,
    /// Digest of the sealed bytes.
    pub digest: Digest,
    /// The receipt.
    pub receipt: SignedReceipt,
    /// How often it was committed: more than once would be a doubled encounter.
    pub times: u32,
}

struct Partial {
    digest: Digest,
    length: u64,
    bytes: Vec<u8>,
}

/// What the hub holds.
pub struct State {
    signing: SigningKey,
    opening: OpeningKey,
    rng: ChaCha20Rng,
    requests: u64,
    partial: HashMap<EncounterId, Partial>,
    used: Vec<(EnrolRequest, usize)>,
    /// Misbehaviour, to be changed at will.
    pub mischief: Mischief,
    /// One-time codes that are open.
    pub codes: Vec<EnrolmentCode>,
    /// Known stations.
    pub stations: HashMap<StationId, (VerifyingKey, SealingKey)>,
    /// Committed encounters.
    pub committed: BTreeMap<EncounterId, Committed>,
    /// 409 was given.
    pub conflicts: u32,
    /// Longest `PUT` body seen.
    pub longest_part: usize,
    /// Number of `PUT` requests.
    pub puts: u32,
}

/// A running hub; stops listening to new connections when the process ends.
pub struct FakeHub {
    /// Where it listens.
    pub address: SocketAddr,
    /// Who it is.
    pub info: HubInfo,
    state: Arc<Mutex<State>>,
}

struct Exchange {
    method: String,
    target: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl FakeHub {
    /// Starts a hub with keys from `seed` on a free port of this machine.
    pub fn start(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (signing, opening) = (SigningKey::generate(&mut rng), OpeningKey::generate(&mut rng));
        let info = HubInfo {
            protocol: protocol::PROTOCOL_VERSION,
            hub: HubId::new(Uuid::from_u128(u128::from(seed))),
            name: "Fake hub".into(),
            signing_key: signing.verifying_key(),
            sealing_key: opening.sealing_key(),
            time: Timestamp::now(),
        };
        let state = State {
            signing,
            opening,
            rng,
            requests: 0,
            partial: HashMap::new(),
            used: vec![],
            mischief: Mischief::default(),
            codes: vec![],
            stations: HashMap::new(),
            committed: BTreeMap::new(),
            conflicts: 0,
            longest_part: 0,
            puts: 0,
        };
        let state = Arc::new(Mutex::new(state));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let hub = Self { address, info: info.clone(), state: state.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, info) = (state.clone(), info.clone());
                std::thread::spawn(move || {
                    let _ = serve(&stream, &state, &info);
                });
            }
        });
        hub
    }

    /// Its address as a sender writes it.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it holds, to be looked at and changed.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Opens a one-time code.
    pub fn open_code(&self) -> EnrolmentCode {
        let mut state = self.state();
        let code = EnrolmentCode::generate(&mut state.rng, &self.info.signing_key);
        state.codes.push(code);
        code
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>, info: &HubInfo) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let Some(exchange) = read_request(&mut reader)? else { return Ok(()) };
        let reply = {
            let mut state = state.lock().unwrap();
            state.requests += 1;
            let requests = state.requests;
            let due = |every: Option<u64>| every.is_some_and(|every| requests.is_multiple_of(every));
            if due(state.mischief.drop_before) {
                return Ok(());
            }
            let reply = state.handle(&exchange, info);
            if due(state.mischief.drop_after) {
                return Ok(());
            }
            reply
        };
        let mut head = format!("HTTP/1.1 {} X\r\n", reply.status);
        for (name, value) in &reply.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if reply.status != 204 {
            head += &format!("content-length: {}\r\n", reply.body.len());
        }
        let mut writer = stream;
        writer.write_all(format!("{head}\r\n").as_bytes())?;
        if exchange.method != "HEAD" {
            writer.write_all(&reply.body)?;
        }
        writer.flush()?;
    }
}

fn read_request(reader: &mut impl std::io::BufRead) -> std::io::Result<Option<Exchange>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Exchange { method, target, headers, body }))
}

impl Reply {
    fn empty(status: u16) -> Self {
        Self { status, headers: vec![], body: vec![] }
    }

    fn json(status: u16, value: &impl serde::Serialize) -> Self {
        Self { status, headers: vec![], body: serde_json::to_vec(value).unwrap() }
    }

    fn problem(code: &str, status: u16, happened: &str) -> Self {
        Self::json(status, &Problem::new(code, status, happened, "Nothing new.", "Ask the desk."))
    }

    fn at(status: u16, offset: usize) -> Self {
        Self { headers: vec![(protocol::UPLOAD_OFFSET, offset.to_string())], ..Self::empty(status) }
    }
}

impl State {
    fn handle(&mut self, exchange: &Exchange, info: &HubInfo) -> Reply {
        let (method, target) = (exchange.method.as_str(), exchange.target.as_str());
        if (method, target) == ("GET", protocol::HUB_PATH) {
            return Reply::json(200, &HubInfo { time: Timestamp::now(), ..info.clone() });
        }
        if (method, target) == ("POST", protocol::ENROL_PATH) {
            return self.enrol(&exchange.body, info);
        }
        let header = |name: &'static str| exchange.headers.get(name).map(String::as_str);
        let known = |id: StationId| self.stations.get(&id).map(|keys| keys.0);
        let verified = match request::verify(method, target, header, Timestamp::now(), 900, known) {
            Ok(verified) => verified,
            Err(error) => return Reply::problem("unsigned", 401, &error.to_string()),
        };
        if verified.holds(&exchange.body).is_err() {
            return Reply::problem("body", 400, "The body is not the one that was signed.");
        }
        let path = target.split('?').next().unwrap_or_default();
        let rest = path.strip_prefix("/v1/encounters/").unwrap_or_default();
        let (id, answer) = rest.strip_suffix("/answer").map_or((rest, false), |id| (id, true));
        let Ok(id) = id.parse::<EncounterId>() else { return Reply::problem("path", 404, "No such path.") };
        match (method, answer) {
            ("GET", true) => self.answer(id, verified.station, target),
            ("HEAD", false) => self.head(id),
            ("PUT", false) => match verified.part {
                Some(part) => self.put(id, part, &exchange.body, info),
                None => Reply::problem("part", 400, "No part."),
            },
            _ => Reply::problem("method", 405, "No such method."),
        }
    }

    fn enrol(&mut self, body: &[u8], info: &HubInfo) -> Reply {
        let Ok(request) = serde_json::from_slice::<EnrolRequest>(body) else {
            return Reply::problem("enrolment", 400, "Not an enrolment.");
        };
        if let Some((_, index)) = self.used.iter().find(|(used, _)| *used == request) {
            let station = StationId::new(Uuid::from_u128(1000 + *index as u128));
            return Reply::json(201, &EnrolReply { station, hub: info.clone() });
        }
        let code = request.code.parse::<EnrolmentCode>().ok();
        let Some(at) = self.codes.iter().position(|open| Some(*open) == code).filter(|_| request.proven())
        else {
            return Reply::problem("code", 403, "The code is wrong, used or expired.");
        };
        self.codes.remove(at);
        self.used.push((request.clone(), self.stations.len()));
        let station = StationId::new(Uuid::from_u128(1000 + self.stations.len() as u128));
        self.stations.insert(station, (request.signing_key, request.sealing_key));
        Reply::json(201, &EnrolReply { station, hub: info.clone() })
    }

    fn head(&self, id: EncounterId) -> Reply {
        if let Some(committed) = self.committed.get(&id) {
            let length = committed.receipt.receipt.length.to_string();
            let digest = digest_field(&committed.digest);
            let headers = vec![
                (protocol::UPLOAD_OFFSET, length.clone()),
                (protocol::UPLOAD_LENGTH, length),
                (protocol::REPR_DIGEST, digest),
            ];
            return Reply { headers, ..Reply::empty(200) };
        }
        match self.partial.get(&id) {
            Some(partial) => Reply::at(200, partial.bytes.len()),
            None => Reply::empty(404),
        }
    }

    fn put(&mut self, id: EncounterId, part: request::Part, body: &[u8], info: &HubInfo) -> Reply {
        self.puts += 1;
        self.longest_part = self.longest_part.max(body.len());
        if let Some(status) = self.mischief.refuse {
            return Reply::problem("refused", status, "Refused for the test.");
        }
        if let Some(committed) = self.committed.get(&id) {
            if committed.digest == part.digest {
                return Reply::json(200, &self.signed(committed.receipt.receipt.clone()));
            }
            self.conflicts += 1;
            return Reply::problem("other-digest", 409, "This encounter was received with another digest.");
        }
        let partial = self.partial.entry(id).or_insert_with(|| Partial {
            digest: part.digest,
            length: part.length,
            bytes: vec![],
        });
        if (partial.digest, partial.length) != (part.digest, part.length) {
            self.conflicts += 1;
            return Reply::problem("other-digest", 409, "This encounter was begun with another digest.");
        }
        if partial.bytes.len() as u64 != part.offset {
            return Reply::at(416, partial.bytes.len());
        }
        partial.bytes.extend_from_slice(body);
        if (partial.bytes.len() as u64) < partial.length {
            return Reply::at(202, partial.bytes.len());
        }
        let bytes = std::mem::take(&mut partial.bytes);
        self.partial.remove(&id);
        if Digest::of(&bytes) != part.digest {
            return Reply::problem("digest", 422, "The whole has another digest.");
        }
        let package = match open(&bytes, &self.opening, |id| self.stations.get(&id).map(|keys| keys.0)) {
            Ok(package) => package,
            Err(error) => return Reply::problem("closed", 422, &error.to_string()),
        };
        let receipt = Receipt {
            hub: info.hub,
            encounter: id,
            digest: part.digest,
            length: part.length,
            received_at: Timestamp::now(),
            ledger_index: self.committed.len() as u64,
        };
        let signed = receipt.clone().sign(&self.signing);
        let manifest = package.manifest;
        let entry = Committed { manifest, digest: part.digest, receipt: signed, times: 0 };
        self.committed.entry(id).or_insert(entry).times += 1;
        Reply::json(201, &self.signed(receipt))
    }

    fn signed(&self, receipt: Receipt) -> SignedReceipt {
        if self.mischief.forge_receipts {
            receipt.sign(&SigningKey::generate(&mut ChaCha20Rng::seed_from_u64(666)))
        } else {
            receipt.sign(&self.signing)
        }
    }

    fn answer(&mut self, id: EncounterId, station: StationId, target: &str) -> Reply {
        let after: u32 = target.rsplit('=').next().and_then(|text| text.parse().ok()).unwrap_or(0);
        let Some(keys) = self.stations.get(&station).filter(|_| self.committed.contains_key(&id)) else {
            return Reply::problem("unknown", 404, "No such encounter.");
        };
        if after >= 1 {
            return Reply::empty(204);
        }
        let here = DestinationAnswer {
            destination: "Fake hub".into(),
            standing: Standing::NoMatch,
            searched: vec![ListCoverage { list: "List A".into(), as_of: Timestamp::now() }],
            not_answered: vec![],
        };
        let answer = Answer {
            encounter: id,
            revision: 1,
            issued_at: Timestamp::now(),
            complete: true,
            destinations: vec![here],
            notices: vec![],
        };
        let sealed = seal_answer(&answer, station, &keys.1, &self.signing, &mut self.rng).unwrap();
        Reply { status: 200, headers: vec![(protocol::REVISION, "1".into())], body: sealed }
    }
}
