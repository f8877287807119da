-- Version 2: entries that may be one person, searches of earlier encounters, signatures of agreements.

-- Two sets of samples before examiners that are no candidate of a list's search. They are shown like cases.
CREATE TABLE pairs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('twice', 'earlier')),
    list TEXT,                         -- twice: the list on which both stand
    probe TEXT NOT NULL,               -- twice: an entry; earlier: the later encounter
    candidate TEXT NOT NULL,           -- twice: the other entry; earlier: the earlier encounter
    state TEXT NOT NULL,
    lead INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    UNIQUE (probe, candidate)
) STRICT;
CREATE INDEX pairs_by_state ON pairs(state, opened_at);
CREATE INDEX pairs_by_candidate ON pairs(candidate);
CREATE INDEX pairs_by_list ON pairs(list);

CREATE TABLE pair_decisions (
    pair TEXT NOT NULL REFERENCES pairs(id),
    ordinal INTEGER NOT NULL,
    examiner TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    marks TEXT NOT NULL DEFAULT '[]',
    at INTEGER NOT NULL,
    PRIMARY KEY (pair, ordinal),
    UNIQUE (pair, examiner)
) STRICT;

-- Everybody on a list against everybody: one run a list at a time.
CREATE TABLE runs (
    list TEXT PRIMARY KEY,
    begun_by TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    after TEXT NOT NULL,               -- the last entry that was compared; empty at the beginning
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    incomplete INTEGER NOT NULL,       -- comparisons that did not see everybody
    found INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

-- Followed by what holds earlier encounters in memory, where an agreement allows to search them.
CREATE TABLE earlier_log (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    encounter TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('add', 'remove')),
    at INTEGER NOT NULL
) STRICT;
INSERT INTO earlier_log (encounter, op, at)
    SELECT id, 'add', received_at FROM encounters
    WHERE state NOT IN ('received', 'validated', 'rejected', 'searching', 'held', 'purged')
    ORDER BY received_at;

CREATE TABLE earlier_searches (
    subject TEXT NOT NULL,             -- an encounter, or a list entry
    purpose TEXT NOT NULL,             -- whose earlier encounters were searched
    algorithm TEXT NOT NULL,
    complete INTEGER NOT NULL,
    body TEXT NOT NULL,                -- JSON: coverage, reason, candidates with scores (stay in the hub)
    at INTEGER NOT NULL,
    PRIMARY KEY (subject, purpose)
) STRICT;

-- A case that came of searching a new entry in earlier encounters: the encounter's answer does not change with it.
ALTER TABLE cases ADD COLUMN reverse INTEGER NOT NULL DEFAULT 0;

-- The hub's signature over an agreement's version; none on versions from before.
ALTER TABLE agreements ADD COLUMN signature TEXT NOT NULL DEFAULT '';
