//! Records that this library writes are read by the Python package iso19794, and the other way about.
//!
//! Needs a Python with `iso19794==0.1.0` (and Pillow): `RIDGELINE_PYTHON` names one, else `python3`.
#![allow(clippy::unwrap_used, clippy::panic)]

use biometric_records::fir::{FingerImage, FingerImageRecord, FirFormat, Sampling};
use biometric_records::{Capture, Certification, DateTime, Quality};
use std::process::Command;

/// The version of the package that this test was written against.
const PINNED: &str = "0.1.0";

fn python() -> Option<Command> {
    let name = std::env::var("RIDGELINE_PYTHON").unwrap_or_else(|_| "python3".into());
    let probe = "import PIL, importlib.metadata as m; print(m.version('iso19794'))";
    let out = Command::new(&name).args(["-c", probe]).output();
    match out {
        Ok(out) if String::from_utf8_lossy(&out.stdout).trim() == PINNED => Some(Command::new(name)),
        _ => {
            println!("skipped: {name} has no iso19794 {PINNED} (pip install iso19794=={PINNED} pillow)");
            None
        }
    }
}

/// Opens argv[1], prints header and pixels' sum, saves it again as argv[2].
const SCRIPT: &str = r#"
import sys
from PIL import Image, ImageFile
import iso19794.FIR
from iso19794.FIR import _save
if not hasattr(ImageFile.ImageFile, "_FIR_patched"):
    # The package was written for an older Pillow, in which `mode` could be assigned.
    import iso19794.FIR as F
    F.FIRImageFile.mode = property(lambda s: s._mode, lambda s, v: setattr(s, "_mode", v))
    F.FIRImageFile._min_frame = 0
im = F.FIRImageFile(sys.argv[1])
h = im.header
print(im.size, h["position"], h["impression_type"], h["horizontal_image_sampling_rate"],
      h["capture_datetime"].isoformat(), [q.score for q in h["quality_records"]],
      [c.scheme_id for c in h["certification_records"]], h["image_compression_algo"])
print(sum(im.tobytes()))
im.header["capture_datetime"] = h["capture_datetime"].replace(microsecond=h["capture_datetime"].microsecond * 1000)
import io
# Pillow of today hands the encoder a buffer of its own; the raw image is written by hand.
body = im.tobytes()
F.ImageFile._save = lambda im, fp, tile, *a: fp.write(body)
with open(sys.argv[2], "wb") as f:
    _save(im, f, sys.argv[2])
"#;

#[test]
fn finger_images_pass_through_the_python_package() {
    let Some(mut python) = python() else { return };
    let pixels: Vec<u8> = (0..60_u32 * 40).map(|i| (i * 7 % 251) as u8).collect();
    let sum: u64 = pixels.iter().map(|&p| u64::from(p)).sum();
    let mut image = FingerImage::new(7, 60, 40, Sampling::raw_ppi(500), pixels);
    image.impression = 1;
    image.quality = vec![Quality { score: 77, vendor: 0x1234, algorithm: 0x5678 }];
    image.capture = Some(Capture {
        time: DateTime { year: 2024, month: 2, day: 29, hour: 23, minute: 59, second: 58, millisecond: 7 },
        technology: 1,
        vendor: 0xabcd,
        device: 0x1234,
        certifications: vec![Certification { authority: 0x78ab, scheme: 1 }],
    });
    let mut record = FingerImageRecord::new(FirFormat::Iso2011, vec![image]);
    record.certification_flag = true;
    let bytes = record.to_bytes().unwrap();

    let dir = tempfile::tempdir().unwrap();
    let (ours, theirs) = (dir.path().join("ours.fir"), dir.path().join("theirs.fir"));
    std::fs::write(&ours, &bytes).unwrap();
    let out = python.arg("-c").arg(SCRIPT).arg(&ours).arg(&theirs).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    // The package takes our milliseconds for microseconds, as its source says it is unsure of.
    let expected = format!(
        "(60, 40) LEFT_INDEX_FINGER LIVESCAN_ROLLED 500 2024-02-29T23:59:58.000007 [77] [b'\\x01'] RAW\n{sum}\n"
    );
    assert_eq!(text, expected);
    let written = std::fs::read(theirs).unwrap();
    let back = FingerImageRecord::read(&written).unwrap();
    assert_eq!(back.findings, []);
    assert_eq!(back.value, record);
    assert!(written == bytes, "the package writes other bytes");
}
