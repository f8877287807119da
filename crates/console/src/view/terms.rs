//! What an agreement's terms say.

use model::{AgeBand, Modality};
use serde::Serialize;

/// One line of an agreement's terms. Names in it are data; what stands around them is said in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TermValue {
    /// In somebody else's words, shown as they are.
    Plain(String),
    /// How encounters for a purpose are searched.
    Search {
        /// Which purpose.
        purpose: String,
        /// The false positive identification rate asked for, as a decimal number.
        fpir: String,
        /// Most candidates for each list.
        candidates: u64,
        /// Whether they overtake others.
        priority: bool,
    },
    /// They are also searched in earlier encounters.
    Earlier {
        /// Which purpose.
        purpose: String,
        /// The purposes of the earlier ones.
        of: Vec<String>,
        /// How many days back.
        days: u32,
    },
    /// New entries are searched in them.
    NewEntries {
        /// Which purpose.
        purpose: String,
        /// The lists' names.
        lists: Vec<String>,
        /// How many days back.
        days: u32,
    },
    /// How long they are kept after their answer.
    Retention {
        /// Which purpose.
        purpose: String,
        /// Days; 0 = nothing remains.
        days: u32,
    },
    /// Whether photographs of marks are taken at all.
    Marks {
        /// They are, and stored only.
        stored: bool,
    },
    /// Where encounters may be sent.
    Destination {
        /// The partner hub's name.
        name: String,
        /// Its country.
        country: String,
        /// For these purposes.
        purposes: Vec<String>,
    },
    /// Which data a destination gets.
    DataClasses {
        /// The partner hub's name.
        destination: String,
        /// What it gets.
        classes: Vec<Modality>,
    },
    /// Of whom a destination gets data.
    Ages {
        /// The partner hub's name.
        destination: String,
        /// Age bands.
        ages: Vec<AgeBand>,
    },
}
