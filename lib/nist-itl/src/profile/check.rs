//! A transaction against a profile.

use super::Profile;
use crate::Transaction;
use crate::field::parse_number;
use crate::finding::{Finding, Findings, Severity, quoted};
use crate::profile::control_number_is_sound;
use crate::record::TaggedRecord;
use crate::validate::located;

impl Profile {
    /// Checks a transaction against this profile alone; [`crate::validate_with`] adds the standard.
    pub fn check(&self, transaction: &Transaction<'_>) -> Findings {
        let mut findings = Findings::new();
        let mut complain =
            |index: usize, field: Option<u16>, rule: &'static str, severity: Severity, detail: String| {
                findings.push(located(transaction, index, field, rule, severity, detail));
            };
        let Some(header) = transaction.type1() else { return findings };

        for number in self.header.iter().filter(|number| header.record().field(**number).is_none()) {
            complain(
                0,
                Some(*number),
                "profile.header",
                Severity::Error,
                format!("{} asks for 1.{number:03}", self.title),
            );
        }
        if let (Some((name, _)), Some(domain)) = (&self.domain, header.domain())
            && domain.name != name.as_str()
        {
            let detail = format!("1.013 names the domain {}, not {name}", quoted(domain.name.as_bytes()));
            complain(0, Some(13), "profile.domain", Severity::Warning, detail);
        }
        if self.control_number {
            for (field, number) in [(9, header.tcn()), (10, header.tcr())] {
                if let Some(number) = number.filter(|number| !control_number_is_sound(number)) {
                    let detail = format!(
                        "{} is not YYSSSSSSSSA with the right check character",
                        quoted(number.as_bytes())
                    );
                    complain(0, Some(field), "profile.control-number", Severity::Warning, detail);
                }
            }
        }
        for (index, record) in transaction.records().iter().enumerate() {
            if let Some(record) = record.tagged() {
                self.values(record, &mut |field, rule, detail| {
                    complain(index, Some(field), rule, Severity::Error, detail)
                });
            }
        }

        let tot = header.tot().unwrap_or_default();
        let Some(rule) = self.transaction(&tot) else {
            let detail = format!("{} has no type of transaction {}", self.title, quoted(tot.as_bytes()));
            complain(0, Some(4), "profile.tot", Severity::Warning, detail);
            return findings;
        };
        for number in rule.type1.iter().filter(|number| header.record().field(**number).is_none()) {
            complain(
                0,
                Some(*number),
                "profile.header",
                Severity::Error,
                format!("{tot} needs 1.{number:03}"),
            );
        }
        let second = transaction.records().iter().position(|record| record.record_type() == 2);
        let Some(second) = second else {
            findings.push(Finding::new(
                "profile.type2",
                Severity::Error,
                format!("{tot} needs a Type-2 record"),
            ));
            return findings;
        };
        let text = transaction.records().get(second).and_then(|record| record.tagged());
        for number in &rule.type2 {
            if text.is_none_or(|text| text.field(*number).is_none()) {
                let name = self.field(*number).map(|field| field.name.as_str()).unwrap_or_default();
                let detail = format!("{tot} needs 2.{number:03} {name}");
                complain(second, Some(*number), "profile.type2", Severity::Error, detail);
            }
        }
        for count in &rule.records {
            let have = transaction
                .records()
                .iter()
                .filter(|record| count.types.contains(&record.record_type()))
                .count();
            if have < count.least || have > count.most {
                let detail = format!(
                    "{tot} takes {} to {} records of types {:?}, there are {have}",
                    count.least, count.most, count.types
                );
                findings.push(Finding::new("profile.records", Severity::Error, detail));
            }
        }
        findings
    }

    fn values(&self, record: &TaggedRecord<'_>, complain: &mut impl FnMut(u16, &'static str, String)) {
        let same = |item: &[u8], value: &str| match (parse_number(item), parse_number(value.as_bytes())) {
            (Some(item), Some(value)) => item == value,
            _ => item == value.as_bytes(),
        };
        for rule in self.allowed.iter().filter(|rule| rule.record_type == record.record_type()) {
            let items = record.field(rule.field).into_iter().flat_map(|field| field.subfields());
            let mut items = items.filter_map(|subfield| subfield.item(0));
            if let Some(item) = items.find(|item| !rule.values.iter().any(|value| same(item, value))) {
                let detail = format!("{} is not among {:?}", quoted(item), rule.values);
                complain(rule.field, "profile.value", detail);
            }
        }
        for rule in self.required.iter().filter(|rule| rule.record_type == record.record_type()) {
            let applies = record
                .field(rule.field)
                .and_then(|field| field.item(0, 0))
                .is_some_and(|item| same(item, &rule.value));
            for field in rule.needs.iter().filter(|field| applies && record.field(**field).is_none()) {
                let detail = format!("field {} = {} needs field {field}", rule.field, rule.value);
                complain(*field, "profile.required", detail);
            }
        }
    }
}
