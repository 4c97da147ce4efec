//! What is shown of a file before it is cut: the whole picture, small and upright.

use std::io::Read;

use crate::arriving::Arriving;
use crate::decode::Decoded;
use crate::error::PictureError;
use crate::facts::Facts;
use crate::frame::{self, Area};
use crate::{Opened, SIDE, colour, decode, encode, limits, notes, scale, square};

/// The longest side of what is shown; a panorama would otherwise be as large as its file.
const MOST: f64 = 2048.0;

/// Makes what is shown of a file. Where its beginning tells all that has to be known, it is decoded while the rest comes.
pub(crate) fn open(file: impl Read) -> Result<Opened, PictureError> {
    let mut file = Arriving::new(file);
    let beginning = file.beginning(|bytes| limits::read_beginning_within_limits(bytes).is_some())?;
    let Some(facts) = limits::read_beginning_within_limits(beginning) else {
        let whole = file.whole()?;
        let facts = limits::read_within_limits(whole)?;
        let decoded = decode::decode(whole, &facts, all(&facts), shrinking(&facts))?;
        return finish(decoded, &facts);
    };
    let decoded = decode::decode_arriving(&mut file, &facts, all(&facts), shrinking(&facts));
    // The decoder forgives much that the walk does not, and says less of the rest.
    limits::read_within_limits(file.whole()?)?;
    finish(decoded?, &facts)
}

fn all(facts: &Facts) -> Area {
    Area { left: 0.0, top: 0.0, width: facts.width.into(), height: facts.height.into() }
}

/// How much smaller it is shown: with as many pixels as the finished picture has, in the largest square.
fn shrinking(facts: &Facts) -> f64 {
    let (width, height) = (f64::from(facts.width), f64::from(facts.height));
    (f64::from(SIDE) / width.min(height)).min(MOST / width.max(height)).min(1.0)
}

fn finish(mut decoded: Decoded, facts: &Facts) -> Result<Opened, PictureError> {
    // No larger than needed: the web view scales it for every place where it is seen.
    let side = |length: u32| (f64::from(length) * shrinking(facts)).round().max(1.0) as u32;
    let pixels = scale::scale(&mut decoded, side(facts.width), side(facts.height))?;
    let (pixels, converted) = colour::to_srgb(pixels, decoded.profile.as_deref())?;
    let mut picture = square::image_of(pixels)?;
    picture.apply_orientation(facts.orientation);
    let (bytes, mime) = encode::encode_for_show(picture)?;
    let (width, height) = frame::upright((facts.width, facts.height), facts.orientation);
    Ok(Opened { bytes, mime, width, height, notes: notes(facts, converted) })
}
