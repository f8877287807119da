//! What several record formats share: capture details of the 2011 generation, quality, devices.

use crate::bytes::{Reader, Writer, fit};
use crate::error::{Findings, Result};

/// When a sample was captured (UTC). A part of all ones in the record means "unknown".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    /// Year, 0xffff unknown.
    pub year: u16,
    /// 1 to 12, 0xff unknown.
    pub month: u8,
    /// 1 to 31, 0xff unknown.
    pub day: u8,
    /// 0 to 23, 0xff unknown.
    pub hour: u8,
    /// 0 to 59, 0xff unknown.
    pub minute: u8,
    /// 0 to 59, 0xff unknown.
    pub second: u8,
    /// 0 to 999, 0xffff unknown.
    pub millisecond: u16,
}

impl Default for DateTime {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl DateTime {
    /// A moment of which nothing is known.
    pub const UNKNOWN: Self = Self {
        year: 0xffff,
        month: 0xff,
        day: 0xff,
        hour: 0xff,
        minute: 0xff,
        second: 0xff,
        millisecond: 0xffff,
    };

    fn is_plausible(&self) -> bool {
        let or = |n: u8, range: std::ops::RangeInclusive<u8>| n == 0xff || range.contains(&n);
        or(self.month, 1..=12)
            && or(self.day, 1..=31)
            && or(self.hour, 0..=23)
            && or(self.minute, 0..=59)
            && or(self.second, 0..=59)
            && (self.millisecond == 0xffff || self.millisecond < 1000)
    }
}

impl std::fmt::Display for DateTime {
    /// `2021-06-02T17:39:07.795Z`; unknown parts as `?`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let two = |n: u8| if n == 0xff { "??".to_owned() } else { format!("{n:02}") };
        let year = if self.year == 0xffff { "????".to_owned() } else { format!("{:04}", self.year) };
        write!(
            f,
            "{year}-{}-{}T{}:{}:{}",
            two(self.month),
            two(self.day),
            two(self.hour),
            two(self.minute),
            two(self.second)
        )?;
        if self.millisecond != 0xffff {
            write!(f, ".{:03}", self.millisecond)?;
        }
        f.write_str("Z")
    }
}

/// A quality score and who computed it. Vendor and algorithm are 0 in formats that do not name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// 0 to 100; 254 not reported, 255 failed (2009 and later).
    pub score: u8,
    /// IBIA number of the algorithm's owner.
    pub vendor: u16,
    /// The owner's number of the algorithm.
    pub algorithm: u16,
}

/// A certification of the capture device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Certification {
    /// IBIA number of the authority.
    pub authority: u16,
    /// Scheme: 1 AFIS image quality, 2 verification image quality, 3 optical requirements.
    pub scheme: u8,
}

/// When and with what a sample was captured (2011 generation, ISO/IEC 19794-1:2011).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capture {
    /// When.
    pub time: DateTime,
    /// The device's technology code; see [`crate::codes::finger_technology_name`].
    pub technology: u8,
    /// IBIA number of the device's vendor.
    pub vendor: u16,
    /// The vendor's number of the device type.
    pub device: u16,
    /// Certifications; written where the record's certification flag is set.
    pub certifications: Vec<Certification>,
}

/// CBEFF product identifier of the ANSI formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProductId {
    /// IBIA number of the owner.
    pub owner: u16,
    /// The owner's number of the product.
    pub kind: u16,
}

/// Reads the head that every 2011 representation has after its length.
pub(crate) fn read_capture(
    r: &mut Reader<'_>,
    with_certifications: bool,
    findings: &mut Findings,
) -> Result<(Capture, Vec<Quality>)> {
    let at = r.offset();
    let time = DateTime {
        year: r.u16("capture year")?,
        month: r.u8("capture month")?,
        day: r.u8("capture day")?,
        hour: r.u8("capture hour")?,
        minute: r.u8("capture minute")?,
        second: r.u8("capture second")?,
        millisecond: r.u16("capture millisecond")?,
    };
    if !time.is_plausible() {
        findings.warn("capture-time", at, format!("the capture time {time} does not exist"));
    }
    let technology = r.u8("capture device technology")?;
    let vendor = r.u16("capture device vendor")?;
    let device = r.u16("capture device type")?;
    let mut quality = Vec::new();
    for _ in 0..r.u8("number of quality blocks")? {
        let at = r.offset();
        let q = Quality {
            score: r.u8("quality score")?,
            vendor: r.u16("quality algorithm vendor")?,
            algorithm: r.u16("quality algorithm")?,
        };
        check_score(q.score, at, findings);
        quality.push(q);
    }
    let mut certifications = Vec::new();
    if with_certifications {
        for _ in 0..r.u8("number of certification blocks")? {
            certifications.push(Certification {
                authority: r.u16("certification authority")?,
                scheme: r.u8("certification scheme")?,
            });
        }
    }
    Ok((Capture { time, technology, vendor, device, certifications }, quality))
}

pub(crate) fn write_capture(
    w: &mut Writer,
    capture: &Capture,
    quality: &[Quality],
    with_certifications: bool,
) -> Result<()> {
    let t = &capture.time;
    w.u16(t.year).u8(t.month).u8(t.day).u8(t.hour).u8(t.minute).u8(t.second).u16(t.millisecond);
    w.u8(capture.technology).u16(capture.vendor).u16(capture.device);
    w.u8(fit(quality.len(), "number of quality blocks")?);
    for q in quality {
        w.u8(q.score).u16(q.vendor).u16(q.algorithm);
    }
    if with_certifications {
        w.u8(fit(capture.certifications.len(), "number of certification blocks")?);
        for c in &capture.certifications {
            w.u16(c.authority).u8(c.scheme);
        }
    }
    Ok(())
}

pub(crate) fn check_score(score: u8, at: usize, findings: &mut Findings) {
    if (101..=253).contains(&score) {
        findings.error("quality-range", at, format!("quality {score} is neither 0 to 100 nor 254 or 255"));
    }
}
