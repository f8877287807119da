//! Prints what is in a record: `cargo run --example dump -- FILE`.

use biometric_records::{Record, read};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("give a file")?;
    let bytes = std::fs::read(path)?;
    let parsed = read(&bytes)?;
    println!("{}", parsed.value.format_name());
    match &parsed.value {
        Record::Minutiae(r) => println!("{:#}", r.to_json()),
        Record::FingerImages(r) => println!("{:#}", r.to_json()),
        Record::Irises(r) => println!("{:#}", r.to_json()),
        other => println!("{other:#?}"),
    }
    parsed.findings.iter().for_each(|f| println!("{f}"));
    Ok(())
}
