//! Makes the picture for the upload from the selected square of a file. The preview is made in `preview`.

use crate::error::PictureError;
use crate::frame::{self, Crop, SIDE};
use crate::output::{Note, Prepared, notes};
use crate::{color, decode, encode, limits, scale, square};

/// Makes the square `crop`, or the largest centered square.
pub(crate) fn prepare(bytes: &[u8], crop: Option<&Crop>) -> Result<Prepared, PictureError> {
    let header = limits::read_within_limits(bytes)?;
    let size = (header.width, header.height);
    let (width, height) = frame::upright_size(size, header.orientation);
    let crop = crop.copied().unwrap_or_else(|| Crop::centered(width, height));
    let file_crop = crop.in_file(size, header.orientation)?;
    let (left, top, width, height) = square::target_rect(&file_crop);
    let mut decoded = decode::decode(bytes, &header, file_crop.visible, file_crop.scale)?;
    let pixels = scale::scale(&mut decoded, width, height)?;
    let (pixels, conversion) = color::to_srgb(pixels, decoded.profile.as_deref(), decoded.space.or(header.space))?;
    let mut square = square::compose(pixels, (left, top), crop.ground)?;
    square.apply_orientation(file_crop.orientation);
    let (bytes, mime) = encode::encode(square)?;
    let mut notes = notes(&header, &decoded, conversion);
    if crop.side < f64::from(SIDE) {
        notes.push(Note::Enlarged);
    }
    Ok(Prepared { bytes, mime, notes })
}
