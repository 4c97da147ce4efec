//! Malformed, truncated and malicious files get the right error and never cause a panic.

use crate::make::bitmap::tagged_tiff;
use crate::make::jpeg::{Halves, segment};
use crate::make::png::{Header, with_data, zlib};
use crate::make::raw_tiff::RawTiff;
use crate::make::samples::samples;
use crate::make::{BLUE, Noise, RED, encode, prepare, red_blue};
use image::ImageFormat;
use lapel_picture::{Format, Mime, Note, PictureError, check_displayable, sniff};
use tiff::encoder::colortype::RGB8;
use tiff::tags::Tag;

/// Like `check_displayable`, but accepts the formats that are only read from files, so that the tests can treat all
/// formats alike.
fn check_structure(bytes: &[u8]) -> Result<Mime, PictureError> {
    match check_displayable(bytes) {
        Err(PictureError::Unsupported(Format::LinkedTiff)) => Ok(Mime::Tiff),
        Err(PictureError::Unsupported(Format::Heic | Format::Avif)) => Ok(Mime::Heif),
        other => other,
    }
}

#[test]
fn a_truncated_file_is_damaged_or_shown_as_far_as_it_goes() {
    for (name, bytes) in samples() {
        let whole = prepare(&bytes).unwrap();
        assert_eq!(check_structure(&bytes), sniff(&bytes).ok_or(PictureError::NotAPicture));
        let steps = 60.min(bytes.len());
        for cut in (0..steps).map(|step| bytes.len() * step / steps).chain([bytes.len() - 2]) {
            match prepare(&bytes[..cut]) {
                Err(PictureError::Damaged(_)) => {}
                Err(PictureError::Empty | PictureError::NotAPicture | PictureError::Text) if cut < 18 => {}
                // These kinds are shown as far as they go, the last one without its alpha channel.
                Ok(prepared)
                    if prepared.notes.contains(&Note::EndsEarly)
                        && ["jpeg", "png", "gif", "bitmap", "alpha"].iter().any(|kind| name.contains(kind)) => {}
                // Only the end marker, a checksum or bytes after the pixels are missing.
                Ok(prepared)
                    if prepared.bytes == whole.bytes && ["jpeg", "png"].iter().any(|kind| name.contains(kind)) => {}
                // These kinds can be truncated after their first frame, their first page, or the end of the pixels.
                Ok(prepared)
                    if prepared.bytes == whole.bytes
                        && ["gif", "pages", "packed"].iter().any(|kind| name.contains(kind)) => {}
                other => panic!("{name} cut at {cut} of {}: {:?}", bytes.len(), other.map(|_| "prepared")),
            }
        }
    }
}

#[test]
fn bytes_after_a_complete_picture_are_ignored() {
    for (name, bytes) in samples() {
        let longer = [&bytes[..], &[0; 100], b"anything \xff\xd8\xff"].concat();
        assert_eq!(prepare(&longer).unwrap(), prepare(&bytes).unwrap(), "{name}");
        assert_eq!(check_structure(&longer), check_structure(&bytes));
    }
}

#[test]
fn files_with_changed_bytes_never_panic() {
    let mut noise = Noise(0x1a9e1);
    for (name, bytes) in samples() {
        for round in 0..300 {
            let mut changed = bytes.clone();
            for _ in 0..=round % 4 {
                let at = noise.below(changed.len().min(if round % 2 == 0 { 200 } else { usize::MAX }));
                changed[at] = noise.next() as u8;
            }
            // Read the structure in every round, because a panic there is not caught. Decoding is slow, so it is done
            // in some rounds only.
            let checked = check_structure(&changed);
            if round % 10 > 1 {
                continue;
            }
            let prepared = prepare(&changed);
            assert!(prepared.is_err() || prepared.as_ref().is_ok_and(|p| sniff(&p.bytes) == Some(p.mime)), "{name}");
            assert!(
                prepared.is_err() || checked.is_ok(),
                "{name}: prepared although its structure is wrong: {checked:?}"
            );
        }
    }
}

