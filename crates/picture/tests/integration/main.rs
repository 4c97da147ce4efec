//! Tests of the picture pipeline. One program, because linking one for each file takes a minute.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod bitmaps;
mod child;
mod color;
mod crop;
mod formats;
#[cfg(feature = "video")]
mod heif;
#[cfg(feature = "video")]
mod heif_colors;
#[cfg(feature = "video")]
mod heif_items;
#[cfg(feature = "video")]
mod heif_limits;
#[cfg(feature = "video")]
mod heif_places;
mod hostile;
mod incoming;
mod limits;
mod make;
mod orientation;
mod tiff;
mod unfinished;
