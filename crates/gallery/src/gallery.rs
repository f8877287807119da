//! The persons of one list, and how they come and go while searches run.

use crate::{
    Enrolment, Person, SearchAnswer, SearchOptions,
    block::Block,
    kernels::LANES,
    view::{View, share_of},
};
use rayon::prelude::*;
use std::{collections::HashMap, sync::Arc};

/// The persons of one list.
///
/// [`Gallery::view`] gives what stands in it now; searches run on that, without a lock. A change copies the block
/// that it touches if a search still looks at it.
#[derive(Default)]
pub struct Gallery {
    view: Arc<View>,
    /// Block times [`LANES`] plus lane.
    places: HashMap<u128, u32>,
    /// Lanes that nobody uses.
    free: Vec<u32>,
}

impl Gallery {
    /// An empty gallery.
    pub fn new() -> Self {
        Self::default()
    }

    /// From blocks of a snapshot.
    pub(crate) fn from_blocks(blocks: Vec<Block>) -> Self {
        let blocks: Vec<Arc<Block>> = blocks.into_par_iter().map(Arc::new).collect();
        let sum = |block: &Arc<Block>| {
            let active = block.active();
            let keys = (0..LANES).filter(|lane| active >> lane & 1 == 1).map(|lane| block.keys[lane]);
            keys.fold((0, [0; 4]), |(count, set), key| (count + 1, together(set, share_of(key))))
        };
        let none = || (0, [0; 4]);
        let (persons, set) = blocks.par_iter().map(sum).reduce(none, |a, b| (a.0 + b.0, together(a.1, b.1)));
        let mut gallery = Self { places: HashMap::with_capacity(persons), ..Self::default() };
        for (number, block) in blocks.iter().enumerate() {
            for lane in 0..LANES {
                let place = (number * LANES + lane) as u32;
                if block.live >> lane & 1 == 1 {
                    gallery.places.insert(block.keys[lane], place);
                } else {
                    gallery.free.push(place);
                }
            }
        }
        gallery.view = Arc::new(View { blocks, persons, set, ..View::default() });
        gallery
    }

    /// Everybody in it, searched or suspended.
    pub fn keys(&self) -> impl Iterator<Item = u128> {
        self.places.keys().copied()
    }

    /// What stands in it now.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.view)
    }

    /// Adds or replaces a person.
    pub fn insert(&mut self, key: u128, person: &Person) {
        self.enrol(key, &Enrolment::new(person));
    }

    /// Adds or replaces a person who was made ready elsewhere, on other threads.
    pub fn enrol(&mut self, key: u128, person: &Enrolment) {
        self.remove(key);
        let place = self.free.pop().unwrap_or_else(|| {
            let view = Arc::make_mut(&mut self.view);
            let first = (view.blocks.len() * LANES) as u32;
            view.blocks.push(Arc::new(Block::new()));
            self.free.extend((first + 1..first + LANES as u32).rev());
            first
        });
        self.places.insert(key, place);
        self.change(place, |block, lane| block.put(lane, key, person));
        self.count(key, true);
    }

    /// Removes a person; says whether it was there.
    pub fn remove(&mut self, key: u128) -> bool {
        let Some(place) = self.places.remove(&key) else { return false };
        let active = self.change(place, |block, lane| {
            let active = block.active() >> lane & 1 == 1;
            block.clear(lane);
            active
        });
        if active {
            self.count(key, false);
        }
        self.free.push(place);
        true
    }

    /// Suspended persons stay in memory and are not searched; says whether it was there.
    pub fn set_suspended(&mut self, key: u128, suspended: bool) -> bool {
        let Some(&place) = self.places.get(&key) else { return false };
        let changed = self.change(place, |block, lane| {
            let before = block.suspended;
            block.suspended = before & !(1 << lane) | u64::from(suspended) << lane;
            block.suspended != before
        });
        if changed {
            self.count(key, !suspended);
        }
        true
    }

    /// The last entry of the gallery log that these persons stand for.
    pub fn set_applied_sequence(&mut self, sequence: u64) {
        Arc::make_mut(&mut self.view).applied_sequence = sequence;
    }

    /// While a reason is set, every answer is `Partial` and gives it.
    pub fn set_loading(&mut self, reason: Option<String>) {
        if self.view.partial != reason {
            Arc::make_mut(&mut self.view).partial = reason;
        }
    }

    /// Persons that should be here and are not; while there are any, every answer is `Partial`.
    pub fn set_missing(&mut self, persons: usize) {
        if self.view.missing != persons {
            Arc::make_mut(&mut self.view).missing = persons;
        }
    }

    /// Persons that a search compares.
    pub fn len(&self) -> usize {
        self.view.len()
    }

    /// Whether a search compares nobody.
    pub fn is_empty(&self) -> bool {
        self.view.is_empty()
    }

    /// Searches a person; the result does not depend on the number of threads.
    pub fn search(&self, probe: &Person, options: &SearchOptions) -> SearchAnswer {
        self.view.search(probe, options)
    }

    fn change<T>(&mut self, place: u32, change: impl FnOnce(&mut Block, usize) -> T) -> T {
        let view = Arc::make_mut(&mut self.view);
        change(Arc::make_mut(&mut view.blocks[place as usize / LANES]), place as usize % LANES)
    }

    /// A person began or ceased to be searched.
    fn count(&mut self, key: u128, searched: bool) {
        let view = Arc::make_mut(&mut self.view);
        for (sum, share) in view.set.iter_mut().zip(share_of(key)) {
            *sum = if searched { sum.wrapping_add(share) } else { sum.wrapping_sub(share) };
        }
        view.persons = if searched { view.persons + 1 } else { view.persons.saturating_sub(1) };
    }
}

/// Sums of sets' shares.
fn together(a: [u64; 4], b: [u64; 4]) -> [u64; 4] {
    std::array::from_fn(|i| a[i].wrapping_add(b[i]))
}
