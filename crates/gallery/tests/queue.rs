//! Searches that share passes give the answers that they would give alone.

#![allow(clippy::unwrap_used)]

use model::FingerPosition;
use ridgeline_gallery::{Cascade, Gallery, Person, Queue, QueueError, Request, SearchOptions};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use synth::templates::TemplatePerson;

const OPTIONS: SearchOptions = SearchOptions { fpir: 0.05, max_candidates: 10 };

fn person(index: u64, encounter: u32) -> Person {
    let person = TemplatePerson::with_fingers(13, index, &[FingerPosition::RightIndex]);
    Person { fingers: person.fingers(encounter), irises: person.irises(encounter).unwrap() }
}

/// 260 persons of whom 130 are echoes, all stages in use.
fn gallery() -> Gallery {
    let mut gallery = Gallery::new();
    for index in 0..130 {
        gallery.insert(u128::from(index), &person(index, 0));
    }
    gallery.with_echoes(1)
}

fn tight() -> Cascade {
    Cascade { full_up_to: 0, wide_least: 30, narrow_least: 10, confirm: 5, ..Cascade::default() }
}

fn request(gallery: &Gallery, index: u64) -> Request {
    Request { cascade: tight(), ..Request::new(gallery.view(), person(index, 1), OPTIONS) }
}

#[test]
fn together_is_as_alone() {
    let gallery = gallery();
    let queue = Queue::new(2, 100).unwrap();
    let tickets: Vec<_> = (0..24)
        .map(|i| queue.submit(Request { priority: i % 5 == 0, ..request(&gallery, i * 5) }).unwrap())
        .collect();
    for (i, ticket) in tickets.into_iter().enumerate() {
        let alone = gallery.view().search_with(&person(i as u64 * 5, 1), &OPTIONS, &tight());
        assert_eq!(ticket.wait(), Ok(alone), "{i}");
    }
    // A short list has no first pass.
    let mut short = Gallery::new();
    short.insert(1, &person(1, 0));
    let answer = queue.search(Request::new(short.view(), person(1, 1), OPTIONS)).unwrap();
    assert_eq!(answer, short.search(&person(1, 1), &OPTIONS));
}

#[test]
fn the_stopped_stop_and_the_many_are_refused() {
    let gallery = gallery();
    let queue = Queue::new(1, 2).unwrap();
    let hold = Arc::new(AtomicBool::new(true));
    let asked = Arc::new(AtomicUsize::new(0));
    // One search asks whether to stop, and holds the walk up there, until the others have come.
    let (own_hold, own_asked) = (Arc::clone(&hold), Arc::clone(&asked));
    let held = Request {
        stop: Box::new(move || {
            own_asked.fetch_add(1, Ordering::SeqCst);
            while own_hold.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            true
        }),
        ..request(&gallery, 1)
    };
    let held = queue.submit(held).unwrap();
    while asked.load(Ordering::SeqCst) == 0 {
        std::thread::yield_now();
    }
    let first = queue.submit(request(&gallery, 2)).unwrap();
    let second = queue.submit(request(&gallery, 3)).unwrap();
    assert_eq!(queue.submit(request(&gallery, 4)).err(), Some(QueueError::Busy(2)));
    // Priority is not refused.
    let urgent = queue.submit(Request { priority: true, ..request(&gallery, 6) }).unwrap();
    hold.store(false, Ordering::SeqCst);
    assert_eq!(held.wait(), Err(QueueError::Stopped));
    assert!(urgent.wait().is_ok() && first.wait().is_ok() && second.wait().is_ok());
    let late = queue.submit(Request { stop: Box::new(|| true), ..request(&gallery, 5) }).unwrap();
    drop(queue);
    assert_eq!(late.wait(), Err(QueueError::Stopped));
}
