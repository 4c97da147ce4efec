//! A picture as the page gets it.

/// A picture for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedPicture {
    /// Media type, detected from the content.
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}
