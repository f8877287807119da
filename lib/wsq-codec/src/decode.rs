//! A file to an image.

use crate::bits::BitReader;
use crate::comment::Comment;
use crate::error::Error;
use crate::filter::Synthesis;
use crate::huffman::{DecodeTable, TABLES};
use crate::marker::{COM, Cursor, DHT, DQT, DRT, DTT, EOI, RST0, RST7, SOB, SOF, SOI};
use crate::quantise::Quantiser;
use crate::transform::synthesise;
use crate::tree::Tree;

/// Most pixels of an image unless [`Limits`] say otherwise: decoding takes ten bytes a pixel beside the output,
/// and a four-finger slap at 1000 ppi has 10 million.
pub const MAX_PIXELS: usize = 64 << 20;

/// What a decoder may be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most pixels of an image.
    pub pixels: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pixels: MAX_PIXELS }
    }
}

/// What a file says about its image.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// Pixels across.
    pub width: u16,
    /// Pixels down.
    pub height: u16,
    /// The pixel value of black.
    pub black: u8,
    /// The pixel value of white.
    pub white: u8,
    /// The mean that was taken off before coding.
    pub shift: f32,
    /// The factor that samples were divided by.
    pub scale: f32,
    /// The number of the encoder's parameter set.
    pub encoder: u8,
    /// The number that the FBI gave the encoder's software, 0 for none.
    pub software: u16,
    /// The comments before the frame header; those behind it are in [`Image::header`] only.
    pub comments: Vec<Comment>,
}

impl Header {
    /// Pixels per inch from the first NISTCOM.
    pub fn ppi(&self) -> Option<u16> {
        self.comments.iter().find_map(Comment::nist_com)?.ppi()
    }
}

/// A decoded image: 8-bit grey, rows from top to bottom.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    header: Header,
    pixels: Vec<u8>,
}

impl Image {
    /// Pixels across.
    pub fn width(&self) -> u16 {
        self.header.width
    }

    /// Pixels down.
    pub fn height(&self) -> u16 {
        self.header.height
    }

    /// Pixels per inch, where a NISTCOM states it.
    pub fn ppi(&self) -> Option<u16> {
        self.header.ppi()
    }

    /// All that the file says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Row by row, width times height bytes.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels themselves.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

/// Decodes a file, up to [`MAX_PIXELS`] pixels.
///
/// # Errors
/// [`Error`] says what is wrong and where.
pub fn decode(bytes: &[u8]) -> Result<Image, Error> {
    decode_with(bytes, &Limits::default())
}

/// Decodes a file under other limits.
///
/// # Errors
/// As [`decode`].
pub fn decode_with(bytes: &[u8], limits: &Limits) -> Result<Image, Error> {
    let mut file = File::open(bytes)?;
    let Header { width, height, .. } = file.header;
    let area = usize::from(width) * usize::from(height);
    if area > limits.pixels {
        return Err(Error::TooLarge { width, height, limit: limits.pixels });
    }
    let (width, height) = (usize::from(width), usize::from(height));
    let tree = Tree::new(width, height);
    let coefficients = file.read_blocks(&tree)?;

    let offset = file.cursor.offset();
    let filters = file.filters.ok_or(Error::MissingTable { table: "the transform table", offset })?;
    let quantiser = file.quantiser.ok_or(Error::MissingTable { table: "the quantisation table", offset })?;
    let expected = quantiser.count(&tree);
    if coefficients.len() != expected {
        return Err(Error::Coefficients { got: coefficients.len() as u64, expected: expected as u64 });
    }
    let mut plane = vec![0.0; area];
    quantiser.dequantise(&coefficients, &tree, &mut plane, width);
    drop(coefficients);
    synthesise(&mut plane, width, &tree, &filters);
    let (scale, shift) = (file.header.scale, file.header.shift);
    // What is no number becomes 0.
    let pixels = plane.iter().map(|&v| (v * scale + shift + 0.5).clamp(0.0, 255.0) as i32 as u8).collect();
    Ok(Image { header: file.header, pixels })
}

/// Reads only up to the frame header: size, parameters and comments, without decoding.
///
/// # Errors
/// As [`decode`], for what stands before the frame header.
pub fn read_header(bytes: &[u8]) -> Result<Header, Error> {
    Ok(File::open(bytes)?.header)
}

/// A file that is being read.
struct File<'a> {
    cursor: Cursor<'a>,
    header: Header,
    filters: Option<Synthesis>,
    quantiser: Option<Quantiser>,
    tables: [Option<DecodeTable>; TABLES],
}

