//! Type-9: what its blocks count and where their minutiae lie.

use super::Check;
use crate::finding::Severity;
use crate::record::TaggedRecord;
use crate::types::{MinutiaeFormat, MinutiaeSet, Type9};

/// Each block's field of minutiae and the field that counts them.
const FIELDS: [(MinutiaeFormat, u16, Option<u16>); 4] = [
    (MinutiaeFormat::Standard, 12, Some(10)),
    (MinutiaeFormat::Iafis, 23, Some(15)),
    (MinutiaeFormat::M1, 137, Some(136)),
    (MinutiaeFormat::Efs, 331, None),
];

pub(super) fn check(check: &mut Check<'_>, index: usize, record: &TaggedRecord<'_>) {
    let Some(view) = Type9::of(record) else { return };
    for block in view.blocks() {
        let Some((_, field, count)) = FIELDS.into_iter().find(|(format, ..)| *format == block.format) else {
            continue;
        };
        if block.unreadable > 0 {
            let detail = format!("{} entries are no minutiae", block.unreadable);
            check.complain(index, Some(field), "minutiae.unreadable", Severity::Error, detail);
        }
        if block.whole_turns > 0 {
            let detail = format!("{} directions are 360 degrees instead of 0", block.whole_turns);
            check.complain(index, Some(field), "minutiae.direction", Severity::Warning, detail);
        }
        let entries = block.minutiae.len() + block.unreadable;
        if let Some((count, said)) = count.and_then(|count| Some((count, record.number(count)?)))
            && usize::try_from(said).ok() != Some(entries)
        {
            let detail = format!("{said} minutiae are counted, {entries} follow");
            check.complain(index, Some(count), "minutiae.count", Severity::Error, detail);
        }
        if block.format == MinutiaeFormat::M1 {
            within(check, index, record, &block);
        }
    }
    if record.bytes(4) == Some(b"S") && record.field(12).is_none() && record.number(10) != Some(0) {
        let detail = "9.004 announces the standard's minutiae, and 9.012 is missing".to_owned();
        check.complain(index, Some(12), "minutiae.missing", Severity::Warning, detail);
    }
}

/// 9.137 counts pixels of an image whose size 9.128 and 9.129 give.
fn within(check: &mut Check<'_>, index: usize, record: &TaggedRecord<'_>, block: &MinutiaeSet) {
    let (Some(hll), Some(vll)) = (record.number(128), record.number(129)) else { return };
    let outside =
        block.minutiae.iter().filter(|minutia| u64::from(minutia.x) >= hll || u64::from(minutia.y) >= vll);
    let count = outside.count();
    if count > 0 {
        let detail = format!("{count} minutiae lie outside the {hll} x {vll} pixels of the image");
        check.complain(index, Some(137), "minutiae.outside", Severity::Error, detail);
    }
}
