//! Converts the colors of a file to sRGB, the color space of pictures without a profile. Runs after scaling, when
//! there are fewer pixels.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::color_space::ColorSpace;
use crate::decode::{Model, Pixels};
use crate::error::PictureError;
use crate::hdr;
use crate::output::Note;

/// Maximum difference per channel that counts as rounding, not as a changed color.
const ROUNDING_TOLERANCE: u8 = 3;

/// Converts pixels to RGB or, with alpha, RGBA. `space` comes before the profile. Also returns the note about it, if that changed the colors. An
/// unusable profile is ignored, as in browsers.
pub(crate) fn to_srgb(
    pixels: Pixels,
    profile: Option<&[u8]>,
    space: Option<ColorSpace>,
) -> Result<(Pixels, Option<Note>), PictureError> {
    let profile = match space {
        Some(space) => space.profile(),
        None => profile.and_then(|bytes| ColorProfile::new_from_slice(bytes).ok()),
    };
    if pixels.model == Model::Cmyk {
        return Ok((cmyk_to_rgb(pixels, profile.as_ref()), Some(Note::InksConverted)));
    }
    let model = if pixels.model.has_alpha() { Model::Rgba } else { Model::Rgb };
    let layout = if model == Model::Rgba { Layout::Rgba } else { Layout::Rgb };
    let profile_for = |space| profile.as_ref().filter(|profile| profile.color_space == space);
    // A gray profile applies to gray pixels only.
    let from_gray = match pixels.model {
        Model::Gray => {
            profile_for(DataColorSpace::Gray).and_then(|gray| convert(&pixels.data, gray, Layout::Gray, layout))
        }
        Model::GrayAlpha => {
            profile_for(DataColorSpace::Gray).and_then(|gray| convert(&pixels.data, gray, Layout::GrayAlpha, layout))
        }
        _ => None,
    };
    let data = match pixels.model {
        Model::Gray => pixels.data.iter().flat_map(|&gray| [gray; 3]).collect(),
        Model::GrayAlpha => pixels.data.chunks_exact(2).flat_map(|gray| [gray[0], gray[0], gray[0], gray[1]]).collect(),
        _ => pixels.data,
    };
    let mut rgb_pixels = Pixels { model, data, ..pixels };
    if let Some(ColorSpace::Hdr(transfer, gamut)) = space {
        hdr::to_srgb(&mut rgb_pixels.data, model.channels(), transfer, gamut);
        return Ok((rgb_pixels, Some(Note::HdrConverted)));
    }
    let converted = from_gray
        .or_else(|| profile_for(DataColorSpace::Rgb).and_then(|rgb| convert(&rgb_pixels.data, rgb, layout, layout)));
    let Some(converted) = converted else { return Ok((rgb_pixels, None)) };
    let changed = rgb_pixels.data.iter().zip(&converted).any(|(a, b)| a.abs_diff(*b) > ROUNDING_TOLERANCE);
    // If the differences are only rounding, keep the original pixels.
    if changed {
        rgb_pixels.data = converted;
    }
    Ok((rgb_pixels, changed.then_some(Note::ColorsConverted)))
}

fn convert(data: &[u8], profile: &ColorProfile, from: Layout, to: Layout) -> Option<Vec<u8>> {
    let target = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(from, &target, to, TransformOptions::default()).ok()?;
    let mut converted = vec![0; data.len() / from.channels() * to.channels()];
    transform.transform(data, &mut converted).ok()?;
    Some(converted)
}

fn cmyk_to_rgb(pixels: Pixels, profile: Option<&ColorProfile>) -> Pixels {
    let converted = profile.filter(|profile| profile.color_space == DataColorSpace::Cmyk).and_then(|profile| {
        let inks: Vec<u8> = pixels.data.iter().map(|paper| 255 - paper).collect();
        // moxcms takes CMYK in the four-channel layout.
        convert(&inks, profile, Layout::Rgba, Layout::Rgb)
    });
    let data = converted.unwrap_or_else(|| {
        let mix = |paper: u8, black: u8| ((u16::from(paper) * u16::from(black) + 127) / 255) as u8;
        let pixel = |cmyk: &[u8]| [mix(cmyk[0], cmyk[3]), mix(cmyk[1], cmyk[3]), mix(cmyk[2], cmyk[3])];
        pixels.data.chunks_exact(4).flat_map(pixel).collect()
    });
    Pixels { model: Model::Rgb, data, ..pixels }
}
