//! Decodes a HEVC still picture.

use heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use heifer_hevc_dec::nal::{NalUnit, NalUnitType, split_annex_b};
use heifer_hevc_dec::params::Sps;
use heifer_hevc_dec::recon::Frame;

use super::planes::{Plane, Planes, Samples};
use crate::error::{Format, PictureError};
use crate::heif::ColorNumbers;

pub(super) struct HevcPicture {
    frame: Frame,
    /// The color numbers in the parameters of the picture.
    pub(super) numbers: ColorNumbers,
}

/// Decodes a picture with at most this width and height.
pub(super) fn decode(stream: &[u8], max_sides: (u32, u32)) -> Result<HevcPicture, PictureError> {
    let (primaries, transfer) = read_parameters(stream, max_sides)?;
    let max_pixels = u64::from(max_sides.0) * u64::from(max_sides.1);
    let frame = decode_picture(stream, DecodeOptions { max_pixels, ..Default::default() }).map_err(decoder_error)?;
    let numbers = ColorNumbers { primaries, transfer, matrix: frame.matrix_coeffs, full_range: frame.full_range };
    Ok(HevcPicture { frame, numbers })
}

impl HevcPicture {
    pub(super) fn planes(&self) -> Planes<'_> {
        let frame = &self.frame;
        let plane = |at: usize| Plane {
            samples: Samples::Words(&frame.planes[at]),
            stride: frame.widths[at] as usize,
            width: frame.widths[at] as usize,
            height: frame.heights[at] as usize,
            bits: frame.bit_depth[at.min(1)],
        };
        let chroma = (frame.chroma_format != 0 && frame.widths[1] > 0).then(|| [plane(1), plane(2)]);
        let subsampling = match frame.chroma_format {
            1 => (2, 2),
            2 => (2, 1),
            _ => (1, 1),
        };
        Planes { luma: plane(0), chroma, subsampling }
    }
}

/// Checks the sizes before the decoder reserves memory and tables for them, and returns the numbers of the primaries
/// and of the transfer function.
fn read_parameters(stream: &[u8], max_sides: (u32, u32)) -> Result<(u8, u8), PictureError> {
    let mut numbers = (2, 2);
    for unit in split_annex_b(stream) {
        let unit = NalUnit::parse(unit).map_err(decoder_error)?;
        match unit.header.unit_type {
            NalUnitType::Sps => {
                let parameters = Sps::parse(&unit.rbsp).map_err(decoder_error)?;
                let (width, height) = (parameters.pic_width_in_luma_samples, parameters.pic_height_in_luma_samples);
                if width > max_sides.0 || height > max_sides.1 {
                    return Err(PictureError::contradictory_size());
                }
                if let Some(video) = parameters.vui {
                    numbers = (video.colour_primaries, video.transfer_characteristics);
                }
            }
            unit_type if unit_type.is_slice() => break,
            _ => {}
        }
    }
    Ok(numbers)
}

fn decoder_error(error: heifer_hevc_dec::Error) -> PictureError {
    match error {
        heifer_hevc_dec::Error::Unimplemented(_) => PictureError::Unsupported(Format::RareHeif),
        other => PictureError::Damaged(other.to_string()),
    }
}
