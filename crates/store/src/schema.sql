-- Version 1. Times are milliseconds since 1970-01-01 UTC; ids are UUIDs as text so that people can read a dump.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- People and their log-ins -------------------------------------------------------------------------------

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    agency TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    roles TEXT NOT NULL,               -- JSON array of role names
    language TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE invites (
    code_hash TEXT PRIMARY KEY,        -- SHA-256 of the one-time code
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    agency TEXT NOT NULL,
    roles TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users(id),
    csrf TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

-- Stations -----------------------------------------------------------------------------------------------

CREATE TABLE stations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    agency TEXT NOT NULL,
    profile TEXT NOT NULL,             -- fixed, mobile, or hub for a partner hub that forwards to us
    state TEXT NOT NULL,
    verifying_key TEXT NOT NULL,
    sealing_key TEXT NOT NULL,
    seen_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE station_codes (
    code_hash TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    agency TEXT NOT NULL,
    profile TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Encounters ---------------------------------------------------------------------------------------------

CREATE TABLE uploads (
    encounter TEXT PRIMARY KEY,
    station TEXT NOT NULL,
    digest TEXT NOT NULL,
    length INTEGER NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE encounters (
    id TEXT PRIMARY KEY,
    station TEXT NOT NULL REFERENCES stations(id),
    digest TEXT NOT NULL,
    length INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,                       -- why it was rejected
    sequence INTEGER,                  -- from here on known once the seal is opened
    purpose TEXT,
    case_number TEXT,
    captured_at INTEGER,
    age TEXT,
    search_only INTEGER NOT NULL DEFAULT 0,
    training INTEGER NOT NULL DEFAULT 0,
    agreement TEXT,
    received_at INTEGER NOT NULL,
    receipt TEXT NOT NULL,             -- the signed receipt, given again for the same digest
    answered_at INTEGER
) STRICT;
CREATE INDEX encounters_by_state ON encounters(state, received_at);
CREATE INDEX encounters_by_station ON encounters(station, sequence);

CREATE TABLE keys (
    holder TEXT PRIMARY KEY,           -- encounter or list entry
    wrapped BLOB NOT NULL              -- data key under the hub's key; deleting this row deletes the data
) STRICT;

CREATE TABLE blobs (
    holder TEXT NOT NULL,
    name TEXT NOT NULL,
    length INTEGER NOT NULL,           -- of the plain bytes
    digest TEXT NOT NULL,              -- of the plain bytes
    sealed BLOB,                       -- either here
    file TEXT,                         -- or in a file beside the database
    PRIMARY KEY (holder, name)
) STRICT;

CREATE TABLE samples (
    holder TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    body TEXT NOT NULL,                -- JSON
    PRIMARY KEY (holder, ordinal)
) STRICT;

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    encounter TEXT NOT NULL,
    stage TEXT NOT NULL,
    destination TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    UNIQUE (encounter, stage, destination)
) STRICT;
CREATE INDEX jobs_by_due ON jobs(due_at);

-- Lists --------------------------------------------------------------------------------------------------

CREATE TABLE lists (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    originator TEXT NOT NULL,          -- agency
    purposes TEXT NOT NULL,            -- JSON array: searched for these
    recipients TEXT NOT NULL,          -- JSON array of user ids
    contact TEXT NOT NULL,
    max_days INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE entries (
    id TEXT PRIMARY KEY,
    list TEXT NOT NULL REFERENCES lists(id),
    state TEXT NOT NULL,
    body TEXT NOT NULL,                -- JSON: basis, category, caveat, handling code ...
    starts_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    review_at INTEGER NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    approved_by TEXT,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_by_list ON entries(list, state);
CREATE INDEX entries_by_expiry ON entries(state, expires_at);
CREATE INDEX entries_by_start ON entries(state, starts_at);

CREATE TABLE gallery_log (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('add', 'suspend', 'resume', 'remove')),
    at INTEGER NOT NULL
) STRICT;

-- Searches, cases, alerts --------------------------------------------------------------------------------

CREATE TABLE searches (
    encounter TEXT NOT NULL,
    list TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    complete INTEGER NOT NULL,
    body TEXT NOT NULL,                -- JSON: coverage, reason, candidates with scores (stay in the hub)
    at INTEGER NOT NULL,
    PRIMARY KEY (encounter, list)
) STRICT;

CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    encounter TEXT NOT NULL REFERENCES encounters(id),
    list TEXT NOT NULL,
    entry TEXT NOT NULL,
    state TEXT NOT NULL,
    lead INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    UNIQUE (encounter, entry)
) STRICT;
CREATE INDEX cases_by_state ON cases(state, opened_at);

CREATE TABLE decisions (
    "case" TEXT NOT NULL REFERENCES cases(id),
    ordinal INTEGER NOT NULL,
    examiner TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    marks TEXT NOT NULL DEFAULT '[]',  -- JSON: the examiner's own marks
    at INTEGER NOT NULL,
    PRIMARY KEY ("case", ordinal),
    UNIQUE ("case", examiner)
) STRICT;

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    "case" TEXT NOT NULL UNIQUE REFERENCES cases(id),
    list TEXT NOT NULL,
    encounter TEXT NOT NULL,
    state TEXT NOT NULL,
    raised_at INTEGER NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at INTEGER,
    next_escalation_at INTEGER,
    note TEXT NOT NULL DEFAULT '',
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE alert_recipients (
    alert TEXT NOT NULL REFERENCES alerts(id),
    user TEXT NOT NULL,
    delivered_at INTEGER,
    retraction_seen_at INTEGER,
    PRIMARY KEY (alert, user)
) STRICT;

-- Agreements, partners, answers --------------------------------------------------------------------------

CREATE TABLE agreements (
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,                -- JSON
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    added_by TEXT NOT NULL,
    PRIMARY KEY (id, version)
) STRICT;

CREATE TABLE destinations (
    hub TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    identity TEXT NOT NULL,            -- JSON: the partner's pinned keys and our enrolment there
    last_sequence INTEGER NOT NULL DEFAULT 0,
    last_digest TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE forwards (
    encounter TEXT NOT NULL,
    destination TEXT NOT NULL,
    digest TEXT NOT NULL,              -- of what was sealed for the partner
    receipt TEXT,                      -- the partner's signed receipt
    revision INTEGER NOT NULL DEFAULT 0,
    answer TEXT,                       -- JSON: the partner's last answer
    final INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    PRIMARY KEY (encounter, destination)
) STRICT;

CREATE TABLE answers (
    encounter TEXT NOT NULL,
    revision INTEGER NOT NULL,
    body TEXT NOT NULL,                -- JSON
    at INTEGER NOT NULL,
    PRIMARY KEY (encounter, revision)
) STRICT;

-- Audit --------------------------------------------------------------------------------------------------

CREATE TABLE ledger (
    idx INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    purpose TEXT NOT NULL,
    case_number TEXT NOT NULL,
    detail TEXT NOT NULL,              -- JSON, no biometrics
    leaf BLOB NOT NULL
) STRICT;
CREATE INDEX ledger_by_subject ON ledger(subject);

CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    root BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
