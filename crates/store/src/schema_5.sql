-- Version 5: cases with known answers among the examiners' cases.

-- A pair may be one of them: the check of its kind is part of the table, which is made anew with what refers to it.
CREATE TABLE pairs_5 (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('twice', 'earlier', 'known')),
    list TEXT,                         -- twice: the list on which both stand
    probe TEXT NOT NULL,               -- twice: an entry; earlier: the later encounter; known: material
    candidate TEXT NOT NULL,           -- twice: the other entry; earlier: the earlier encounter; known: material
    state TEXT NOT NULL,
    lead INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    UNIQUE (probe, candidate)
) STRICT;
CREATE TABLE pair_decisions_5 (
    pair TEXT NOT NULL REFERENCES pairs_5(id),
    ordinal INTEGER NOT NULL,
    examiner TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    marks TEXT NOT NULL DEFAULT '[]',
    at INTEGER NOT NULL,
    PRIMARY KEY (pair, ordinal),
    UNIQUE (pair, examiner)
) STRICT;
INSERT INTO pairs_5 SELECT id, kind, list, probe, candidate, state, lead, opened_at, closed_at FROM pairs;
INSERT INTO pair_decisions_5 SELECT pair, ordinal, examiner, verdict, note, marks, at FROM pair_decisions;
DROP TABLE pair_decisions;
DROP TABLE pairs;
ALTER TABLE pairs_5 RENAME TO pairs;
ALTER TABLE pair_decisions_5 RENAME TO pair_decisions;
CREATE INDEX pairs_by_state ON pairs(state, opened_at);
CREATE INDEX pairs_by_candidate ON pairs(candidate);
CREATE INDEX pairs_by_list ON pairs(list);

-- What quality staff has prepared. A row becomes a pair of the same id when its turn has come.
CREATE TABLE known_cases (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,               -- for quality staff alone
    same INTEGER NOT NULL,             -- the known answer
    probe TEXT NOT NULL,
    candidate TEXT NOT NULL,
    added_by TEXT NOT NULL,            -- empty: from the command line
    added_at INTEGER NOT NULL,
    opened_at INTEGER,                 -- put among the others
    destroyed_at INTEGER               -- its pictures and templates are gone; the answers stay
) STRICT;
CREATE INDEX known_cases_by_turn ON known_cases(opened_at, added_at);
