//! Which format bytes are in, told by how they begin.

/// The image formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// FBI wavelet scalar quantisation (IAFIS-IC-0110).
    Wsq,
    /// Portable network graphics (ISO/IEC 15948).
    Png,
    /// Baseline, extended or progressive JPEG (ITU-T T.81).
    Jpeg,
    /// Lossless JPEG, process 14 (ITU-T T.81 annex H), `JPEGL` in ANSI/NIST-ITL.
    LosslessJpeg,
    /// JPEG 2000 in a JP2 file (ISO/IEC 15444-1 annex I).
    Jp2,
    /// A bare JPEG 2000 codestream (ISO/IEC 15444-1 annex A).
    J2k,
    /// TIFF 6.0, the first directory.
    Tiff,
    /// Windows bitmap.
    Bmp,
    /// Portable bit, grey or pixel map (P1 to P6).
    Pnm,
    /// Samples without a header; the geometry comes from [`crate::RawGeometry`].
    Raw,
}

impl Format {
    /// The format that these bytes begin like; never [`Format::Raw`].
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let starts = |magic: &[u8]| bytes.starts_with(magic);
        if starts(b"\xff\xa0\xff") {
            Some(Self::Wsq)
        } else if starts(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if starts(b"\xff\xd8\xff") {
            Some(if crate::formats::jpeg::is_lossless(bytes) { Self::LosslessJpeg } else { Self::Jpeg })
        } else if starts(b"\x00\x00\x00\x0cjP  ") {
            Some(Self::Jp2)
        } else if starts(b"\xff\x4f\xff\x51") {
            Some(Self::J2k)
        } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
            Some(Self::Tiff)
        } else if starts(b"BM") && crate::formats::bmp::looks_like(bytes) {
            Some(Self::Bmp)
        } else if matches!(bytes, [b'P', b'1'..=b'6', c, ..] if c.is_ascii_whitespace() || *c == b'#') {
            Some(Self::Pnm)
        } else {
            None
        }
    }

    /// The format that a file name's extension stands for, `wsq` for instance; case does not count.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "wsq" => Self::Wsq,
            "png" => Self::Png,
            "jpg" | "jpeg" | "jpe" => Self::Jpeg,
            "jpl" | "ljpg" | "jpegl" => Self::LosslessJpeg,
            "jp2" => Self::Jp2,
            "j2k" | "j2c" | "jpc" => Self::J2k,
            "tif" | "tiff" => Self::Tiff,
            "bmp" | "dib" => Self::Bmp,
            "pgm" | "pnm" | "ppm" | "pbm" => Self::Pnm,
            "raw" | "gray" | "grey" => Self::Raw,
            _ => return None,
        })
    }

    /// The usual name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wsq => "WSQ",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::LosslessJpeg => "lossless JPEG",
            Self::Jp2 => "JPEG 2000",
            Self::J2k => "JPEG 2000 codestream",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Pnm => "PNM",
            Self::Raw => "raw",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
