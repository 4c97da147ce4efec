//! The colors that the container defines.

use heifer_isobmff::boxes::{ColorInfo, Property};

/// Numbers of ITU-T H.273 for the colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColorNumbers {
    pub(crate) primaries: u8,
    pub(crate) transfer: u8,
    pub(crate) matrix: u8,
    pub(crate) full_range: bool,
}

pub(super) fn color_of(property: &Property) -> Option<&ColorInfo> {
    if let Property::Color(color) = property { Some(color) } else { None }
}

pub(super) fn numbers_of(color: &ColorInfo) -> Option<ColorNumbers> {
    let ColorInfo::Nclx { primaries, transfer, matrix, full_range } = *color else { return None };
    // 2 means that the number is not known.
    let byte = |number| u8::try_from(number).unwrap_or(2);
    Some(ColorNumbers { primaries: byte(primaries), transfer: byte(transfer), matrix: byte(matrix), full_range })
}

pub(super) fn profile_of(color: &ColorInfo) -> Option<Vec<u8>> {
    if let ColorInfo::Icc(profile) = color { Some(profile.clone()).filter(|profile| !profile.is_empty()) } else { None }
}
