//! Reads the directory of the first picture in a TIFF with the `tiff` crate. Does not check whether all
//! strips are complete: they can be anywhere in the file, so a truncated file is found only while decoding.

use image::metadata::Orientation;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::exif::first_directory;
use super::jpeg;
use super::properties::Header;
use crate::error::{Format, PictureError};
use crate::sniff::Mime;
use crate::tiff_file::{Coding, Source, TiffFile};

/// Copies of the pixels at the peak: our buffer, the decoder's buffer, and an unpacked strip, which can be the whole
/// picture.
const COPIES: u64 = 3;
/// Camera make and model, XMP (700), Photoshop resources (34377), EXIF and GPS.
const METADATA: [Tag; 6] =
    [Tag::Make, Tag::Model, Tag::Unknown(700), Tag::Unknown(34377), Tag::ExifDirectory, Tag::GpsDirectory];
/// The bit in NewSubfileType that marks a reduced copy of another picture in the file.
const REDUCED: u32 = 1;

/// The tag that only DNG has: its version. The photometric interpretation, and its values for the pixels of a sensor.
const DNG_VERSION: u16 = 50706;
const PHOTOMETRIC: u16 = 262;
const SENSOR: [u32; 2] = [32803, 34892];

pub(super) fn read(bytes: &[u8]) -> Result<Header, PictureError> {
    if is_camera_raw(bytes) {
        return Err(PictureError::Unsupported(Format::CameraRaw));
    }
    let mut file = TiffFile::open(bytes)?;
    if is_reduced(&mut file.decoder) {
        // The first picture is only a thumbnail, as in most raw files.
        return Err(PictureError::Unsupported(Format::CameraRaw));
    }
    let (width, height) = file.size;
    let mut header = match &file.coding {
        Coding::Jpeg(range) => {
            let jpeg = jpeg::read(&bytes[range.clone()])?;
            if (jpeg.width, jpeg.height) != file.size {
                return Err(PictureError::contradictory_size());
            }
            Header { mime: Mime::Tiff, ..jpeg }
        }
        _ => {
            let pixels = u64::from(width) * u64::from(height);
            let pixel_bytes = (file.samples as u64 * u64::from(file.bits).max(8) / 8).max(3);
            Header::still_image(Mime::Tiff, width, height, pixels.saturating_mul(pixel_bytes * COPIES))
        }
    };
    let directory = &mut file.decoder;
    let orientation = directory.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    header.orientation = orientation.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms);
    // A tag that cannot be read (too long) counts as present.
    header.has_metadata = METADATA.into_iter().any(|tag| !matches!(directory.find_tag(tag), Ok(None)));
    // A reduced copy of the first picture is not a page. Only the second picture is examined.
    header.several_pages = directory.more_images() && directory.next_image().is_ok() && !is_reduced(directory);
    Ok(header)
}

/// Whether a TIFF is the raw file of a camera, as far as its first bytes and its first directory tell.
fn is_camera_raw(bytes: &[u8]) -> bool {
    // Canon's second version (CR2) has its name after the first eight bytes.
    let is_canon = bytes.get(8..10) == Some(b"CR");
    let directory = first_directory(bytes).unwrap_or_default();
    // A 16-bit value is in the upper half in one byte order and in the lower half in the other.
    let is_sensor = |value: u32| SENSOR.contains(&value) || SENSOR.contains(&(value >> 16));
    is_canon || directory.iter().any(|&(tag, value)| tag == DNG_VERSION || (tag == PHOTOMETRIC && is_sensor(value)))
}

fn is_reduced(directory: &mut Decoder<Source<'_>>) -> bool {
    let subfile = directory.find_tag_unsigned::<u32>(Tag::NewSubfileType).ok().flatten();
    subfile.is_some_and(|subfile| subfile & REDUCED != 0)
}
