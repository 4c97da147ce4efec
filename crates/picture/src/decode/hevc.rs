//! Decodes a HEVC still picture.

use heifer_hevc_dec::decoder::{DecodeOptions, decode_picture};
use heifer_hevc_dec::nal::{NalUnit, split_annex_b};
use heifer_hevc_dec::params::ParameterSets;
use heifer_hevc_dec::recon::Frame;

use super::planes::{Plane, Planes, Samples};
use crate::error::PictureError;
use crate::heif::{ColorNumbers, rare};

pub(super) struct HevcPicture {
    frame: Frame,
    /// The color numbers in the parameters of the picture.
    pub(super) numbers: ColorNumbers,
}

/// Decodes a picture with at most this number of pixels.
pub(super) fn decode(stream: &[u8], max_pixels: u64) -> Result<HevcPicture, PictureError> {
    let frame = decode_picture(stream, DecodeOptions { max_pixels, ..Default::default() }).map_err(decoder_error)?;
    let (primaries, transfer) = color_numbers(stream).unwrap_or((2, 2));
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

/// The primaries and the transfer function.
fn color_numbers(stream: &[u8]) -> Option<(u8, u8)> {
    let mut sets = ParameterSets::default();
    let units = split_annex_b(stream).map_while(|unit| NalUnit::parse(unit).ok());
    for unit in units.take_while(|unit| !unit.header.unit_type.is_slice()) {
        sets.add(&unit).ok()?;
    }
    let numbers = sets.sps.iter().flatten().find_map(|sps| sps.vui.as_ref())?;
    Some((numbers.colour_primaries, numbers.transfer_characteristics))
}

fn decoder_error(error: heifer_hevc_dec::Error) -> PictureError {
    match error {
        heifer_hevc_dec::Error::Unimplemented(_) => rare(),
        other => PictureError::Damaged(other.to_string()),
    }
}
