//! Stored pictures: their media type, their id, and the value of the field `picture`.

use rusqlite::{Connection, OptionalExtension};

use crate::headers::is_loopback;
use crate::response::ApiError;
use crate::{clock, ids};

/// Maximum length of a picture, in bytes.
pub(crate) const MAX_PICTURE_BYTES: usize = 5 * 1024 * 1024;

const PATH: &str = "/v1/pictures/";

/// A stored picture.
pub(crate) struct Picture {
    pub(crate) kind: String,
    pub(crate) bytes: Vec<u8>,
}

/// Detects the media type from the first bytes. `None` if it is not a supported picture.
pub(crate) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Stores a picture and returns its id. The id is a hash of the bytes: the same picture is stored once, and the
/// content of a URL never changes.
pub(crate) fn store(db: &Connection, kind: &str, bytes: &[u8]) -> Result<String, rusqlite::Error> {
    let id = ids::hex(&ids::digest(bytes)[..16]);
    db.execute(
        "INSERT INTO picture (id, kind, bytes, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING",
        (&id, kind, bytes, clock::now()),
    )?;
    Ok(id)
}

/// The picture with this id.
pub(crate) fn load(db: &Connection, id: &str) -> Result<Option<Picture>, ApiError> {
    let picture = db.query_row("SELECT kind, bytes FROM picture WHERE id = ?1", [id], |row| {
        Ok(Picture { kind: row.get(0)?, bytes: row.get(1)? })
    });
    Ok(picture.optional()?)
}

/// The URL of a stored picture. `origin` is the origin that the client used.
pub(crate) fn address(origin: &str, id: &str) -> String {
    format!("{origin}{PATH}{id}")
}

/// The value of the field `picture`: the id of a stored picture, an external URL, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) id: Option<String>,
    pub(crate) url: Option<String>,
}

impl Value {
    /// Converts the value from JSON. A URL of a stored picture becomes its id, because the port can change at every
    /// start.
    pub(crate) fn from_wire(db: &Connection, text: &str) -> Result<Self, ApiError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some(id) = local_id(text) {
            let known: bool =
                db.query_row("SELECT EXISTS (SELECT 1 FROM picture WHERE id = ?1)", [id], |row| row.get(0))?;
            if known {
                return Ok(Self { id: Some(id.to_owned()), url: None });
            }
        }
        Ok(Self { id: None, url: Some(text.to_owned()) })
    }

    /// Converts the value to JSON. `origin` is the origin that the client used.
    pub(crate) fn to_wire(&self, origin: &str) -> Option<String> {
        self.id.as_deref().map(|id| address(origin, id)).or_else(|| self.url.clone())
    }
}

fn local_id(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
    let (authority, path) = rest.split_at(rest.find('/')?);
    is_loopback(authority).then(|| path.strip_prefix(PATH)).flatten()
}

#[cfg(test)]
mod tests {
    use super::{local_id, sniff};

    #[test]
    fn urls_of_this_server_give_an_id() {
        assert_eq!(local_id("http://127.0.0.1:8787/v1/pictures/ab"), Some("ab"));
        assert_eq!(local_id("https://localhost/v1/pictures/ab"), Some("ab"));
        for other in ["http://example.com/v1/pictures/ab", "http://127.0.0.1/pictures/ab", "http://127.0.0.1", "x"] {
            assert_eq!(local_id(other), None, "{other}");
        }
    }

    #[test]
    fn only_png_jpeg_gif_and_webp_are_pictures() {
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(sniff(b"GIF89a"), Some("image/gif"));
        for other in [&b""[..], b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", b"RIFF\0\0\0\0WAVE", b"BM", b"\x89PNG"]
        {
            assert_eq!(sniff(other), None);
        }
    }
}
