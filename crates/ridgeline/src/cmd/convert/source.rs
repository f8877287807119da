//! The image of an input of any kind.

use crate::cmd::report::{self, Kind};
use anyhow::{Context as _, Result, bail};
use biometric_records::Record;
use raster::{GreyImage, Hints};

/// Decodes image `index`, which must be given where there are several.
pub(super) fn image(bytes: &[u8], index: Option<usize>) -> Result<GreyImage> {
    match Kind::of(bytes)? {
        Kind::Image(_) => {
            choose(1, index)?;
            Ok(raster::decode(bytes, &Hints::default())?)
        }
        Kind::Transaction => {
            let reading = nist_itl::read(bytes)?;
            let images: Vec<_> = reading.transaction.images().collect();
            let image = images.get(choose(images.len(), index)?).context("no such image")?;
            Ok(raster::decode(image.payload, &report::transaction_hints(image))?)
        }
        Kind::Record => from_record(bytes, index),
    }
}

fn from_record(bytes: &[u8], index: Option<usize>) -> Result<GreyImage> {
    match biometric_records::read(bytes)?.value {
        Record::FingerImages(r) => {
            let i = r.images.get(choose(r.images.len(), index)?).context("no such image")?;
            Ok(raster::decode(&i.data, &report::finger_hints(i))?)
        }
        Record::Irises(r) => {
            let i = r.images.get(choose(r.images.len(), index)?).context("no such image")?;
            Ok(raster::decode(&i.data, &report::iris_hints(&r, i))?)
        }
        Record::CbeffXml(bir) => {
            let blocks: Vec<_> = bir.walk().into_iter().filter_map(|b| b.data.as_deref()).collect();
            let block = blocks.get(choose(blocks.len(), index)?).context("no such block")?;
            if matches!(Kind::of(block)?, Kind::Record) && biometric_records::cbeff::is_xml(block) {
                bail!("a CBEFF record inside a CBEFF record");
            }
            image(block, None)
        }
        Record::Minutiae(_) => bail!("a minutiae record has no image; write it as .fmr or .json"),
        _ => bail!("the record has no image"),
    }
}

fn choose(count: usize, index: Option<usize>) -> Result<usize> {
    match (count, index) {
        (0, _) => bail!("there is no image"),
        (1, None) => Ok(0),
        (n, None) => bail!("there are {n} images: choose one with --index 0 to {}", n - 1),
        (n, Some(i)) if i < n => Ok(i),
        (n, Some(i)) => bail!("there is no image {i}, the last is {}", n - 1),
    }
}
