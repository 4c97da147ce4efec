//! The directory of the first picture in a TIFF, as its decoder reads it. Whether all strips are there shows when they are
//! decoded: they may lie anywhere.

use std::io;

use image::codecs::tiff::TiffDecoder;
use image::metadata::Orientation;
use image::{ExtendedColorType, ImageDecoder};
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::Facts;
use crate::error::{Format, PictureError};
use crate::sniff::Mime;

/// The decoder fills a buffer of its own before ours, and unpacks a strip, which may be all of it, before that.
const COPIES: u64 = 3;
/// XMP, what Photoshop keeps, and the directories of camera and place.
const METADATA: [Tag; 6] =
    [Tag::Make, Tag::Model, Tag::Unknown(700), Tag::Unknown(34377), Tag::ExifDirectory, Tag::GpsDirectory];
/// Set in the subfile type of what is only a small copy of another picture in the file.
const REDUCED: u32 = 1;

pub(super) fn read(bytes: &[u8]) -> Result<Facts, PictureError> {
    let unread = PictureError::Unsupported(Format::Tiff);
    let mut decoder =
        TiffDecoder::new(io::Cursor::new(bytes)).map_err(|error| PictureError::of_decoder(error, Format::Tiff))?;
    let (width, height) = decoder.dimensions();
    // Its decoder mixes inks without their profile, and nothing here shows brightness beyond white.
    use ExtendedColorType::{Cmyk8, Cmyk16, Rgb32F, Rgba32F};
    if matches!(decoder.original_color_type(), Cmyk8 | Cmyk16 | Rgb32F | Rgba32F) {
        return Err(unread);
    }
    let mut facts = Facts::still(Mime::Tiff, width, height, decoder.total_bytes().saturating_mul(COPIES));
    facts.orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);

    let mut directory =
        Decoder::new(io::Cursor::new(bytes)).map_err(|error| PictureError::Damaged(error.to_string()))?;
    if is_reduced(&mut directory) {
        // The raw file of a camera: the picture itself is where no general decoder looks.
        return Err(unread);
    }
    // One that is too long to be read is there all the same.
    facts.has_metadata = METADATA.into_iter().any(|tag| !matches!(directory.find_tag(tag), Ok(None)));
    // Others that are read no more than this, and are no small copies of the first.
    facts.several_pages = directory.more_images() && directory.next_image().is_ok() && !is_reduced(&mut directory);
    Ok(facts)
}

fn is_reduced(directory: &mut Decoder<io::Cursor<&[u8]>>) -> bool {
    let subfile = directory.find_tag_unsigned::<u32>(Tag::NewSubfileType).ok().flatten();
    subfile.is_some_and(|subfile| subfile & REDUCED != 0)
}
