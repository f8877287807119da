//! Reading a minutiae record from arbitrary bytes.
//!
//! Holds: nothing panics; findings stay within their limit; a record without findings is written back as
//! it was; what can be written in another edition can be read in it.
#![no_main]

use biometric_records::MAX_FINDINGS;
use biometric_records::fmr::{FmrFormat, MinutiaeRecord};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(parsed) = MinutiaeRecord::read(bytes) else { return };
    assert!(parsed.findings.len() <= MAX_FINDINGS);
    let written = parsed.value.to_bytes();
    if parsed.findings.is_empty() {
        assert_eq!(written.as_deref(), Ok(bytes));
    }
    let _ = parsed.value.to_json();
    for format in [FmrFormat::Iso2005, FmrFormat::Iso2011, FmrFormat::Ansi2004, FmrFormat::Ansi2009] {
        if let Ok(other) = parsed.value.to_format(format) {
            let bytes = other.to_bytes().expect("a converted record is written");
            MinutiaeRecord::read(&bytes).expect("a converted record is read");
        }
    }
});
