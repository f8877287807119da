//! Rows of columns: in memory of their own, or side by side with those of other blocks in huge pages.
//!
//! A million people's columns are 7 GB. In pages of 4 KB taking them from the system costs more than reading,
//! opening and copying them together (1.7 million page faults), and every page that is scanned is looked up again. So
//! whoever makes many blocks at once puts their rows into arenas that ask for pages of 2 MB. A block that is changed
//! takes its rows out; the arena goes when the last of its blocks has gone.

use memmap2::MmapMut;
use std::{
    ops::{Deref, Range},
    sync::{Arc, OnceLock},
};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Blocks that share an arena: 4,096 persons, 28 MB with ten fingers and two irises.
pub(crate) const ARENA_BLOCKS: usize = 64;
/// Rows are as long as a multiple of this, so all stand at one.
const ALIGN: usize = 64;

/// What may be a row: any bytes are one, and any row is bytes.
pub(crate) trait Row: FromBytes + IntoBytes + Immutable + KnownLayout + Copy + 'static {}

impl<T: FromBytes + IntoBytes + Immutable + KnownLayout + Copy + 'static> Row for T {}

/// Rows, shared or not; to change them is to own them.
#[derive(Debug, Clone)]
pub(crate) enum Rows<T> {
    Own(Vec<T>),
    /// The bytes of an arena.
    Shared(Arc<Arena>, Range<usize>),
}

/// Rows of several blocks; empty until all of them stand in it.
#[derive(Debug, Default)]
pub(crate) struct Arena(OnceLock<MmapMut>);

impl<T: Row> Deref for Rows<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Own(rows) => rows,
            Self::Shared(arena, range) => {
                let bytes = arena.0.get().and_then(|map| map.get(range.clone()));
                bytes.and_then(|bytes| <[T]>::ref_from_bytes(bytes).ok()).unwrap_or(&[])
            }
        }
    }
}

impl<T: Row> Rows<T> {
    /// To be changed: what is shared is copied first.
    pub(crate) fn to_mut(&mut self) -> &mut Vec<T> {
        if let Self::Shared(..) = self {
            *self = Self::Own(self.to_vec());
        }
        match self {
            Self::Own(rows) => rows,
            Self::Shared(..) => unreachable!("it was made its own above"),
        }
    }
}

impl<T: Row + PartialEq> PartialEq for Rows<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// An arena that is being filled.
pub(crate) struct Filling {
    arena: Arc<Arena>,
    map: Option<MmapMut>,
    used: usize,
}

impl Filling {
    /// An arena for so many bytes of rows. Where the system gives none, rows own their memory.
    pub(crate) fn new(bytes: usize) -> Self {
        let map = MmapMut::map_anon(bytes.max(1)).ok();
        #[cfg(target_os = "linux")]
        if let Some(map) = &map {
            // A system without huge pages says so; then there are none.
            let _ = map.advise(memmap2::Advice::HugePage);
        }
        Self { arena: Arc::default(), map, used: 0 }
    }

    /// No arena: rows own their memory.
    pub(crate) fn none() -> Self {
        Self { arena: Arc::default(), map: None, used: 0 }
    }

    /// So many rows as `fill` leaves them, which finds zeros; none where it gives none.
    pub(crate) fn rows<T: Row>(
        &mut self,
        count: usize,
        fill: impl FnOnce(&mut [T]) -> Option<()>,
    ) -> Option<Rows<T>> {
        const { assert!(size_of::<T>().is_multiple_of(ALIGN) && align_of::<T>() <= ALIGN) };
        let range = self.used..self.used.checked_add(count.checked_mul(size_of::<T>())?)?;
        let room = self.map.as_mut().and_then(|map| map.get_mut(range.clone()));
        match room.and_then(|room| <[T]>::mut_from_bytes(room).ok()) {
            Some(rows) => {
                // Also where it is given up: what was written in it is nobody's.
                self.used = range.end;
                fill(rows)?;
                Some(Rows::Shared(Arc::clone(&self.arena), range))
            }
            None => {
                let mut rows = vec![T::new_zeroed(); count];
                fill(&mut rows)?;
                Some(Rows::Own(rows))
            }
        }
    }

    /// Moves rows into the arena.
    pub(crate) fn settle<T: Row>(&mut self, rows: &mut Rows<T>) {
        let moved = self.rows(rows.len(), |room| {
            room.copy_from_slice(rows);
            Some(())
        });
        if let Some(moved) = moved {
            *rows = moved;
        }
    }
}

/// The rows made of it can be read from here on.
impl Drop for Filling {
    fn drop(&mut self) {
        if let Some(map) = self.map.take() {
            // It is set here alone.
            let _ = self.arena.0.set(map);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Plane;

    fn rows(filling: &mut Filling, from: u8, count: usize) -> Rows<Plane> {
        let fill = |rows: &mut [Plane]| {
            assert!(rows.iter().all(|row| row.0 == [0; 64]), "nothing of others");
            rows.iter_mut().zip(from..).for_each(|(row, value)| row.0.fill(value));
            Some(())
        };
        filling.rows(count, fill).unwrap()
    }

    #[test]
    fn rows_are_the_same_wherever_they_stand() {
        // Room for seven: the last two own theirs.
        let mut filling = Filling::new(7 * 64);
        let made = [rows(&mut filling, 1, 3), rows(&mut filling, 7, 4), rows(&mut filling, 20, 2)];
        drop(filling);
        assert!(matches!((&made[1], &made[2]), (Rows::Shared(..), Rows::Own(_))));
        for (own, (from, count)) in made.iter().zip([(1, 3), (7, 4), (20, 2)]) {
            assert_eq!(*own, rows(&mut Filling::none(), from, count));
        }
    }

    #[test]
    fn a_change_touches_no_other() {
        let mut filling = Filling::new(1 << 20);
        let first = rows(&mut filling, 1, 3);
        drop(filling);
        let mut second = first.clone();
        second.to_mut()[1].0[5] = 99;
        assert_ne!(first, second);
        assert_eq!((first[1].0[5], second[1].0[5], second[2].0[0]), (2, 99, 3));
        let mut filling = Filling::new(1 << 20);
        filling.settle(&mut second);
        drop(filling);
        assert!(matches!(second, Rows::Shared(..)));
        assert_eq!((second.len(), second[1].0[5]), (3, 99));
    }

    #[test]
    fn what_is_not_filled_is_not_there() {
        let mut filling = Filling::new(1 << 10);
        assert!(filling.rows::<Plane>(2, |_| None).is_none());
        assert!(filling.rows::<Plane>(usize::MAX, |_| Some(())).is_none());
        assert_eq!(rows(&mut filling, 0, 0), Rows::Own(vec![]));
    }
}
