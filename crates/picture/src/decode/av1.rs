//! Decodes an AV1 still picture.

use re_rav1d::dav1d::{Decoder, Picture, PixelLayout, PlanarImageComponent, Plane as DecodedPlane, Settings};

use super::planes::{Plane, Planes, Samples};
use crate::error::PictureError;
use crate::heif::ColorNumbers;

pub(super) struct Av1Picture {
    picture: Picture,
    planes: Vec<DecodedPlane>,
    /// The color numbers in the header of the picture.
    pub(super) numbers: ColorNumbers,
}

/// Decodes a picture with at most as many pixels as one with this width and height.
pub(super) fn decode(stream: Vec<u8>, max_sides: (u32, u32)) -> Result<Av1Picture, PictureError> {
    if stream.is_empty() {
        return Err(PictureError::Damaged("an AVIF picture without data".into()));
    }
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(max_sides.0.saturating_mul(max_sides.1));
    let mut decoder = Decoder::with_settings(&settings).map_err(decoder_error)?;
    match decoder.send_data(stream, None, None, None) {
        Err(error) if !error.is_again() => return Err(decoder_error(error)),
        _ => {}
    }
    let picture = loop {
        match decoder.get_picture() {
            Ok(picture) => break picture,
            // Nothing more to send means that there is no picture.
            Err(error) if error.is_again() => match decoder.send_pending_data() {
                Ok(()) => break decoder.get_picture().map_err(decoder_error)?,
                Err(error) if error.is_again() => {}
                Err(error) => return Err(decoder_error(error)),
            },
            Err(error) => return Err(decoder_error(error)),
        }
    };
    let components: &[PlanarImageComponent] = match picture.pixel_layout() {
        PixelLayout::I400 => &[PlanarImageComponent::Y],
        _ => &[PlanarImageComponent::Y, PlanarImageComponent::U, PlanarImageComponent::V],
    };
    let planes = components.iter().map(|&component| picture.plane(component)).collect();
    let numbers = ColorNumbers {
        primaries: picture.color_primaries() as u8,
        transfer: picture.transfer_characteristic() as u8,
        matrix: picture.matrix_coefficients() as u8,
        full_range: matches!(picture.color_range(), re_rav1d::dav1d::pixel::YUVRange::Full),
    };
    Ok(Av1Picture { picture, planes, numbers })
}

impl Av1Picture {
    pub(super) fn planes(&self) -> Planes<'_> {
        let subsampling = match self.picture.pixel_layout() {
            PixelLayout::I420 => (2, 2),
            PixelLayout::I422 => (2, 1),
            PixelLayout::I400 | PixelLayout::I444 => (1, 1),
        };
        let bits = self.picture.bits_per_component().map_or(8, |bits| bits.0);
        let size = (self.picture.width() as usize, self.picture.height() as usize);
        let plane = |at: usize, component, (step_x, step_y): (usize, usize)| {
            let stride = self.picture.stride(component) as usize;
            Plane {
                samples: if bits > 8 { Samples::WordBytes(&self.planes[at]) } else { Samples::Bytes(&self.planes[at]) },
                stride: if bits > 8 { stride / 2 } else { stride },
                width: size.0.div_ceil(step_x),
                height: size.1.div_ceil(step_y),
                bits: bits as u8,
            }
        };
        let chroma = (self.planes.len() == 3)
            .then(|| [plane(1, PlanarImageComponent::U, subsampling), plane(2, PlanarImageComponent::V, subsampling)]);
        Planes { luma: plane(0, PlanarImageComponent::Y, (1, 1)), chroma, subsampling }
    }
}

fn decoder_error(error: re_rav1d::dav1d::Error) -> PictureError {
    PictureError::Damaged(error.to_string())
}
