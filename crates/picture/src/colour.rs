//! From the colours of a file to those of sRGB, in which every screen and every browser shows a picture without a profile.
//! Done on few pixels: after scaling.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::decode::{Model, Pixels};
use crate::error::PictureError;

/// The largest difference of a channel that still counts as the same colour: rounding makes as much.
const ROUNDING: u8 = 3;

/// Turns any pixels into RGB or, with alpha, RGBA, and says whether a profile in the file has changed the colours. A profile
/// that cannot be used is passed over, as browsers do.
pub(crate) fn to_srgb(pixels: Pixels, profile: Option<&[u8]>) -> Result<(Pixels, bool), PictureError> {
    let profile = profile.and_then(|bytes| ColorProfile::new_from_slice(bytes).ok());
    if pixels.model == Model::Cmyk {
        return Ok((from_inks(pixels, profile.as_ref()), true));
    }
    let model = if pixels.model.has_alpha() { Model::Rgba } else { Model::Rgb };
    let layout = if model == Model::Rgba { Layout::Rgba } else { Layout::Rgb };
    let of = |space| profile.as_ref().filter(|profile| profile.color_space == space);
    // A grey profile describes one channel, and says nothing about a file of colours.
    let from_grey = match pixels.model {
        Model::Grey => of(DataColorSpace::Gray).and_then(|grey| convert(&pixels.data, grey, Layout::Gray, layout)),
        Model::GreyAlpha => {
            of(DataColorSpace::Gray).and_then(|grey| convert(&pixels.data, grey, Layout::GrayAlpha, layout))
        }
        _ => None,
    };
    let data = match pixels.model {
        Model::Grey => pixels.data.iter().flat_map(|&grey| [grey; 3]).collect(),
        Model::GreyAlpha => pixels.data.chunks_exact(2).flat_map(|grey| [grey[0], grey[0], grey[0], grey[1]]).collect(),
        _ => pixels.data,
    };
    let mut plain = Pixels { model, data, ..pixels };
    let converted =
        from_grey.or_else(|| of(DataColorSpace::Rgb).and_then(|rgb| convert(&plain.data, rgb, layout, layout)));
    let Some(converted) = converted else { return Ok((plain, false)) };
    let changed = plain.data.iter().zip(&converted).any(|(a, b)| a.abs_diff(*b) > ROUNDING);
    // What only rounding has touched is kept as it was.
    if changed {
        plain.data = converted;
    }
    Ok((plain, changed))
}

fn convert(data: &[u8], profile: &ColorProfile, from: Layout, to: Layout) -> Option<Vec<u8>> {
    let target = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(from, &target, to, TransformOptions::default()).ok()?;
    let mut converted = vec![0; data.len() / from.channels() * to.channels()];
    transform.transform(data, &mut converted).ok()?;
    Some(converted)
}

fn from_inks(pixels: Pixels, profile: Option<&ColorProfile>) -> Pixels {
    let by_profile = profile.filter(|profile| profile.color_space == DataColorSpace::Cmyk).and_then(|profile| {
        let inks: Vec<u8> = pixels.data.iter().map(|paper| 255 - paper).collect();
        // Four inks take the place of red, green, blue and alpha.
        convert(&inks, profile, Layout::Rgba, Layout::Rgb)
    });
    let data = by_profile.unwrap_or_else(|| {
        let mix = |paper: u8, black: u8| ((u16::from(paper) * u16::from(black) + 127) / 255) as u8;
        let pixel = |inks: &[u8]| [mix(inks[0], inks[3]), mix(inks[1], inks[3]), mix(inks[2], inks[3])];
        pixels.data.chunks_exact(4).flat_map(pixel).collect()
    });
    Pixels { model: Model::Rgb, data, ..pixels }
}
