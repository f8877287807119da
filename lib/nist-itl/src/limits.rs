//! What the reader accepts at most. A file over a limit is read up to it and gets a finding;
//! memory stays within a small multiple of the input, whose payloads are borrowed.

/// Records in a transaction. The standard counts to 999 beside Type-1 (1.003, CRC).
pub const RECORDS_MAX: usize = 1000;

/// Fields in all records together: a field costs at least 5 bytes of input and about 48 of
/// memory, so this bounds the field lists at about 6 MB. The largest real files hold some hundreds.
pub const FIELDS_MAX: usize = 131_072;

/// Findings kept. The rest are counted, not kept: a broken file should not fill memory with complaints.
pub const FINDINGS_MAX: usize = 1000;

/// Digits in a field number or record type inside a tag: `14.999:` has 2 and 3. Four digits
/// occur in the FBI's Type-2 fields (2.2001 and up); more is not a tag.
pub const TAG_DIGITS_MAX: usize = 4;

/// Digits in a record length: the largest record that a 32-bit length can count has 10.
pub const LENGTH_DIGITS_MAX: usize = 10;

/// Subfields (minutiae, for one) that a typed view returns from one field. The standard allows 255
/// minutiae in the legacy blocks and 999 in the extended feature set.
pub const SUBFIELDS_MAX: usize = 4096;
