//! The languages of the interface, and the few of its texts that the core needs, in all languages in the same order. The build
//! script reads them from the message files of the page.

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// One of the texts above in a language of the interface.
pub(crate) fn text_in(language: &str, texts: &[&'static str; LANGUAGES.len()]) -> &'static str {
    let found = LANGUAGES.iter().zip(texts).find(|(tag, _)| **tag == language);
    found.map_or(texts[0], |(_, text)| text)
}
