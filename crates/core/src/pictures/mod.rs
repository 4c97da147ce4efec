//! Pictures: fetched and cached for the page, and cropped in the editor. They are decoded in a separate process.

mod editor;
mod library;
mod location;
mod open_picture;
mod process;
mod served_picture;
mod service;
mod spool;

pub use location::PictureLocation;
pub use process::PictureProcess;
pub use served_picture::ServedPicture;
pub use spool::Piece;

pub(crate) use service::{PictureParts, PictureService};
