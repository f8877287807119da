//! Files written here are read by another implementation: PyPI's `wsq`, which wraps NIST's C code, at the pinned
//! version. Skipped, with the reason printed, where Python or the package is missing. `WSQ_PYTHON` names the
//! interpreter; `python3` is the default.

#![allow(clippy::unwrap_used)]

use std::process::Command;

use wsq_codec::{EncodeOptions, decode, encode};

/// The version that the test was written against.
const VERSION: &str = "0.9";

const SCRIPT: &str = r"
import sys
try:
    import wsq
    from PIL import Image
except ImportError as e:
    print('missing:', e)
    sys.exit(0)
if wsq.__version__ != sys.argv[1]:
    print('missing: wsq', sys.argv[1], 'but found', wsq.__version__)
    sys.exit(0)
image = Image.open(sys.argv[2])
image.load()
open(sys.argv[3], 'wb').write(image.convert('L').tobytes())
image.convert('L').save(sys.argv[4])
print('read', *image.size)
";

#[test]
fn the_package_wsq_reads_what_is_written_here() {
    let python = std::env::var("WSQ_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = std::env::temp_dir().join(format!("wsq-codec-interop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (width, height) = (300_u16, 257_u16);
    let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height))
        .map(|i| {
            let (x, y) = (f64::from(i % 300), f64::from(i / 300));
            (128.0 + 90.0 * ((x - 50.0).hypot(y - 80.0) / 9.0 * std::f64::consts::TAU).sin()) as u8
        })
        .collect();
    for rate in [0.75, 2.25] {
        let ours = encode(&pixels, width, height, &EncodeOptions::new(rate).ppi(500)).unwrap();
        let [file, raw, theirs] = ["ours.wsq", "ours.raw", "theirs.wsq"].map(|name| folder.join(name));
        std::fs::write(&file, &ours).unwrap();
        let run = Command::new(&python).args(["-c", SCRIPT, VERSION]).args([&file, &raw, &theirs]).output();
        let said = match &run {
            Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
            Err(e) => format!("missing: {python}: {e}"),
        };
        if said.starts_with("missing") {
            eprintln!("skipped: {}", said.trim());
            break;
        }
        assert_eq!(said.trim(), "read 300 257", "{run:?}");
        assert!(std::fs::read(&raw).unwrap() == decode(&ours).unwrap().pixels(), "pixels differ at {rate}");
        // And the other way round.
        let image = decode(&std::fs::read(&theirs).unwrap()).unwrap();
        assert_eq!((image.width(), image.height()), (width, height));
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