#[test]
fn random_bytes_never_panic() {
    let mut noise = Noise(0x5eed);
    let starts: [&[u8]; 9] = [
        b"",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x40\0\0\0WEBPVP8 ",
        b"RIFF\x40\0\0\0WEBPVP8X",
        b"GIF89a",
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08",
    ];
    for round in 0..6000 {
        let count = noise.below(300);
        let bytes = [starts[round % starts.len()], &noise.bytes(count)].concat();
        check_displayable(&bytes).ok();
        assert!(prepare(&bytes).is_err() || bytes.starts_with(b"GIF"), "{bytes:?}");
    }
}

#[test]
fn unsupported_formats_get_a_specific_error() {
    let unsupported = |format| PictureError::Unsupported(format);
    let cases: [(&[u8], PictureError); 25] = [
        (b"", PictureError::Empty),
        (b"Dear all,\nthis is not a picture.\n", PictureError::Text),
        ("\u{feff}Gr\u{fc}\u{df}e".as_bytes(), PictureError::Text),
        (b"\xff\xfeH\0i\0", PictureError::Text),
        (b"BMW is a text that begins like a bitmap", PictureError::Text),
        (b"<!doctype html><html><svg></svg></html>", PictureError::Text),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", unsupported(Format::Svg)),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n<SVG/>", unsupported(Format::Svg)),
        (b"<?xml version='1.0'?><svg:svg xmlns:svg='x'/>", unsupported(Format::Svg)),
        (b"<!DOCTYPE svg PUBLIC 'x' 'y'><svg/>", unsupported(Format::Svg)),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", PictureError::NotAPicture),
        (b"\xff\x0a\xfa\x7f", unsupported(Format::JpegXl)),
        (b"\0\0\0\x0cjP  \r\n\x87\n", unsupported(Format::Jpeg2000)),
        (b"\xff\x4f\xff\x51\0\x2f", unsupported(Format::Jpeg2000)),
        (b"8BPS\0\x01\0\0\0\0\0\0\0\x03", unsupported(Format::Psd)),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", unsupported(Format::CameraRaw)),
        (b"FUJIFILMCCD-RAW 0201", unsupported(Format::CameraRaw)),
        (b"IIRO\x08\0\0\0", unsupported(Format::CameraRaw)),
        (b"IIRS\x08\0\0\0", unsupported(Format::CameraRaw)),
        (b"MMOR\0\0\0\x08", unsupported(Format::CameraRaw)),
        (b"IIU\0\x18\0\0\0", unsupported(Format::CameraRaw)),
        (b"II\x1a\0\0\0HEAPCCDR", unsupported(Format::CameraRaw)),
        (b"%PDF-1.7\n", unsupported(Format::Pdf)),
        (b"\0\0\x01\0\x01\0\x10\x10", unsupported(Format::Ico)),
        (b"\x7fELF\x02\x01\x01\0", PictureError::NotAPicture),
    ];
    for (bytes, expected) in cases {
        assert_eq!(prepare(bytes), Err(expected.clone()), "{}", bytes.escape_ascii());
        assert_eq!(check_displayable(bytes), Err(expected));
        assert_eq!(sniff(bytes), None);
    }
}

#[test]
fn the_format_is_detected_from_the_content() {
    let mimes = samples().iter().map(|(_, bytes)| sniff(bytes).unwrap()).collect::<Vec<_>>();
    use Mime::{Bmp, Gif, Heif, Jpeg, Png, Tiff, WebP};
    let heif = if cfg!(feature = "video") { [Heif; 4].as_slice() } else { &[] };
    let others = [[Bmp, Bmp, Bmp, Tiff, Tiff].as_slice(), heif].concat();
    assert_eq!(mimes[..13], [Jpeg, Jpeg, Jpeg, Jpeg, Png, Png, WebP, WebP, WebP, WebP, WebP, Gif, Gif]);
    assert_eq!(mimes[13..], others);
    assert_eq!([Jpeg, Png, WebP, Gif].map(Mime::as_str), ["image/jpeg", "image/png", "image/webp", "image/gif"]);
    assert_eq!([Bmp, Tiff, Heif].map(Mime::as_str), ["image/bmp", "image/tiff", "image/heif"]);
}

