//! Fuzz target for all formats except HEIC and AVIF, which have their own.
#![no_main]
#![allow(missing_docs, reason = "not a public API")]

use lapel_picture::{Mime, sniff};
use lapel_picture_fuzz::{allow_decoder_panics, check};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(init: allow_decoder_panics(), |input: &[u8]| -> Corpus {
    match input.split_first_chunk() {
        Some((&square, file)) if sniff(file) != Some(Mime::Heif) => check(square, file),
        _ => return Corpus::Reject,
    }
    Corpus::Keep
});
