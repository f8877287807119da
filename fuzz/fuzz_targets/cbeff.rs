//! Reading CBEFF wrappers, XML and TLV, from arbitrary bytes.
//!
//! Holds: nothing panics; data objects are written back as they were; an XML record that was read is
//! written and read as the same value; an XML document keeps its content through writing and reading.
#![no_main]

use biometric_records::cbeff::{Bir, tlv, xml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(parsed) = tlv::read(bytes) {
        let _ = tlv::templates(&parsed.value);
        assert_eq!(tlv::write(&parsed.value).as_deref(), Ok(bytes));
    }
    if let Ok(parsed) = Bir::read_xml(bytes) {
        let again = Bir::read_xml(parsed.value.to_xml().as_bytes()).expect("a written record is read");
        assert_eq!(again.value, parsed.value);
    }
    if let Ok(document) = std::str::from_utf8(bytes).map_err(drop).and_then(|t| xml::read(t).map_err(drop)) {
        let text = xml::write(&document);
        let again = xml::read(&text).expect("a written document is read");
        assert_eq!(xml::write(&again), text);
    }
});
