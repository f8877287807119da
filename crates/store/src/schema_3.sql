-- Version 3: what people ask about their own data.

CREATE TABLE redress (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    receipt_hash TEXT NOT NULL UNIQUE, -- SHA-256 of the code that the person holds
    entry TEXT,                        -- the list entry that it concerns
    encounter TEXT,                    -- the encounter that it concerns
    opened_by TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX redress_by_state ON redress(state, opened_at);

-- A longer life asked for an entry, until a second person has decided.
CREATE TABLE extensions (
    entry TEXT PRIMARY KEY REFERENCES entries(id),
    expires_at INTEGER NOT NULL,
    review_at INTEGER NOT NULL,
    basis TEXT NOT NULL,               -- the legal basis as it was reviewed
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;
