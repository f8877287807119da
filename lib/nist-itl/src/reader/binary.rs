//! Binary records, types 3 to 8.

use std::borrow::Cow;

use super::Reader;
use crate::finding::Severity;
use crate::record::{BinaryBody, BinaryRecord, FrictionHeader, LEN_AND_IDC, SignatureHeader};

/// Whether bytes can begin a binary record: a length that fits what is left.
pub(super) fn plausible(bytes: &[u8]) -> bool {
    declared_length(bytes).is_some_and(|length| (LEN_AND_IDC..=bytes.len()).contains(&length))
}

fn declared_length(bytes: &[u8]) -> Option<usize> {
    let length: &[u8; 4] = bytes.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

/// Reads the record at the reader's place. None when too little is left or its length says less than
/// its own header, so that the next record cannot be found.
pub(super) fn read<'a>(reader: &mut Reader<'a>, record_type: u8) -> Option<BinaryRecord<'a>> {
    let bytes = reader.rest();
    let declared = declared_length(bytes).filter(|length| *length >= LEN_AND_IDC);
    let (Some(declared), Some(&idc)) = (declared, bytes.get(LEN_AND_IDC - 1)) else {
        let detail = "no readable length for a binary record".to_owned();
        let finding = reader.finding("len.wrong", Severity::Error, record_type, detail).in_field(1);
        reader.findings.push(finding);
        return None;
    };
    let length = declared.min(bytes.len());
    if length < declared {
        let detail = format!("the record says {declared} bytes, {length} are left");
        let finding = reader.finding("len.beyond", Severity::Error, record_type, detail).in_field(1);
        reader.findings.push(finding);
    }
    let record = bytes.get(..length)?;

    let parsed = match record_type {
        3..=6 => {
            friction(record).map(|header| (BinaryBody::Friction(header), FrictionHeader::RECORD_HEADER_LEN))
        }
        8 => signature(record)
            .map(|header| (BinaryBody::Signature(header), SignatureHeader::RECORD_HEADER_LEN)),
        _ => Some((BinaryBody::UserDefined, LEN_AND_IDC)),
    };
    let (body, header_len) = parsed.unwrap_or_else(|| {
        let detail = format!("{length} bytes are too few for a record of type {record_type}");
        let finding = reader.finding("len.short", Severity::Error, record_type, detail).in_field(1);
        reader.findings.push(finding);
        (BinaryBody::UserDefined, LEN_AND_IDC)
    });
    Some(BinaryRecord {
        record_type,
        idc,
        body,
        payload: Cow::Borrowed(record.get(header_len..).unwrap_or_default()),
        offset: Some(reader.at),
        length,
    })
}

fn friction(record: &[u8]) -> Option<FrictionHeader> {
    let header: &[u8; FrictionHeader::RECORD_HEADER_LEN] = record.first_chunk()?;
    let [_, _, _, _, _, imp, f0, f1, f2, f3, f4, f5, isr, h0, h1, v0, v1, cga] = *header;
    Some(FrictionHeader {
        imp,
        fgp: [f0, f1, f2, f3, f4, f5],
        isr,
        hll: u16::from_be_bytes([h0, h1]),
        vll: u16::from_be_bytes([v0, v1]),
        cga,
    })
}

fn signature(record: &[u8]) -> Option<SignatureHeader> {
    let header: &[u8; SignatureHeader::RECORD_HEADER_LEN] = record.first_chunk()?;
    let [_, _, _, _, _, sig, srt, isr, h0, h1, v0, v1] = *header;
    Some(SignatureHeader {
        sig,
        srt,
        isr,
        hll: u16::from_be_bytes([h0, h1]),
        vll: u16::from_be_bytes([v0, v1]),
    })
}
