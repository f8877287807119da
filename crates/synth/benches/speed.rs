//! One thread's time for each kind of synthetic thing: `cargo bench -p ridgeline-synth`.

#![allow(missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use model::FingerPosition;
use ridgeline_synth::{
    eye,
    finger::{Class, Condition, Master, Plan, Preset, impression, patches},
    templates::TemplatePerson,
};
use std::time::Duration;

/// Runs `work` with a fresh number each time, so that nothing is found made already.
fn each<T>(c: &mut Criterion, name: &str, mut work: impl FnMut(u64) -> T) {
    let mut number = 0;
    c.bench_function(name, |b| {
        b.iter(|| {
            number += 1;
            work(number)
        });
    });
}

fn all(c: &mut Criterion) {
    let plan = Plan { position: FingerPosition::RightIndex, class: Class::Whorl, scale: 1.0, wear: 0.2 };
    let master = Master::new(0, plan);
    let condition = Condition::draw(Preset::Enrolment, 1);
    let look = eye::Condition::draw(eye::Preset::Enrolment, 1);
    each(c, "patches/16 of 192 px", |n| patches(1, n));
    each(c, "master", |n| Master::new(n, plan));
    each(c, "impression/400 x 480", |n| impression(&master, &condition, n).map(|i| i.image));
    let drawn_over = Condition::draw(Preset::Sweep, 1);
    each(c, "impression/sweep, 300 x 480", |n| impression(&master, &drawn_over, n).map(|i| i.image));
    each(c, "eye/640 x 480", |n| eye::eye(&eye::Identity::new(n), &look, n).map(|e| e.image));
    each(c, "templates/ten fingers", |n| TemplatePerson::new(1, n).fingers(0));
    each(c, "templates/two irises", |n| TemplatePerson::with_fingers(1, n, &[]).irises(0).map(|t| t.len()));
}

criterion_group! {
    name = speed;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(4));
    targets = all
}
criterion_main!(speed);