impl<'a> File<'a> {
    /// Reads up to and including the frame header.
    fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        if !bytes.starts_with(&SOI.to_be_bytes()) {
            return Err(Error::NotWsq);
        }
        let mut cursor = Cursor::new(bytes);
        cursor.skip(2);
        let header = Header {
            width: 0,
            height: 0,
            black: 0,
            white: 255,
            shift: 0.0,
            scale: 0.0,
            encoder: 0,
            software: 0,
            comments: Vec::new(),
        };
        let mut file =
            Self { cursor, header, filters: None, quantiser: None, tables: [const { None }; TABLES] };
        loop {
            let offset = file.cursor.offset();
            match file.cursor.u16()? {
                SOF => {
                    file.read_frame()?;
                    return Ok(file);
                }
                marker if file.read_table(marker)? => {}
                marker => return Err(Error::Marker { marker, offset, expected: "a table or the frame" }),
            }
        }
    }

    /// Reads a table, a comment or a restart interval; false where the marker is none of them.
    fn read_table(&mut self, marker: u16) -> Result<bool, Error> {
        match marker {
            DTT => self.read_filters()?,
            DQT => self.quantiser = Some(Quantiser::read(self.cursor.segment("a quantisation table")?)?),
            DHT => DecodeTable::read_all(self.cursor.segment("a Huffman table")?, &mut self.tables)?,
            COM => self.header.comments.push(Comment::new(self.cursor.segment("a comment")?.rest())),
            // Restart markers are found where they stand, so the interval itself is not needed.
            DRT => drop(self.cursor.segment("a restart interval")?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Reads a transform table. The reference encoder writes the length for 9 and 7 taps whatever the taps are,
    /// so where the stated length leads to no marker and the taps' own does, the taps are believed.
    fn read_filters(&mut self) -> Result<(), Error> {
        let start = self.cursor;
        let stated = self.cursor.segment("a transform table");
        let mut by_taps = start;
        by_taps.skip(2);
        let filters = Synthesis::read(&mut by_taps);
        let at_marker = |cursor: &Cursor<'_>| matches!(cursor.rest(), [0xff, 0xa0..=0xbf, ..]);
        self.filters = Some(match stated {
            Ok(mut body) if at_marker(&self.cursor) || !at_marker(&by_taps) => Synthesis::read(&mut body)?,
            _ => filters?,
        });
        if !at_marker(&self.cursor) {
            self.cursor = by_taps;
        }
        Ok(())
    }

    fn read_frame(&mut self) -> Result<(), Error> {
        let offset = self.cursor.offset();
        let mut body = self.cursor.segment("the frame header")?;
        let header = &mut self.header;
        (header.black, header.white) = (body.u8()?, body.u8()?);
        (header.height, header.width) = (body.u16()?, body.u16()?);
        for (what, value) in [("the height", header.height), ("the width", header.width)] {
            if value == 0 {
                return Err(Error::Parameter { what, value: 0, offset });
            }
        }
        (header.shift, header.scale) = (body.scaled_u16()?, body.scaled_u16()?);
        (header.encoder, header.software) = (body.u8()?, body.u16()?);
        Ok(())
    }

    /// Reads tables and blocks to the end of the image.
    fn read_blocks(&mut self, tree: &Tree) -> Result<Vec<i16>, Error> {
        let mut coefficients = Vec::new();
        loop {
            let offset = self.cursor.offset();
            match self.cursor.u16()? {
                EOI => return Ok(coefficients),
                SOB => {
                    let id = self.cursor.segment("a block header")?.u8()?;
                    let table = self.tables.get(usize::from(id)).and_then(Option::as_ref);
                    let table =
                        table.ok_or(Error::MissingTable { table: "the block's Huffman table", offset })?;
                    let quantiser = self.quantiser.as_ref();
                    let quantiser =
                        quantiser.ok_or(Error::MissingTable { table: "the quantisation table", offset })?;
                    let expected = quantiser.count(tree);
                    coefficients.reserve_exact(expected.saturating_sub(coefficients.len()));
                    let used = read_block(&mut coefficients, expected, table, &self.cursor)?;
                    self.cursor.skip(used);
                }
                marker if self.read_table(marker)? => {}
                marker => {
                    return Err(Error::Marker { marker, offset, expected: "a table, a block or the end" });
                }
            }
        }
    }
}

/// Reads the coefficients of one block and returns the bytes that they took.
///
/// A block ends at a marker; the bits before it that make up no whole code are padding.
fn read_block(
    out: &mut Vec<i16>,
    expected: usize,
    table: &DecodeTable,
    at: &Cursor<'_>,
) -> Result<usize, Error> {
    let data = at.rest();
    let mut bits = BitReader::new(data);
    let mut restarts = 0;
    loop {
        bits.fill();
        let code = table.look_up(bits.peek16()).filter(|&(length, _)| length <= bits.held());
        let Some((length, symbol)) = code else {
            if bits.held() >= 16 {
                return Err(Error::Code { offset: at.offset() + bits.position() });
            }
            // Padding, then a marker.
            let mut ahead = *at;
            ahead.skip(bits.position());
            let marker = ahead.u16()?;
            if !(RST0..=RST7).contains(&marker) {
                return Ok(bits.position());
            }
            if marker != RST0 + restarts % 8 {
                let offset = at.offset() + bits.position();
                return Err(Error::Marker { marker, offset, expected: "the next restart marker" });
            }
            restarts += 1;
            bits.restart();
            continue;
        };
        bits.skip(length);
        let position = bits.position();
        let short = || Error::Code { offset: at.offset() + position };
        let (zeros, value) = match symbol {
            1..=100 => (usize::from(symbol), None),
            107..=254 => (0, Some(i16::from(symbol) - 180)),
            101 => (0, Some(bits.take(8).ok_or_else(short)? as i16)),
            102 => (0, Some(-(bits.take(8).ok_or_else(short)? as i16))),
            // The reference keeps the low 16 bits of both.
            103 => (0, Some(bits.take(16).ok_or_else(short)? as i16)),
            104 => (0, Some((bits.take(16).ok_or_else(short)? as i16).wrapping_neg())),
            105 => (usize::from(bits.take(8).ok_or_else(short)?), None),
            106 => (usize::from(bits.take(16).ok_or_else(short)?), None),
            0 | 255 => return Err(short()),
        };
        let after = out.len() + zeros + usize::from(value.is_some());
        if after > expected {
            return Err(Error::Coefficients { got: after as u64, expected: expected as u64 });
        }
        match value {
            Some(value) => out.push(value),
            None => out.resize(after, 0),
        }
    }
}
