//! `make_fixtures FOLDER`: writes the ordinary, unusual and malicious picture files for the end-to-end tests. The
//! bytes are the same at every run. Creates the folder if it is missing.

// A panic is the right failure for a command line tool: it names the step that failed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../tests/integration/make/mod.rs"]
mod make;

use std::io::Write;
use std::path::PathBuf;

use image::{DynamicImage, ImageBuffer, ImageFormat, Rgb, Rgba, RgbaImage};
use make::jpeg::{Halves, segment, with_orientation};
use make::png::{Header, with_data, zlib};
use make::{BLUE, Noise, RED, container, encode, red_blue};

fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("usage: make_fixtures FOLDER"));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let mut file = std::fs::File::create(folder.join(name)).unwrap();
        file.write_all(bytes).unwrap();
    };

    let photo = encode(red_blue(1600, 1200), ImageFormat::Jpeg);
    write("photo.jpg", &photo);
    write("photo.png", &encode(red_blue(1600, 1200), ImageFormat::Png));
    write("photo.webp", &encode(red_blue(1600, 1200), ImageFormat::WebP));
    write("small.png", &encode(red_blue(40, 40), ImageFormat::Png));
    for orientation in 1..=8 {
        write(&format!("orientation-{orientation}.jpg"), &with_orientation(&turned(orientation), orientation, false));
    }

    let disc = RgbaImage::from_fn(800, 800, |x, y| {
        let inside = (x.abs_diff(400)).pow(2) + (y.abs_diff(400)).pow(2) < 300 * 300;
        if inside { Rgba([20, 140, 120, 255]) } else { Rgba([0; 4]) }
    });
    write("transparent.png", &encode(disc, ImageFormat::Png));
    let deep = ImageBuffer::from_fn(600, 600, |x, _| Rgb(if x < 300 { RED } else { BLUE }.map(|v| u16::from(v) * 257)));
    write("sixteen-bit.png", &encode(DynamicImage::ImageRgb16(deep), ImageFormat::Png));
    write("cmyk.jpg", &cmyk().encode());
    let frames = [RED, BLUE].map(|[r, g, b]| RgbaImage::from_pixel(600, 600, Rgba([r, g, b, 255])));
    write("animated.webp", &container::animated_webp(&frames));
    write("animated.gif", &container::gif(frames.to_vec()));
    write("animated.png", &container::animated_png(64, RED, BLUE));

    write("bomb-30000.png", &bomb(30_000));
    write("bomb-9000.png", &bomb(9_000));
    write("bomb-progressive.jpg", &progressive_bomb());
    write("big-60mb.jpg", &large());
    write("too-many-bytes.jpg", &[&photo[..], &vec![0; 65 * 1024 * 1024]].concat());
    write("truncated.jpg", &photo[..photo.len() / 2]);
    write("truncated.png", &encode(noise(300), ImageFormat::Png)[..100_000]);
    write("empty.png", b"");
    write("text.png", b"This is a text. Only its name says that it is a picture.\n");
    write(
        "drawing.svg",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><circle r=\"4\" cx=\"4\" cy=\"4\"/></svg>\n",
    );
    write("photo.heic", include_bytes!("../tests/data/plain.heic"));
    write("photo.avif", include_bytes!("../tests/data/plain.avif"));
}

/// The red and blue photo, stored so that `orientation` makes it upright.
fn turned(orientation: u16) -> Vec<u8> {
    let upright = DynamicImage::from(red_blue(1600, 1200));
    let stored = match orientation {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate90().fliph(),
        6 => upright.rotate270(),
        7 => upright.rotate270().fliph(),
        8 => upright.rotate90(),
        _ => upright,
    };
    encode(stored, ImageFormat::Jpeg)
}

/// Red and blue in inverted CMYK, as Adobe writes it.
fn cmyk() -> Halves<'static> {
    Halves { width: 640, height: 480, adobe: Some(0), ..Halves::new(&[200, 30, 30, 255], &[30, 30, 200, 255]) }
}

fn noise(side: u32) -> DynamicImage {
    let mut noise = Noise(7);
    ImageBuffer::from_fn(side, side, |_, _| Rgb([noise.next() as u8, noise.next() as u8, noise.next() as u8])).into()
}

/// A few bytes whose header claims `side` x `side` pixels.
fn bomb(side: u32) -> Vec<u8> {
    let header = Header { width: side, height: side, depth: 8, color: 6, interlaced: false };
    with_data(header, &[], &zlib(&[0; 64]), &[])
}

/// A small file whose coefficients would take more memory than the limit.
fn progressive_bomb() -> Vec<u8> {
    let halves = Halves { width: 9_900, height: 9_900, progressive: true, ..Halves::new(&RED, &BLUE) };
    let mut bytes = halves.header();
    bytes.extend(segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 0, 0]));
    bytes.extend([0, 0, 0xff, 0xd9]);
    bytes
}

/// A JPEG of twelve megapixels with sixty megabytes of noise as its pixels.
fn large() -> Vec<u8> {
    let mut bytes = Halves { width: 4_000, height: 3_000, ..Halves::new(&RED, &BLUE) }.header();
    bytes.extend(segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]));
    let mut noise = Noise(60);
    while bytes.len() < 60_000_000 {
        bytes.extend(noise.next().to_le_bytes().map(|byte| byte & 0xfe));
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}
