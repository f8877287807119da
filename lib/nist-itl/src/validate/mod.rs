//! Looks into the values of a transaction: against the standard, and against a profile.
//!
//! The reader's own findings (lengths, tags, 1.003) come with the reading; these here are about what
//! the fields say.

mod fields;
mod header;
mod images;
mod minutiae;

use crate::finding::{Finding, Findings, Severity};
use crate::profile::Profile;
use crate::record::Record;
use crate::{Field, Transaction};

/// Checks a transaction against the standard.
///
/// ```
/// let bytes = b"1.001:109\x1D1.002:0502\x1D1.003:1\x1F1\x1E2\x1F00\x1D1.004:CAR\x1D1.005:20261331\x1D\
///     1.007:D\x1D1.008:O\x1D1.009:1\x1D1.011:00.00\x1D1.012:00.00\x1C2.001:18\x1D2.002:00\x1C";
/// let reading = nist_itl::read(bytes)?;
/// let findings = nist_itl::validate(&reading.transaction);
/// assert!(findings.iter().any(|finding| finding.rule == "field.characters" && finding.field == Some(5)));
/// # Ok::<(), nist_itl::ReadError>(())
/// ```
pub fn validate(transaction: &Transaction<'_>) -> Findings {
    let mut check = Check { transaction, findings: Findings::new() };
    header::check(&mut check);
    for (index, record) in transaction.records().iter().enumerate() {
        match record {
            Record::Tagged(record) => {
                fields::check(&mut check, index, record);
                minutiae::check(&mut check, index, record);
            }
            Record::Binary(record) => images::check_binary(&mut check, index, record),
        }
    }
    for image in transaction.images() {
        images::check(&mut check, &image);
    }
    check.findings
}

/// Checks a transaction against the standard and a profile.
pub fn validate_with(transaction: &Transaction<'_>, profile: &Profile) -> Findings {
    let mut findings = validate(transaction);
    findings.extend(profile.check(transaction));
    findings
}

/// The state of one validation.
pub(crate) struct Check<'t> {
    pub(crate) transaction: &'t Transaction<'t>,
    pub(crate) findings: Findings,
}

impl Check<'_> {
    /// A finding about a record, or about one of its fields at that field's place.
    pub(crate) fn complain(
        &mut self,
        index: usize,
        field: Option<u16>,
        rule: &'static str,
        severity: Severity,
        detail: String,
    ) {
        if !self.findings.count_if_full() {
            self.findings.push(located(self.transaction, index, field, rule, severity, detail));
        }
    }

    /// A finding about exactly this field, which may be one of several with its number.
    pub(crate) fn complain_at(
        &mut self,
        index: usize,
        field: &Field<'_>,
        rule: &'static str,
        severity: Severity,
        detail: String,
    ) {
        if self.findings.count_if_full() {
            return;
        }
        let mut finding = located(self.transaction, index, None, rule, severity, detail);
        finding.field = Some(field.number());
        finding.offset = field.offset().or(finding.offset);
        self.findings.push(finding);
    }
}

/// A finding that knows its place in the input where there is one.
pub(crate) fn located(
    transaction: &Transaction<'_>,
    index: usize,
    field: Option<u16>,
    rule: &'static str,
    severity: Severity,
    detail: String,
) -> Finding {
    let record = transaction.records().get(index);
    let mut finding = Finding::new(rule, severity, detail);
    finding.record = Some(index);
    finding.record_type = record.map(Record::record_type);
    finding.field = field;
    let tagged = record.and_then(Record::tagged);
    let place = field
        .and_then(|field| tagged.and_then(|record| record.field(field)).and_then(|field| field.offset()));
    finding.offset = place.or_else(|| record.and_then(Record::offset));
    finding
}
