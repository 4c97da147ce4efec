//! What is shown of a file before it is cut: the whole picture, small and upright.

use crate::error::PictureError;
use crate::frame::{self, Area};
use crate::{Opened, SIDE, colour, decode, encode, limits, notes, scale, square};

/// The longest side of what is shown; a panorama would otherwise be as large as its file.
const MOST: f64 = 2048.0;

/// Makes what is shown of a file.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened, PictureError> {
    let facts = limits::read_within_limits(bytes)?;
    let (width, height) = (f64::from(facts.width), f64::from(facts.height));
    // As many pixels as the finished picture has, in the largest square.
    let scale = (f64::from(SIDE) / width.min(height)).min(MOST / width.max(height)).min(1.0);
    let whole = Area { left: 0.0, top: 0.0, width, height };
    let mut decoded = decode::decode(bytes, &facts, whole, scale)?;
    let (shown_width, shown_height) = (f64::from(decoded.pixels.width), f64::from(decoded.pixels.height));
    // What the decoder has made small is not scaled again without need.
    let pixels = if shown_width < width && shown_width.max(shown_height) <= MOST {
        decoded.pixels
    } else {
        let side = |length: f64| (length * scale).round().max(1.0) as u32;
        scale::scale(&mut decoded, side(width), side(height))?
    };
    let (pixels, converted) = colour::to_srgb(pixels, decoded.profile.as_deref())?;
    let mut picture = square::image_of(pixels)?;
    picture.apply_orientation(facts.orientation);
    let (bytes, mime) = encode::encode_for_show(picture)?;
    let (width, height) = frame::upright((facts.width, facts.height), facts.orientation);
    Ok(Opened { bytes, mime, width, height, notes: notes(&facts, converted) })
}
