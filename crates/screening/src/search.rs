//! Search: what the lists answered, turned into a state and into cases for examiners. No decision is made here.

use gallery::{Candidate, SearchAnswer};
use jiff::Timestamp;
use model::{EncounterState, ListId};
use serde::{Deserialize, Serialize};

/// A list's answer, with what the station will be told about it.
#[derive(Debug, Clone)]
pub struct ListAnswer {
    /// Which list.
    pub list: ListId,
    /// Its name for people.
    pub name: String,
    /// When the list was last changed or confirmed unchanged.
    pub as_of: Timestamp,
    /// What the gallery said.
    pub answer: SearchAnswer,
}

/// What is stored of one list's search. Scores stay in the hub (S26).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchRecord {
    /// The list's name when it was searched.
    pub name: String,
    /// How old the list was.
    pub as_of: Timestamp,
    /// Persons compared.
    pub scanned: usize,
    /// Persons that should have been compared.
    pub expected: usize,
    /// Last applied entry of the gallery log.
    pub applied_sequence: u64,
    /// SHA-256 over the active keys.
    pub set_hash: String,
    /// Why it is partial, if it is.
    pub partial: Option<String>,
    /// Candidates released, best first.
    pub candidates: Vec<CandidateRecord>,
    /// The rate that was asked for.
    pub fpir: f64,
}

/// A candidate as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandidateRecord {
    /// The entry, as a UUID.
    pub entry: uuid_text::Key,
    /// log10 likelihood ratio by the algorithm named beside the search.
    pub llr: f32,
    /// Rests on one finger or eye alone.
    pub lead: bool,
    /// Finger position codes that support it.
    pub fingers: Vec<u8>,
    /// Eye codes that support it.
    pub irises: Vec<u8>,
}

/// Keys as 32 hexadecimal digits: JSON numbers do not hold 128 bits.
pub mod uuid_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// A gallery key.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Key(pub u128);

    impl Serialize for Key {
        fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            s.serialize_str(&format!("{:032x}", self.0))
        }
    }

    impl<'de> Deserialize<'de> for Key {
        fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
            let text = String::deserialize(d)?;
            u128::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
        }
    }
}

/// What the search of all lists comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOutcome {
    /// The encounter's next state.
    pub state: EncounterState,
    /// One record per list, in the order given.
    pub records: Vec<(ListId, SearchRecord)>,
    /// Cases to open: list, entry key, lead.
    pub cases: Vec<(ListId, u128, bool)>,
}

/// Puts the lists' answers together.
///
/// **Invariant:** only when every answer is `Complete` can the outcome be `NoCandidate`; a `Partial` one holds
/// the encounter open.
pub fn conclude(answers: Vec<ListAnswer>, fpir: f64) -> SearchOutcome {
    let mut records = Vec::new();
    let mut cases = Vec::new();
    let mut partial = false;
    for list in answers {
        let (SearchAnswer::Complete { candidates, .. } | SearchAnswer::Partial { candidates, .. }) =
            &list.answer;
        partial |= matches!(list.answer, SearchAnswer::Partial { .. });
        cases.extend(candidates.iter().map(|c| (list.list, c.key, c.lead)));
        records.push((list.list, record(list.name, list.as_of, &list.answer, fpir)));
    }
    let state = match (cases.is_empty(), partial) {
        (false, _) => EncounterState::Candidates,
        (true, true) => EncounterState::Held,
        (true, false) => EncounterState::NoCandidate,
    };
    SearchOutcome { state, records, cases }
}

/// What is kept of one search.
pub fn record(name: String, as_of: Timestamp, answer: &SearchAnswer, fpir: f64) -> SearchRecord {
    let (candidates, coverage, partial) = match answer {
        SearchAnswer::Complete { candidates, coverage } => (candidates, coverage, None),
        SearchAnswer::Partial { candidates, coverage, reason } => {
            (candidates, coverage, Some(reason.clone()))
        }
    };
    SearchRecord {
        name,
        as_of,
        scanned: coverage.scanned,
        expected: coverage.expected,
        applied_sequence: coverage.applied_sequence,
        set_hash: coverage.set_hash.to_string(),
        partial,
        candidates: candidates.iter().map(candidate_record).collect(),
        fpir,
    }
}

fn candidate_record(candidate: &Candidate) -> CandidateRecord {
    CandidateRecord {
        entry: uuid_text::Key(candidate.key),
        llr: candidate.llr,
        lead: candidate.lead,
        fingers: candidate.fingers.iter().map(|f| f.code()).collect(),
        irises: candidate.irises.iter().map(|e| e.code()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gallery::Coverage;
    use model::Digest;

    fn list(complete: bool, candidates: usize) -> ListAnswer {
        let coverage = Coverage { scanned: 3, expected: 3, applied_sequence: 9, set_hash: Digest::of(b"") };
        let candidates: Vec<Candidate> = (0..candidates)
            .map(|i| Candidate {
                key: i as u128,
                llr: 5.0,
                lead: false,
                fingers: Vec::new(),
                irises: Vec::new(),
            })
            .collect();
        ListAnswer {
            list: ListId::new(uuid::Uuid::from_u128(1)),
            name: "A".into(),
            as_of: Timestamp::UNIX_EPOCH,
            answer: if complete {
                SearchAnswer::Complete { candidates, coverage }
            } else {
                SearchAnswer::Partial { candidates, coverage, reason: "loading".into() }
            },
        }
    }

    #[test]
    fn only_complete_can_say_no_candidate() {
        use EncounterState::*;
        let cases = [
            (vec![], NoCandidate),
            (vec![list(true, 0)], NoCandidate),
            (vec![list(true, 0), list(false, 0)], Held),
            (vec![list(true, 0), list(false, 2)], Candidates),
            (vec![list(true, 1), list(true, 0)], Candidates),
        ];
        for (answers, expected) in cases {
            assert_eq!(conclude(answers.clone(), 0.001).state, expected, "{answers:?}");
        }
    }

    #[test]
    fn a_record_survives_storage() {
        let outcome = conclude(vec![list(true, 2)], 0.001);
        let (_, record) = &outcome.records[0];
        let text = serde_json::to_string(record).unwrap();
        assert_eq!(&serde_json::from_str::<SearchRecord>(&text).unwrap(), record);
    }
}
