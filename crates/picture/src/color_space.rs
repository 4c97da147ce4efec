//! The color space that a PNG, HEIC or AVIF defines without a profile, and its conversion to a profile. Conversion of HDR colors is
//! in `hdr`.

use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, MatrixCoefficients, ToneReprCurve,
    TransferCharacteristics, XyY,
};

use crate::hdr::{Gamut, Transfer};

/// The numbers of the gAMA and cHRM chunks are multiplied by this.
const UNIT: f32 = 100_000.0;
/// The gamma and the chromaticities (white, red, green, blue) of sRGB, and how much they may differ to count as sRGB.
const SRGB_GAMMA: u32 = 45_455;
const SRGB_CHROMATICITIES: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
const TOLERANCE: u32 = 500;

/// A color space other than sRGB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ColorSpace {
    /// With HDR brightness (cICP).
    Hdr(Transfer, Gamut),
    /// Numbers of ITU-T H.273 for the primaries and the transfer function (cICP).
    Coded(u8, u8),
    /// The contents of the gAMA and cHRM chunks.
    Measured { gamma: Option<u32>, chromaticities: Option<[u32; 8]> },
}

impl ColorSpace {
    /// The color space of a cICP chunk. `None` for sRGB, and if the chunk is unusable.
    pub(crate) fn coded(chunk: &[u8]) -> Option<Self> {
        // RGB with full range. Nothing else makes sense in a PNG.
        let [primaries, transfer, 0, 1] = *chunk else { return None };
        let gamut = Gamut::coded(primaries);
        match transfer {
            16 => Some(Self::Hdr(Transfer::Pq, gamut)),
            18 => Some(Self::Hdr(Transfer::Hlg, gamut)),
            13 if primaries == 1 => None,
            _ => Some(Self::Coded(primaries, transfer)),
        }
    }

    /// The color space of a HEIC or AVIF picture, from numbers of ITU-T H.273. `None` for sRGB, and if they are unknown.
    pub(crate) fn of_video(primaries: u8, transfer: u8) -> Option<Self> {
        // Pictures with the transfer function of a camera are meant for screens with about that of sRGB.
        let transfer = if matches!(transfer, 1 | 2 | 6 | 14 | 15) { 13 } else { transfer };
        let primaries = if primaries == 2 { 1 } else { primaries };
        Self::coded(&[primaries, transfer, 0, 1])
    }

    /// The color space of the gAMA and cHRM chunks. `None` for sRGB, and if they are unusable.
    pub(crate) fn measured(gamma: Option<u32>, chromaticities: Option<[u32; 8]>) -> Option<Self> {
        let is_near = |a: u32, b: u32| a.abs_diff(b) <= TOLERANCE;
        let chromaticities = chromaticities.filter(|measured| {
            let is_srgb = measured.iter().zip(SRGB_CHROMATICITIES).all(|(&a, b)| is_near(a, b));
            !is_srgb && measured.chunks_exact(2).all(|xy| xy[1] > 0 && xy[0].saturating_add(xy[1]) <= UNIT as u32)
        });
        // With other chromaticities, the gamma stands for a power function.
        let gamma = gamma.filter(|&gamma| gamma > 0 && (chromaticities.is_some() || !is_near(gamma, SRGB_GAMMA)));
        (gamma.is_some() || chromaticities.is_some()).then_some(Self::Measured { gamma, chromaticities })
    }

    /// The color space as a profile. `None` for HDR, and if there is no such profile.
    pub(crate) fn profile(self) -> Option<ColorProfile> {
        let mut profile = ColorProfile::new_srgb();
        match self {
            Self::Hdr(..) => return None,
            Self::Coded(primaries, transfer) => {
                let coded = CicpProfile {
                    color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
                    transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
                    matrix_coefficients: MatrixCoefficients::Identity,
                    full_range: true,
                };
                // Its result is always false; it stores the numbers if it succeeds.
                profile.cicp = None;
                profile.update_rgb_colorimetry_from_cicp(coded);
                profile.cicp?;
            }
            Self::Measured { gamma, chromaticities } => {
                if let Some(gamma) = gamma {
                    let curve = Some(ToneReprCurve::Parametric(vec![UNIT / gamma as f32]));
                    (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
                }
                if let Some(numbers) = chromaticities {
                    let [white_x, white_y, rest @ ..] = numbers.map(|number| number as f32 / UNIT);
                    let [red, green, blue] = [0, 2, 4].map(|at| Chromaticity::new(rest[at], rest[at + 1]));
                    let white = XyY { x: white_x.into(), y: white_y.into(), yb: 1.0 };
                    profile.update_rgb_colorimetry(white, ColorPrimaries { red, green, blue });
                }
            }
        }
        profile.cicp = None;
        let colorants = [profile.red_colorant, profile.green_colorant, profile.blue_colorant];
        let is_finite = colorants.iter().all(|xyz| [xyz.x, xyz.y, xyz.z].iter().all(|value| value.is_finite()));
        is_finite.then_some(profile)
    }
}
