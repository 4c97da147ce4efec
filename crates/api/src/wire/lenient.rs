//! Reading JSON that may be anything. Which fields exist is known in the modules beside this one.

use lapel_domain::Timestamp;
use serde_json::{Map, Value};

use crate::Endpoint;

/// Longest text that is kept of a field, in bytes: twice the longest that the contract allows anywhere.
const LONGEST_TEXT: usize = 4096;

/// An object of the wire.
pub(crate) type Object = Map<String, Value>;

/// Reads a body; none where it is not JSON. Servers that cut texts at a fixed length leave halves of surrogate pairs
/// behind, which strict readers refuse.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let whole = serde_json::from_slice(body).ok();
    whole.or_else(|| serde_json::from_str(&without_half_pairs(std::str::from_utf8(body).ok()?)).ok())
}

/// The same JSON with every half of a surrogate pair replaced by the replacement character.
fn without_half_pairs(json: &str) -> String {
    let mut clean = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        clean.push_str(before);
        let taken = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                clean.push('\u{FFFD}');
                rest = &escape[6..];
                continue;
            }
            (Some(_), _) => 6,
            // An escaped backslash is taken as a pair, so that its second half begins no escape.
            (None, _) => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        clean.push_str(&escape[..taken]);
        rest = &escape[taken..];
    }
    clean + rest
}

/// The code unit of an escape of the form `\uXXXX` at the start of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// A text, cut at 4 KiB.
pub(crate) fn text(object: &Object, key: &str) -> Option<String> {
    object.get(key)?.as_str().map(cut)
}

/// A text that some servers send as a number, such as an id. Empty counts as missing.
pub(crate) fn text_or_number(object: &Object, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.is_empty() => Some(cut(text)),
        _ => None,
    }
}

/// A whole number, also where it is written as a text.
pub(crate) fn integer(object: &Object, key: &str) -> Option<i64> {
    match object.get(key)? {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64(),
    }
}

/// True or false; a word that looks like one is not.
pub(crate) fn boolean(object: &Object, key: &str) -> Option<bool> {
    object.get(key)?.as_bool()
}

/// A timestamp in the server's spelling.
pub(crate) fn timestamp(object: &Object, key: &str) -> Option<Timestamp> {
    text_or_number(object, key).map(Timestamp::new)
}

/// The address of a picture as it is stored.
pub(crate) fn picture(object: &Object, key: &str, endpoint: &Endpoint) -> Option<String> {
    text(object, key).map(|address| endpoint.localise(&address))
}

/// An object inside.
pub(crate) fn object<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key)?.as_object()
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(LONGEST_TEXT);
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
    fn halves_of_surrogate_pairs_do_not_spoil_a_document() {
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
    fn a_byte_order_mark_is_no_reason_to_fail() {
        assert_eq!(integer(&read("\u{FEFF}{\"n\":7}"), "n"), Some(7));
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let object = read(&format!("{{\"a\":\"x{}\"}}", "é".repeat(4096)));
        let kept = text(&object, "a").unwrap();
        assert_eq!(kept.len(), 4095);
        assert!(kept.ends_with('é'));
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