#[test]
fn rare_kinds_of_jpeg_are_unsupported_not_damaged() {
    let jpeg = Halves::new(&RED, &BLUE).encode();
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    // Lossless, hierarchical, 12 bits per sample, height 0.
    for (at, value) in [(1, 0xc3), (1, 0xc5), (4, 12), (6, 0)] {
        let mut rare = jpeg.clone();
        rare[frame + at] = value;
        assert_eq!(prepare(&rare), Err(PictureError::Unsupported(Format::RareJpeg)));
    }
}

#[test]
fn rare_kinds_of_bmp_and_tiff_are_unsupported_not_damaged() {
    let mut bitmap = encode(red_blue(4, 4), ImageFormat::Bmp);
    // Compression method 4: an embedded JPEG.
    bitmap[30] = 4;
    assert_eq!(prepare(&bitmap), Err(PictureError::Unsupported(Format::Bmp)));
    // Floating point.
    assert_eq!(
        prepare(&RawTiff::new(4, 4, 32, 1, 1, vec![9; 64]).with(339, &[3]).encode()).err(),
        Some(PictureError::Unsupported(Format::TiffNumbers))
    );
}

#[test]
fn the_raw_files_of_cameras_are_recognized() {
    // NEF and ARW begin with a thumbnail; DNG has its version; others have the pixels of the sensor.
    let mut files: Vec<Vec<u8>> = [(Tag::NewSubfileType, 1), (Tag::Unknown(50706), 0x0401), (Tag::Unknown(262), 32803)]
        .map(|tag| tagged_tiff::<RGB8>(4, &[9; 48], &[tag]))
        .into();
    // CR2 has its name after the first eight bytes; MM is the byte order of some NEF.
    files.push(b"II*\0\x10\0\0\0CR\x02\0\0\0\0\0\0\0\0\0".to_vec());
    files.push([b"MM\0*\0\0\0\x08\0\x01".as_slice(), &[1, 6, 0, 3, 0, 0, 0, 1, 0x80, 0x23, 0, 0, 0, 0, 0, 0]].concat());
    for file in files {
        assert_eq!(prepare(&file), Err(PictureError::Unsupported(Format::CameraRaw)));
    }
}

#[test]
fn inconsistent_files_are_damaged() {
    let two_frames = {
        let mut halves = Halves::new(&RED, &BLUE);
        let mut bytes = halves.header();
        halves.width = 9000;
        bytes.extend(&halves.encode()[2..]);
        bytes
    };
    let header = Header { width: 64, height: 64, depth: 8, color: 2, interlaced: false };
    let files = [
        two_frames,
        [&[0xff, 0xd8, 0xff, 0xd9][..], &[0; 30]].concat(),
        [&[0xff, 0xd8][..], &segment(0xda, &[1, 1, 0, 0, 63, 0]), &[0, 0xff, 0xd9]].concat(),
        with_data(header, &[], &zlib(&[0; 100]), &[]),
        with_data(Header { width: 0, ..header }, &[], &zlib(&[0; 100]), &[]),
        b"RIFF\x0c\0\0\0WEBPXMP \0\0\0\0".to_vec(),
        b"GIF89a\x01\0\x01\0\0\0\0\x3b".to_vec(),
    ];
    for file in files {
        assert!(matches!(prepare(&file), Err(PictureError::Damaged(_))), "{:?}", prepare(&file).map(|_| ()));
    }
}
