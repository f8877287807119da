//! Reading a ten-print card: 14 records of types 1, 2 and 14, 0.6 MB of images as WSQ makes them.
//!
//! Payloads are borrowed, so what is measured is the walk over tags and lengths. Throughput counts the
//! bytes of payload: `cargo bench -p nist-itl`.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nist_itl::build::{Encounter, Finger, Header, ImageData};
use nist_itl::profile::Profile;
use nist_itl::{Compression, Record};

/// A card of ten rolled fingers and four plain impressions, with sizes as in practice. The images hold
/// every byte value, separators too.
fn ten_print_card() -> Vec<u8> {
    let noise: Vec<u8> = (0..110_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let wsq = |len: usize| {
        let mut image = noise[..len].to_vec();
        image[..2].copy_from_slice(b"\xFF\xA0");
        image
    };
    let images: Vec<(u16, Vec<u8>)> = (1..=10)
        .map(|finger| (finger, wsq(41_000)))
        .chain([(11, wsq(22_000)), (12, wsq(27_000)), (13, wsq(110_000)), (14, wsq(104_000))])
        .collect();
    let mut card = Encounter::new(Profile::ebts(), Header::new("RPIS", "20260131", "D", "O", "1"));
    for (position, data) in images.iter().take(10) {
        let image =
            ImageData { width: 800, height: 750, ppi: 500, bits: 8, compression: Compression::Wsq20, data };
        card = card.finger(Finger::new(*position, 1, "O", "20260131", image));
    }
    let rolled = card.finish().unwrap();
    // The plain impressions go in as records, past the profile's limit on rapid searches.
    let mut transaction = rolled;
    for (place, (position, data)) in images.iter().skip(10).enumerate() {
        let Some(Record::Tagged(mut record)) = transaction.records().last().cloned() else { continue };
        record.set_text(2, format!("{}", 11 + place)).set_text(13, position.to_string());
        record.set(nist_itl::Field::new(999, data.clone()));
        transaction.records_mut().push(Record::Tagged(record));
    }
    transaction.to_bytes().unwrap()
}

fn bench(criterion: &mut Criterion) {
    let bytes = ten_print_card();
    let reading = nist_itl::read(&bytes).unwrap();
    assert!(reading.findings.is_empty(), "{:?}", reading.findings);
    let payload: usize = reading.transaction.images().map(|image| image.payload.len()).sum();
    println!(
        "{} bytes, {payload} of them payload, {} records",
        bytes.len(),
        reading.transaction.records().len()
    );

    let mut group = criterion.benchmark_group("ten-print");
    group.throughput(Throughput::Bytes(payload as u64));
    group.bench_function("read", |bencher| bencher.iter(|| nist_itl::read(black_box(&bytes))));
    group.bench_function("read and walk images", |bencher| {
        bencher.iter(|| {
            let reading = nist_itl::read(black_box(&bytes)).unwrap();
            reading.transaction.images().map(|image| image.payload.len()).sum::<usize>()
        });
    });
    group.bench_function("validate", |bencher| {
        bencher.iter(|| nist_itl::validate_with(black_box(&reading.transaction), Profile::ebts()));
    });
    group.bench_function("write", |bencher| bencher.iter(|| black_box(&reading.transaction).to_bytes()));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
