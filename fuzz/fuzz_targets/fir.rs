//! Reading a finger image record from arbitrary bytes.
//!
//! Holds: nothing panics; a record without findings is written back as it was; written records are read
//! again as the same value.
#![no_main]

use biometric_records::MAX_FINDINGS;
use biometric_records::fir::FingerImageRecord;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = FingerImageRecord::read(bytes) else { return };
    assert!(parsed.findings.len() <= MAX_FINDINGS);
    let _ = parsed.value.to_json();
    let written = parsed.value.to_bytes();
    if parsed.findings.is_empty() {
        assert_eq!(written.as_deref(), Ok(bytes));
    }
    if let Ok(written) = written {
        FingerImageRecord::read(&written).expect("a written record is read");
    }
});
