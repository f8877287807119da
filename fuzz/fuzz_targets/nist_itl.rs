//! Reading, walking, checking and writing a transaction from arbitrary bytes.
//!
//! Holds: nothing panics; findings stay within their limit; what can be written can be read again, and
//! writing that gives the same bytes; an accepted file without structural findings comes back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(reading) = nist_itl::read(bytes) else { return };
    let transaction = &reading.transaction;
    assert!(reading.findings.len() <= nist_itl::limits::FINDINGS_MAX);

    for image in transaction.images() {
        let _ = (image.payload_format(), image.ppi.map(|ppi| ppi.nominal_ppi()));
    }
    for record in transaction.type9() {
        let _ = (record.blocks(), record.positions(), record.patterns());
    }
    for record in transaction.friction_images() {
        let _ = (record.segments().count(), record.alternate_segments().count(), record.amputations().count());
        let _ = (record.quality().count(), record.nist_quality().count(), record.boxes().count());
    }
    for record in transaction.type10() {
        let _ = (record.descriptors().count(), record.smt_codes().count(), record.colors().count());
    }
    for profile in [nist_itl::profile::Profile::ebts(), nist_itl::profile::Profile::int_i()] {
        let _ = nist_itl::validate_with(transaction, profile);
    }

    if let Ok(written) = transaction.to_bytes() {
        if reading.findings.is_empty() {
            assert_eq!(written, bytes);
        }
        if let Ok(again) = nist_itl::read(&written) {
            if let Ok(twice) = again.transaction.to_bytes() {
                assert_eq!(twice, written);
            }
        }
    }
});
