//! The reference files outside the repository, where they are present: `../shared/data`, or `RIDGELINE_DATA`.

use std::path::{Path, PathBuf};

use wsq_codec::{EncodeOptions, decode, encode};

fn data(folder: &str) -> Option<PathBuf> {
    let given = std::env::var_os("RIDGELINE_DATA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let found = given.unwrap_or(beside).join(folder);
    if found.is_dir() {
        return Some(found);
    }
    eprintln!("skipped: no reference files at {}", found.display());
    None
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    let squares: f64 = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
    10.0 * (255.0_f64.powi(2) * a.len() as f64 / squares).log10()
}

#[test]
fn pixels_equal_the_reference_decoders() {
    let Some(folder) = data("wsq/decode") else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let raw = entry.path();
        if raw.extension().is_none_or(|e| e != "raw") {
            continue;
        }
        let image = decode(&std::fs::read(raw.with_extension("wsq")).unwrap()).unwrap();
        assert!(image.pixels() == std::fs::read(&raw).unwrap(), "{} differs", raw.display());
        count += 1;
    }
    assert_eq!(count, 6);
}

#[test]
fn encoding_is_as_small_and_as_near_as_the_references() {
    let Some(folder) = data("wsq/encode") else { return };
    for print in 1..=5 {
        let raw = std::fs::read(folder.join(format!("SFinGe_Test0{print}.raw"))).unwrap();
        for (rate, name) in [(0.75, ".75"), (2.25, "2.25")] {
            let reference = std::fs::read(folder.join(format!("SFinGe_Test0{print}_r{name}.wsq"))).unwrap();
            let ours = encode(&raw, 416, 560, &EncodeOptions::new(rate).ppi(500)).unwrap();
            let (a, b) = (ours.len() as f64, reference.len() as f64);
            let same = ours == reference;
            eprintln!("print {print} at {rate}: {a} bytes, reference {b}, equal: {same}");
            assert!((a - b).abs() / b <= 0.004, "print {print} at {rate}: {a} bytes against {b}");
            let near = psnr(&raw, decode(&ours).unwrap().pixels());
            let reference = psnr(&raw, decode(&reference).unwrap().pixels());
            assert!(near >= reference, "print {print} at {rate}: {near} dB against {reference}");
        }
    }
}
