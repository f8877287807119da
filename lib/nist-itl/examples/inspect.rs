//! Prints what is in a transaction: `cargo run -p nist-itl --example inspect -- FILE [ebts|int-i]`.
#![allow(missing_docs)]

use nist_itl::profile::Profile;
use nist_itl::{Record, codes, standard};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: inspect FILE [ebts|int-i]")?;
    let profile = arguments.next().and_then(|id| Profile::by_id(&id));
    let bytes = std::fs::read(&path)?;
    let reading = nist_itl::read(&bytes)?;
    let transaction = &reading.transaction;

    for (index, record) in transaction.records().iter().enumerate() {
        let kind = codes::meaning("RecordType", &record.record_type().to_string()).unwrap_or("record");
        println!("{index}: type {} ({kind}), {} bytes", record.record_type(), record.length());
        let Record::Tagged(record) = record else { continue };
        for field in record.fields().iter().filter(|field| field.number() != 999) {
            let known = standard::field(record.record_type(), field.number()).map(|rule| rule.name);
            let own = profile
                .filter(|_| record.record_type() == 2)
                .and_then(|profile| profile.field(field.number()));
            let name = known.or(own.map(|field| field.name.as_str())).unwrap_or("");
            // Subfields and items are shown with `|` and `,`.
            let text = record.encoding().decode(field.bytes()).replace('\x1E', "|").replace('\x1F', ",");
            let shown: String = text.chars().take(60).collect();
            println!("   {}.{:03} {name}: {shown}", record.record_type(), field.number());
        }
    }
    for image in transaction.images() {
        let ppi = image.ppi.map_or("no scale".to_owned(), |ppi| format!("{} ppi", ppi.nominal_ppi()));
        println!(
            "record {}: {:?} {:?}, {ppi}, {:?}",
            image.record_index, image.kind, image.positions, image.compression
        );
    }
    let mut findings = reading.findings.clone();
    findings.extend(match profile {
        Some(profile) => nist_itl::validate_with(transaction, profile),
        None => nist_itl::validate(transaction),
    });
    findings.iter().for_each(|finding| println!("{finding}"));
    Ok(())
}
