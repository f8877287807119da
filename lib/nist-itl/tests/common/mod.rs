//! Where the shared data lies, and transactions that the tests make themselves.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::PathBuf;

use nist_itl::build::{Encounter, Finger, Header, ImageData, Iris, Mark, Response};
use nist_itl::profile::Profile;
use nist_itl::types::{MarkDescriptor, Segment};
use nist_itl::{Compression, Eye, Transaction};

/// `../shared/data` beside the repository, or where `RIDGELINE_DATA` points. None, with the reason
/// printed, where neither is there.
pub(crate) fn shared_data(part: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("RIDGELINE_DATA").map_or_else(beside, PathBuf::from).join(part);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: no shared data at {}", path.display());
    None
}

/// Pixels that hold every byte, separators among them.
pub(crate) fn pixels(width: usize, height: usize) -> Vec<u8> {
    (0..width * height).map(|at| (at * 7 % 256) as u8).collect()
}

pub(crate) fn image(data: &[u8], width: u32, height: u32) -> ImageData<'_> {
    ImageData { width, height, ppi: 500, bits: 8, compression: Compression::None, data }
}

pub(crate) fn header(tot: &str) -> Header {
    Header::new(tot, "20260131", "DESTINATION", "ORIGIN", "2600000001Z")
}

fn agency_header(profile: &Profile, tot: &str) -> Header {
    let header = header(tot);
    if profile.id == "int-i" { header.priority(4).gmt("20260131120000Z") } else { header }
}

/// A search in a profile.
pub(crate) fn request(profile: &'static Profile) -> Transaction<'static> {
    let data: &'static [u8] = Box::leak(pixels(32, 32).into_boxed_slice());
    let tot = if profile.id == "int-i" { "CPS" } else { "RPIS" };
    let encounter = Encounter::new(profile, agency_header(profile, tot))
        .finger(Finger::new(2, 0, "ORIGIN", "20260131", image(data, 32, 32)))
        .finger(Finger::new(7, 0, "ORIGIN", "20260131", image(data, 32, 32)));
    with_case_number(profile, encounter, |encounter, field, value| encounter.text(field, value))
        .finish()
        .unwrap()
}

/// INT-I wants its version and a case number in every Type-2 record.
pub(crate) fn with_case_number<T>(profile: &Profile, value: T, text: impl Fn(T, u16, &str) -> T) -> T {
    if profile.id == "int-i" { text(text(value, 3, "0422"), 7, "ES/000123") } else { value }
}

/// One transaction of each kind, with the name that test output uses.
pub(crate) fn samples() -> Vec<(&'static str, Transaction<'static>)> {
    let slap: &'static [u8] = Box::leak(pixels(64, 32).into_boxed_slice());
    let thumb: &'static [u8] = Box::leak(pixels(32, 32).into_boxed_slice());
    let finger = |position: u16| Finger::new(position, 0, "ORIGIN", "20260131", image(thumb, 32, 32));
    let segment = |position: u16, left: u32| Segment { position, left, right: left + 16, top: 1, bottom: 31 };
    let anchor = MarkDescriptor {
        kind: "TATTOO".into(),
        class: Some("SYMBOL".into()),
        subclass: Some("MISC".into()),
        description: Some("áncora".into()),
    };
    let mut ten_print = Encounter::new(Profile::ebts(), header("MAP"));
    let fields = [
        (5, "N"),
        (18, "NÚÑEZ,ANA"),
        (20, "MM"),
        (22, "19800101"),
        (24, "F"),
        (25, "U"),
        (27, "507"),
        (29, "130"),
        (31, "BRO"),
        (32, "BLK"),
        (37, "CHECK"),
        (38, "20260131"),
        (73, "ORIGIN"),
    ];
    for (number, value) in fields {
        ten_print = ten_print.text(number, value);
    }
    let ten_print = ten_print
        .finger(
            Finger::new(13, 0, "ORIGIN", "20260131", image(slap, 64, 32))
                .segment(segment(2, 0))
                .segment(segment(3, 16))
                .segment(segment(4, 32))
                .missing(5, "XX")
                .quality(2, 61, 0x1A, 7),
        )
        .finger(finger(1))
        .finger(finger(6))
        .finger(Finger::absent(7, 0, "ORIGIN", "20260131", "UP"))
        .iris(Iris::new(Eye::Right, "ORIGIN", "20260131", image(thumb, 32, 32)))
        .iris(Iris::absent(Eye::Left, "ORIGIN", "20260131", "MA"))
        .mark(
            Mark::new("TATTOO", "TAT UL ARM", "ORIGIN", "20260131", image(thumb, 32, 32)).descriptor(anchor),
        )
        .finish()
        .unwrap();
    let iris = Encounter::new(Profile::ebts(), header("IIDS"))
        .iris(Iris::new(Eye::Left, "ORIGIN", "20260131", image(slap, 64, 32)))
        .finish()
        .unwrap();
    let answer = |profile: &'static Profile| {
        let request = request(profile);
        let header = request.type1().unwrap();
        let response = Response::result(profile, &header, "20260201", "2600000002A", true).unwrap();
        let response =
            with_case_number(profile, response, |response, field, value| response.text(field, value));
        response
            .header(|header| header.gmt = Some("20260201100000Z".to_owned()))
            .finish()
            .unwrap()
            .into_owned()
    };
    let binary = Encounter::new(Profile::int_i(), agency_header(Profile::int_i(), "CPS"))
        .binary_finger(finger(2))
        .binary_finger(finger(7));
    let binary = with_case_number(Profile::int_i(), binary, |binary, field, value| binary.text(field, value));
    vec![
        ("int-i binary search", binary.finish().unwrap()),
        ("ten-print", ten_print),
        ("rapid", request(Profile::ebts())),
        ("iris", iris),
        ("int-i search", request(Profile::int_i())),
        ("ebts answer", answer(Profile::ebts())),
        ("int-i answer", answer(Profile::int_i())),
    ]
}
