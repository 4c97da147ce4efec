//! Maps HDR colors to sRGB. Colors up to a white sheet of paper keep their brightness, nearly; what is brighter is
//! compressed.

/// The transfer functions of ITU-R BT.2100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// Absolute brightness (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma.
    Hlg,
}

/// The primaries, all with the white point of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gamut {
    Srgb,
    DisplayP3,
    Bt2020,
}

/// Brightness of a white sheet of paper (ITU-R BT.2408), and that of the brightest color that is kept apart, in cd/m².
const WHITE: f64 = 203.0;
const PEAK: f64 = 1000.0;
/// The brightness from which on colors are compressed; white is 1.
const KNEE: f64 = 0.75;

impl Gamut {
    /// The gamut with this number in ITU-T H.273. Rare ones count as sRGB.
    pub(crate) fn coded(number: u8) -> Self {
        match number {
            9 => Self::Bt2020,
            12 => Self::DisplayP3,
            _ => Self::Srgb,
        }
    }

    /// The matrix from its linear light to that of sRGB.
    fn to_srgb(self) -> [[f64; 3]; 3] {
        match self {
            Self::Srgb => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::DisplayP3 => [[1.22494, -0.22494, 0.0], [-0.04206, 1.04206, 0.0], [-0.01964, -0.07864, 1.09827]],
            Self::Bt2020 => {
                [[1.66049, -0.58764, -0.07285], [-0.12455, 1.1329, -0.00835], [-0.01815, -0.10058, 1.11873]]
            }
        }
    }
}

/// Converts pixels with this number of channels (three, or four with alpha), in place.
pub(crate) fn to_srgb(data: &mut [u8], channels: usize, transfer: Transfer, gamut: Gamut) {
    let table: Vec<f64> = (0..=u8::MAX).map(|value| linear(f64::from(value) / 255.0, transfer)).collect();
    let matrix = gamut.to_srgb();
    for pixel in data.chunks_exact_mut(channels) {
        let light = displayed([pixel[0], pixel[1], pixel[2]].map(|value| table[usize::from(value)]), transfer);
        let brightest = light.into_iter().fold(0.0, f64::max);
        let factor = if brightest > 0.0 { compressed(brightest) / brightest } else { 0.0 };
        for (value, row) in pixel.iter_mut().zip(matrix) {
            *value = encoded(row.iter().zip(light).map(|(a, b)| a * b * factor).sum());
        }
    }
}

/// PQ: the brightness, relative to [`WHITE`]. HLG: the light of the scene, 0 to 1.
fn linear(value: f64, transfer: Transfer) -> f64 {
    match transfer {
        Transfer::Pq => {
            let power = value.powf(32.0 / 2523.0);
            let ratio = (power - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.6875 * power);
            10_000.0 / WHITE * ratio.powf(16_384.0 / 2610.0)
        }
        Transfer::Hlg if value <= 0.5 => value * value / 3.0,
        Transfer::Hlg => (((value - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0,
    }
}

/// The brightness on a screen with the brightness [`PEAK`], relative to [`WHITE`].
fn displayed(light: [f64; 3], transfer: Transfer) -> [f64; 3] {
    match transfer {
        Transfer::Pq => light,
        Transfer::Hlg => {
            let luminance = 0.2627 * light[0] + 0.678 * light[1] + 0.0593 * light[2];
            light.map(|value| PEAK / WHITE * luminance.powf(0.2) * value)
        }
    }
}

/// Maps 0 to [`PEAK`] to 0 to 1: unchanged up to [`KNEE`], then ever flatter.
fn compressed(brightness: f64) -> f64 {
    let excess = |value: f64| (value - KNEE) / (1.0 - KNEE);
    if brightness <= KNEE {
        return brightness;
    }
    let (over, most) = (excess(brightness), excess(PEAK / WHITE));
    (KNEE + (1.0 - KNEE) * over * (1.0 + over / (most * most)) / (1.0 + over)).min(1.0)
}

/// The value in sRGB of a linear one.
fn encoded(light: f64) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pixel: [u8; 3], transfer: Transfer, gamut: Gamut) -> [u8; 3] {
        let mut data = pixel;
        to_srgb(&mut data, 3, transfer, gamut);
        data
    }

    #[test]
    fn grays_keep_their_brightness_and_highlights_are_compressed() {
        for gamut in [Gamut::Srgb, Gamut::DisplayP3, Gamut::Bt2020] {
            // In PQ, 148 is white (203 cd/m²), and 192 is 1000 cd/m². In HLG, white is 75 %.
            for (transfer, value, expected) in [
                (Transfer::Pq, 0, 0..=0),
                (Transfer::Pq, 103, 108..=120),
                (Transfer::Pq, 148, 236..=244),
                (Transfer::Pq, 192, 254..=255),
                (Transfer::Pq, 255, 255..=255),
                (Transfer::Hlg, 0, 0..=0),
                (Transfer::Hlg, 191, 236..=244),
                (Transfer::Hlg, 255, 254..=255),
            ] {
                let gray = shown([value; 3], transfer, gamut);
                assert!(gray.iter().all(|value| expected.contains(value)), "{transfer:?} {value}: {gray:?}");
            }
        }
    }

    #[test]
    fn brighter_stays_brighter() {
        for transfer in [Transfer::Pq, Transfer::Hlg] {
            let grays: Vec<u8> = (0..=u8::MAX).map(|value| shown([value; 3], transfer, Gamut::Srgb)[0]).collect();
            assert!(grays.is_sorted());
        }
    }

    #[test]
    fn the_red_of_a_wide_gamut_becomes_that_of_srgb_and_alpha_stays() {
        let mut data = [120, 0, 0, 77];
        to_srgb(&mut data, 4, Transfer::Pq, Gamut::Bt2020);
        assert!(data[0] > 150 && data[1] == 0 && data[2] == 0 && data[3] == 77, "{data:?}");
    }
}
