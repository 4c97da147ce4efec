//! Lenient reading of untrusted JSON. A field of the wrong type counts as missing.

use lapel_domain::Timestamp;
use serde_json::{Map, Value};

use crate::Endpoint;

/// Maximum length of a text field in bytes, twice the largest limit in tests/contract/openapi.yaml. Longer texts are
/// cut.
const MAX_TEXT_LENGTH: usize = 4096;

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Parses a body; `None` if it is not JSON. Accepts lone surrogates, which strict parsers reject: servers that cut
/// texts at a fixed length can leave half of a surrogate pair.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let strict = serde_json::from_slice(body).ok();
    strict.or_else(|| serde_json::from_str(&replace_lone_surrogates(std::str::from_utf8(body).ok()?)).ok())
}

/// The same JSON with every lone surrogate replaced by the replacement character.
fn replace_lone_surrogates(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        clean.push_str(before);
        let length = match (escaped_code_unit(escape), escape.get(6..).and_then(escaped_code_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                clean.push('\u{FFFD}');
                rest = &escape[6..];
                continue;
            }
            (Some(_), _) => 6,
            // Skip both characters, because the second backslash of an escaped backslash does not start an escape.
            (None, _) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        clean.push_str(&escape[..length]);
        rest = &escape[length..];
    }
    clean + rest
}

/// The code unit of a `\uXXXX` escape at the start of a text.
fn escaped_code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// A text, cut to [`MAX_TEXT_LENGTH`].
pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(truncate)
}

/// A text that some servers send as a number, such as an id. An empty text counts as missing.
pub(crate) fn text_or_number(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(truncate(text)),
        _ => None,
    }
}

/// An integer, also if it is sent as a text.
pub(crate) fn integer(object: &Object, key: &str) -> Option<i64> {
    match object.get(key)? {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64(),
    }
}

/// A JSON boolean; texts such as "true" do not count.
pub(crate) fn boolean(object: &Object, key: &str) -> Option<bool> {
    object.get(key)?.as_bool()
}

/// A timestamp, exactly as the server writes it.
pub(crate) fn timestamp(object: &Object, key: &str) -> Option<Timestamp> {
    text_or_number(object, key).map(Timestamp::new)
}

/// A picture address in its stored form.
pub(crate) fn picture(object: &Object, key: &str, endpoint: &Endpoint) -> Option<String> {
    text(object, key).map(|address| endpoint.to_stored(&address))
}

pub(crate) fn object<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key)?.as_object()
}

fn truncate(text: &str) -> String {
    let mut end = text.len().min(MAX_TEXT_LENGTH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn read(json: &str) -> Object {
        parse(json.as_bytes()).unwrap().as_object().unwrap().clone()
    }

    #[test]
    fn lone_surrogates_do_not_make_a_document_unreadable() {
        let object = read(r#"{"a":"x\ud83d","b":"\ude00y","c":"\ud83d\ude00","d":"\\ud83d","e":"\ud83d\ud83d\ude00"}"#);
        assert_eq!(text(&object, "a").unwrap(), "x\u{FFFD}");
        assert_eq!(text(&object, "b").unwrap(), "\u{FFFD}y");
        assert_eq!(text(&object, "c").unwrap(), "😀");
        assert_eq!(text(&object, "d").unwrap(), "\\ud83d");
        assert_eq!(text(&object, "e").unwrap(), "\u{FFFD}😀");
        assert!(parse(br#"{"a":"\ud83d"#).is_none());
        assert!(parse(b"{\"a\":\"\\").is_none());
        assert!(parse(b"\xFF\xFE").is_none());
        assert!(parse("{\"a\":\"\\ud83d\\é\"}".as_bytes()).is_none());
    }

    #[test]
    fn a_byte_order_mark_is_accepted() {
        assert_eq!(integer(&read("\u{FEFF}{\"n\":7}"), "n"), Some(7));
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let object = read(&format!("{{\"a\":\"x{}\"}}", "é".repeat(4096)));
        let text = text(&object, "a").unwrap();
        assert_eq!(text.len(), 4095);
        assert!(text.ends_with('é'));
    }

    #[test]
    fn wrong_types_count_as_missing() {
        let object = read(r#"{"yes":"yes","n":5,"big":1e30,"s":"5","null":null,"empty":""}"#);
        assert_eq!(boolean(&object, "yes"), None);
        assert_eq!(text(&object, "n"), None);
        assert_eq!(text_or_number(&object, "n").as_deref(), Some("5"));
        assert_eq!(text_or_number(&object, "empty"), None);
        assert_eq!(integer(&object, "big"), None);
        assert_eq!(integer(&object, "s"), Some(5));
        assert_eq!(text(&object, "null"), None);
        assert!(super::object(&object, "n").is_none());
    }
}
