//! CBEFF wrappers: the XML patron format of ISO/IEC 19785-3 ([`Bir`]) and the BER-TLV biometric
//! information templates of ISO/IEC 7816-11 and 19785-3 ([`tlv`]).

mod bir;
pub mod tlv;
pub mod xml;

pub use bir::{Bir, BirInfo, MAX_XML_LEN, QualityInfo};

/// The namespace of the XML patron format, edition 2.
pub const XML_NAMESPACE: &str = "http://standards.iso.org/iso-iec/19785/-3/ed-2/";

/// Whether these bytes look like a CBEFF XML document.
pub fn is_xml(bytes: &[u8]) -> bool {
    // A document may begin with a byte order mark, white space and a declaration; `BIR` stands early.
    const LOOK_AT: usize = 4096;
    let head = bytes.get(..LOOK_AT.min(bytes.len())).unwrap_or_default();
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head.iter().position(|b| !b.is_ascii_whitespace());
    first.is_some_and(|i| head.get(i) == Some(&b'<')) && head.windows(3).any(|w| w == b"BIR")
}
