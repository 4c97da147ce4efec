//! Opens the container of a HEIC or AVIF file and lists the coded pictures of its main picture. The decoding itself is
//! in `decode`.
//!
//! Follows ISO/IEC 23008-12 (HEIF) and 23000-22 (MIAF).

mod bounds;
mod changes;
mod colors;
mod error;
mod file;
mod layers;
mod track;

pub(crate) use changes::Rectangle;
pub(crate) use colors::ColorNumbers;
pub(crate) use file::{HeifFile, with_last_box_closed};
pub(crate) use layers::{Codec, Layer, Part};
