//! Numbers out of a byte slice at an offset, `None` past its end.

pub(crate) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(crate) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(crate) fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

pub(crate) fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..)?.first_chunk().copied()?))
}

/// The samples of a row that is packed with `bits` (1, 2 or 4) a sample, first sample in the high bits.
pub(crate) fn unpack_row(row: &[u8], bits: u8, count: usize) -> impl Iterator<Item = u8> + '_ {
    let per_byte = usize::from(8 / bits.clamp(1, 8));
    let mask = ((1_u16 << bits.clamp(1, 8)) - 1) as u8;
    (0..count).map(move |x| {
        let byte = row.get(x / per_byte).copied().unwrap_or(0);
        let shift = 8 - usize::from(bits.clamp(1, 8)) * (x % per_byte + 1);
        (byte >> shift) & mask
    })
}

/// Pixels per inch from pixels per metre.
pub(crate) fn ppi_from_metre(per_metre: f64) -> f64 {
    // Writers round to whole pixels per metre (19685 for 500 ppi): give back the whole number that was meant.
    let ppi = per_metre * 0.0254;
    if (ppi - ppi.round()).abs() < 0.02 { ppi.round() } else { ppi }
}
