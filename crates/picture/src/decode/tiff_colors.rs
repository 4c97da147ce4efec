//! Converts the pixels of the rarer color models of TIFF to RGB, eight bits each.

use crate::error::PictureError;

/// YCbCr (ITU-R BT.601, full range) to RGB, in place.
pub(super) fn ycbcr_to_rgb(pixel: &mut [u8]) {
    let [y, cb, cr] = [f32::from(pixel[0]), f32::from(pixel[1]) - 128.0, f32::from(pixel[2]) - 128.0];
    let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
    pixel.iter_mut().zip(rgb).for_each(|(value, color)| *value = color.round().clamp(0.0, 255.0) as u8);
}

/// CIE L*a*b* (white point D50, a* and b* with an offset of 128) to sRGB, in place.
pub(super) fn lab_to_rgb(pixel: &mut [u8]) {
    let [l, a, b] = [f32::from(pixel[0]) / 2.55, f32::from(pixel[1]) - 128.0, f32::from(pixel[2]) - 128.0];
    let y = (l + 16.0) / 116.0;
    let inverse = |t: f32| if t > 6.0 / 29.0 { t * t * t } else { (t - 4.0 / 29.0) * 108.0 / 841.0 };
    let xyz = [0.964_22 * inverse(y + a / 500.0), inverse(y), 0.825_21 * inverse(y - b / 200.0)];
    // From D50 to the linear light of sRGB (Bradford).
    let matrix =
        [[3.133_856, -1.616_867, -0.490_615], [-0.978_768, 1.916_142, 0.033_454], [0.071_945, -0.228_991, 1.405_243]];
    for (value, row) in pixel.iter_mut().zip(matrix) {
        let light: f32 = row.iter().zip(xyz).map(|(a, b)| a * b).sum();
        let encoded = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        *value = (encoded * 255.0).round().clamp(0.0, 255.0) as u8;
    }
}

/// Divides the colors by the alpha value at the end, in place.
pub(crate) fn unmultiply(pixel: &mut [u8]) {
    if let [colors @ .., alpha] = pixel
        && *alpha > 0
    {
        let alpha = u16::from(*alpha);
        colors.iter_mut().for_each(|value| *value = ((u16::from(*value) * 255 + alpha / 2) / alpha).min(255) as u8);
    }
}

/// Looks up indices in a color map: all red values, then green, then blue, with 16 bits. Some programs write eight. Each
/// pixel has `samples` samples: the index, and alpha, which is kept.
pub(super) fn palette_to_rgb(pixels: &[u8], samples: usize, map: &[u16], bits: u16) -> Result<Vec<u8>, PictureError> {
    let count = 1_usize << bits;
    if map.len() != 3 * count {
        return Err(PictureError::Damaged("a color map of the wrong length".into()));
    }
    let shift = if map.iter().all(|&value| value < 256) { 0 } else { 8 };
    let mut colors = Vec::with_capacity(pixels.len() / samples * (samples + 2));
    for pixel in pixels.chunks_exact(samples) {
        colors.extend([0, 1, 2].map(|channel| (map[channel * count + usize::from(pixel[0])] >> shift) as u8));
        colors.extend(&pixel[1..]);
    }
    Ok(colors)
}
