//! Random tokens, the hash under which they are stored, and the form of ids.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::response::ApiError;

/// A new token: 256 random bits in hex.
pub(crate) fn token() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(&error))?;
    Ok(hex(&bytes))
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Hexadecimal in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The id in the form that is stored: 24 hex digits in lower case. `None` if the text is not an id.
pub(crate) fn stored_id(text: &str) -> Option<String> {
    let fits = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}
