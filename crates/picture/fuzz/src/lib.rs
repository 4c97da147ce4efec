//! What all fuzz targets do with an input: four bytes that select a square, followed by a file. No input may cause a
//! crash, and every accepted file must give a valid result.

use std::process::abort;

use lapel_picture::{Crop, MAX_JPEG_BYTES, MAX_PNG_BYTES, Mime, check_displayable, open, render};

/// Aborts on a panic in `lapel-picture`, in this file or in moxcms, so that libFuzzer reports it. Panics in the decoder
/// crates are allowed, because `lapel-picture` catches them.
pub fn allow_decoder_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or("", |location| location.file());
        if place == file!() || place.contains("picture/src") || place.contains("moxcms") {
            eprintln!("{panic}");
            abort();
        }
    }));
}

/// A square relative to the size of the picture; it can extend beyond the picture.
fn choose([flags, x, y, side]: [u8; 4], (width, height): (u32, u32)) -> Option<Crop> {
    let (width, height) = (f64::from(width), f64::from(height));
    let part = |byte: u8| f64::from(byte) / 128.0 - 0.5;
    (flags & 0b1_0000 != 0).then(|| Crop {
        turns: flags & 0b11,
        mirrored: flags & 0b100 != 0,
        x: part(x) * width,
        y: part(y) * height,
        side: f64::from(side) / 100.0 * width.max(height),
        ground: (flags & 0b1000 != 0).then_some([x, y, side]),
    })
}

/// Opens and renders a file and checks the results.
pub fn check(square: [u8; 4], file: &[u8]) {
    let _ = check_displayable(file);
    let opened = open(file);
    let size = match &opened {
        Ok(opened) => {
            assert_eq!(check_displayable(&opened.bytes), Ok(opened.mime));
            assert!(opened.width > 0 && opened.height > 0);
            (opened.width, opened.height)
        }
        Err(_) => (512, 512),
    };
    if let Ok(prepared) = render(file, choose(square, size).as_ref()) {
        assert!(opened.is_ok());
        assert_eq!(check_displayable(&prepared.bytes), Ok(prepared.mime));
        let max_bytes = if prepared.mime == Mime::Png { MAX_PNG_BYTES } else { MAX_JPEG_BYTES };
        assert!(prepared.bytes.len() <= max_bytes);
    }
}
