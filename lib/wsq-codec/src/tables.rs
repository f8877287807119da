//! Segments that are written: transform, quantisation and Huffman tables, frame and block headers.

use crate::error::EncodeError;
use crate::filter::Analysis;
use crate::huffman::EncodeTable;
use crate::marker::{COM, DHT, DQT, DRT, DTT, SOB, SOF};
use crate::quantise::{Quantiser, TABLE_SUBBANDS};

/// The number of the encoder whose parameters are used, as the reference states it.
const ENCODER: u8 = 2;

/// A segment: marker, length, body.
fn segment(out: &mut Vec<u8>, marker: u16, body: &[u8]) {
    out.extend_from_slice(&marker.to_be_bytes());
    // All bodies but comments, which are checked, have a few hundred bytes.
    out.extend_from_slice(&((body.len() + 2) as u16).to_be_bytes());
    out.extend_from_slice(body);
}

pub(crate) fn comment(out: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
    if text.len() > usize::from(u16::MAX) - 2 {
        return Err(EncodeError::Comment(text.len()));
    }
    segment(out, COM, text.as_bytes());
    Ok(())
}

pub(crate) fn transform(out: &mut Vec<u8>, filters: &Analysis) {
    let mut body = vec![filters.low.len() as u8, filters.high.len() as u8];
    for taps in [&filters.low, &filters.high] {
        for &tap in taps.iter().skip(taps.len() / 2) {
            let (scale, number) = scaled_u32(tap.abs());
            body.extend_from_slice(&[u8::from(tap < 0.0), scale]);
            body.extend_from_slice(&number.to_be_bytes());
        }
    }
    segment(out, DTT, &body);
}

pub(crate) fn quantisation(out: &mut Vec<u8>, quantiser: &Quantiser) {
    let mut body = vec![2];
    body.extend_from_slice(&44_u16.to_be_bytes());
    for band in 0..TABLE_SUBBANDS {
        let (bin, zero) = quantiser.bins.get(band).copied().unwrap_or((0.0, 0.0));
        for width in [bin, zero] {
            let (scale, number) = scaled_u16(width);
            body.push(scale);
            body.extend_from_slice(&number.to_be_bytes());
        }
    }
    segment(out, DQT, &body);
}

pub(crate) fn frame(out: &mut Vec<u8>, width: u16, height: u16, shift: f32, scale: f32) {
    let mut body = vec![0, 255];
    body.extend_from_slice(&height.to_be_bytes());
    body.extend_from_slice(&width.to_be_bytes());
    for value in [shift, scale] {
        let (scale, number) = scaled_u16(value);
        body.push(scale);
        body.extend_from_slice(&number.to_be_bytes());
    }
    body.extend_from_slice(&[ENCODER, 0, 0]);
    segment(out, SOF, &body);
}

pub(crate) fn huffman(out: &mut Vec<u8>, id: u8, table: &EncodeTable) {
    let mut body = vec![id];
    body.extend_from_slice(&table.counts);
    body.extend_from_slice(&table.symbols);
    segment(out, DHT, &body);
}

pub(crate) fn block(out: &mut Vec<u8>, table: u8) {
    segment(out, SOB, &[table]);
}

pub(crate) fn restart_interval(out: &mut Vec<u8>, interval: u16) {
    segment(out, DRT, &interval.to_be_bytes());
}

/// The most exact `number / 10^scale` with 16 bits, for values from 0 to below 65,535.
fn scaled_u16(value: f32) -> (u8, u16) {
    let (mut value, mut scale) = (value, 0_u8);
    while value > 0.0 && value < 65_535.0 {
        value *= 10.0;
        scale += 1;
    }
    if scale == 0 { (0, 0) } else { (scale - 1, (f64::from(value) / 10.0 + 0.5) as u16) }
}

/// The same with 32 bits, for filter taps, which are below 1.
fn scaled_u32(mut value: f32) -> (u8, u32) {
    let mut scale = 0;
    while value != 0.0 && f64::from(value) < 4_294_967_295.0 {
        value = (f64::from(value) * 10.0) as f32;
        scale += 1;
    }
    (u8::saturating_sub(scale, 1), (f64::from(value) / 10.0 + 0.5) as u32)
}
