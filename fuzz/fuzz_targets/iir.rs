//! Reading an iris image record from arbitrary bytes.
//!
//! Holds: nothing panics; a record without findings is written back as it was; written records are read
//! again.
#![no_main]

use biometric_records::MAX_FINDINGS;
use biometric_records::iir::IrisRecord;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = IrisRecord::read(bytes) else { return };
    assert!(parsed.findings.len() <= MAX_FINDINGS);
    let _ = parsed.value.to_json();
    let _ = parsed.value.images.iter().map(|i| parsed.value.codec(i)).count();
    let written = parsed.value.to_bytes();
    if parsed.findings.is_empty() {
        assert_eq!(written.as_deref(), Ok(bytes));
    }
    if let Ok(written) = written {
        IrisRecord::read(&written).expect("a written record is read");
    }
});
