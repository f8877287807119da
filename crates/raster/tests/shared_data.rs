//! The reference images outside the repository, where they are present: `../shared/data`, or `RIDGELINE_DATA`.

use std::path::{Path, PathBuf};

use raster::{Channels, Format, Hints, Picture, Samples, decode, decode_picture};
use sha2::{Digest, Sha256};

fn data() -> Option<PathBuf> {
    let given = std::env::var_os("RIDGELINE_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = given.unwrap_or(beside);
    if found.is_dir() {
        return Some(found);
    }
    eprintln!("skipped: no shared data at {}", found.display());
    None
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path());
    let mut found: Vec<_> = entries.filter(|p| p.extension().is_some_and(|e| e == extension)).collect();
    found.sort();
    found
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[test]
fn lossless_jpeg_equals_its_raw() {
    let Some(data) = data() else { return };
    for (file, raw) in [("jpegl_0.jpg", "jl0.raw"), ("jpegl_1.jpg", "jl1.raw")] {
        let bytes = std::fs::read(data.join("jpegl").join(file)).unwrap();
        assert_eq!(Format::sniff(&bytes), Some(Format::LosslessJpeg));
        let image = decode(&bytes, &Hints::default()).unwrap();
        assert_eq!(image.ppi(), Some(500.0), "{file}");
        assert!(image.pixels() == std::fs::read(data.join("jpegl").join(raw)).unwrap(), "{file}");
    }
}

#[test]
fn jpeg_2000_has_its_size_and_resolution() {
    let Some(data) = data() else { return };
    for file in files(&data.join("jp2"), "jp2") {
        let picture = decode_picture(&std::fs::read(&file).unwrap(), &Hints::default()).unwrap();
        eprintln!(
            "{}: {} x {}, {:?} ppi, {:?}",
            file.display(),
            picture.width(),
            picture.height(),
            picture.ppi(),
            picture.channels()
        );
        assert_eq!(picture.channels(), Channels::Grey);
    }
}

#[test]
fn fingerprint_tiffs_decode() {
    let Some(data) = data() else { return };
    let mut count = 0;
    for set in ["FVC2002_DB1_B", "FVC2002_DB3_B", "FVC2004_DB3_B", "FVC2004_DB4_B"] {
        for file in files(&data.join("finger").join(set), "tif") {
            let image = decode(&std::fs::read(&file).unwrap(), &Hints::ppi(500.0)).unwrap();
            assert_eq!(image.ppi(), Some(500.0));
            count += 1;
        }
    }
    assert_eq!(count, 320);
}

/// Every image payload of every transaction: found by its hash, decoded, and its pixels' hash compared.
#[test]
fn transaction_images_have_the_expected_pixels() {
    let Some(data) = data() else { return };
    let expected: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("records/expected.json")).unwrap()).unwrap();
    let (mut equal, mut wrong) = (0, Vec::new());
    for file in expected.as_array().unwrap() {
        let name = file["file"].as_str().unwrap();
        let bytes = std::fs::read(data.join("records").join(name)).unwrap();
        for record in file["records"].as_array().unwrap() {
            let Some(decoded) = record["decoded"].as_array() else { continue };
            let length = record["data_len"].as_u64().unwrap() as usize;
            let hash = record["data_sha256"].as_str().unwrap();
            let starts =
                (0..bytes.len().saturating_sub(length - 1)).filter(|&i| Format::sniff(&bytes[i..]).is_some());
            let mut payloads = starts.map(|i| &bytes[i..i + length]);
            let payload =
                payloads.find(|p| sha256(p) == hash).unwrap_or_else(|| panic!("{name}: no payload {hash}"));
            let what = format!("{name} type {} {}", record["type"], record["fmt"]);
            match decode_picture(payload, &Hints::default()) {
                Ok(picture) if sha256(&native(&picture)) == decoded[3] => equal += 1,
                Ok(picture) => wrong.push(format!("{what}: {:?} {:?}", picture.format(), decoded)),
                Err(e) => wrong.push(format!("{what}: {e}")),
            }
        }
    }
    eprintln!("{equal} payloads decode to the expected pixels");
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn native(picture: &Picture) -> Vec<u8> {
    match picture.samples() {
        Samples::U8(bytes) => bytes.clone(),
        Samples::U16 { samples, .. } => samples.iter().flat_map(|v| v.to_le_bytes()).collect(),
    }
}
