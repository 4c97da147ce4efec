//! Random ids and tokens, and the hash under which tokens are kept.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::answer::Refusal;

/// 256 random bits, in hex. Opaque to clients.
pub(crate) fn token() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::internal(&error))?;
    Ok(hex(&bytes))
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// An id as it is stored: 24 hex digits in lower case.
pub(crate) fn stored_id(text: &str) -> Option<String> {
    let fits = text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}
