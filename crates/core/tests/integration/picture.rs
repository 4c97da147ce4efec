//! The picture editor: opening, cropping, using and reopening pictures, also offline.

use crate::common::{OWNER, TestApp, all_sent, largest_centered_square};
use lapel_core::views::{
    ErrorCode, FoundPicture, PictureChoice, PictureCrop, PictureNote, PictureView, ProfileChanges, SignOutScope,
};
use lapel_core::{PictureLocation, Piece};

/// A PNG with a red left half and a blue right half.
fn halves(width: u32, height: u32) -> Vec<u8> {
    let pixels = image::RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 { [200, 30, 30] } else { [30, 30, 200] })
    });
    let mut file = std::io::Cursor::new(Vec::new());
    pixels.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

async fn pixel(test: &TestApp, picture: &PictureView, x: u32, y: u32) -> [u8; 4] {
    let served = test.app.picture(&picture.id).await.unwrap();
    image::load_from_memory(&served.bytes).unwrap().into_rgba8().get_pixel(x, y).0
}

fn is_red([red, _, blue, _]: [u8; 4]) -> bool {
    red > 180 && blue < 60
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_opened_cropped_and_used() {
    let test = TestApp::signed_in(OWNER).await;
    let opened = test.app.open_picture(&halves(800, 600)).await.unwrap();
    assert_eq!((opened.width, opened.height, opened.transparent, opened.crop.as_ref()), (800, 600, false, None));
    let shown = test.app.picture(&opened.id).await.unwrap();
    assert_eq!(shown.mime, "image/jpeg");
    // The left part, turned clockwise: its left edge is now at the top.
    let crop = PictureCrop { turns: 1, x: 0.0, y: 100.0, ..largest_centered_square(&opened) };
    let rendered = test.app.render_picture(&opened.id, &crop).await.unwrap();
    assert!(is_red(pixel(&test, &rendered, 256, 200).await) && !is_red(pixel(&test, &rendered, 256, 300).await));
    let used = test.app.use_picture(&opened.id, &crop).await.unwrap();
    assert_eq!(used.notes, []);
    let (closed, used) = (test.app.picture(&rendered.id).await, test.app.picture(&used.picture.id).await.unwrap());
    assert_eq!(closed.unwrap_err().code, ErrorCode::PictureGone, "the editor is closed");
    assert_eq!(used.mime, "image/jpeg");
    let late = test.app.use_picture(&opened.id, &crop).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::PictureGone);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_picture_can_be_cropped_again_from_its_original_offline() {
    let mut test = TestApp::signed_in_through_proxy(OWNER).await;
    let opened = test.app.open_picture(&halves(800, 600)).await.unwrap();
    let crop = PictureCrop { side: 300.0, ground: Some("#102030".into()), ..largest_centered_square(&opened) };
    let used = test.app.use_picture(&opened.id, &crop).await.unwrap();
    assert_eq!(used.notes, [PictureNote::Enlarged]);
    let again = test.app.reopen_picture(&used.picture.id).await.unwrap();
    assert_eq!(
        (again.width, again.crop),
        (800, Some(crop.clone())),
        "the original with its crop, before the picture is saved"
    );
    let picture = Some(PictureChoice::Held { id: used.picture.id });
    test.app.save_profile(ProfileChanges { picture, ..Default::default() }).await.unwrap();
    test.wait_until(all_sent).await;
    test.restart().await;
    test.stop_server().await;
    let shown = test.app.snapshot().profile.unwrap().picture.unwrap();
    let again = test.app.reopen_picture(&shown.id).await.unwrap();
    assert_eq!(
        (again.width, again.height, again.crop),
        (800, 600, Some(crop)),
        "the original with its crop, after the upload"
    );
    // If the original was removed to free space, the finished picture is opened.
    let database = rusqlite::Connection::open(test.folder.path().join("lapel.db")).unwrap();
    let file: String = database.query_row("SELECT source FROM picture_source", [], |row| row.get(0)).unwrap();
    std::fs::remove_file(test.folder.path().join("pictures").join(file)).unwrap();
    let again = test.app.reopen_picture(&shown.id).await.unwrap();
    assert_eq!((again.width, again.height, again.crop), (512, 512, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_file_is_read_once_and_a_folder_is_refused() {
    let test = TestApp::signed_in(OWNER).await;
    let drop_file = |path: &std::path::Path| test.app.drop_picture(Some(PictureLocation::File(path.to_owned())));
    let none = test.app.open_dropped_picture().await.unwrap_err();
    assert_eq!(none.code, ErrorCode::NotAPicture);
    let file = test.folder.path().join("dropped.txt");
    std::fs::write(&file, halves(600, 700)).unwrap();
    drop_file(&file);
    let FoundPicture::Opened { picture } = test.app.open_dropped_picture().await.unwrap() else { panic!("not opened") };
    assert_eq!(picture.height, 700, "the content decides, not the file name extension");
    assert_eq!(test.app.open_dropped_picture().await.unwrap_err().code, ErrorCode::NotAPicture, "a second time");
    drop_file(test.folder.path());
    assert_eq!(test.app.open_dropped_picture().await.unwrap_err().code, ErrorCode::NotAPicture, "a folder");
    std::fs::write(&file, "plain text and not a picture").unwrap();
    drop_file(&file);
    assert_eq!(test.app.open_dropped_picture().await.unwrap_err().code, ErrorCode::NotAPicture);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_address_goes_to_the_page_and_something_else_is_refused() {
    let test = TestApp::signed_in(OWNER).await;
    let url = "https://example.com/a%20b.png".to_owned();
    test.app.drop_picture(Some(PictureLocation::Address(url.clone())));
    assert_eq!(test.app.open_dropped_picture().await.unwrap(), FoundPicture::Address { url });
    test.app.drop_picture(Some(PictureLocation::Address("https://example.com/former.png".to_owned())));
    test.app.drop_picture(None);
    assert_eq!(test.app.open_dropped_picture().await.unwrap_err().code, ErrorCode::NotAPicture);
}

#[test]
fn html_of_the_clipboard_is_read_in_its_encoding() {
    let text = "<img src=\"https://example.com/é.png\">";
    let wide =
        |order: fn(u16) -> [u8; 2]| ["\u{feff}", text].concat().encode_utf16().flat_map(order).collect::<Vec<_>>();
    for bytes in [text.as_bytes().to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
        assert_eq!(FoundPicture::html(&bytes), FoundPicture::Html { html: text.to_owned() });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_opened_from_its_pieces_and_a_wrong_piece_is_refused() {
    let test = TestApp::signed_in(OWNER).await;
    let file = halves(800, 600);
    let middle = file.len() / 2;
    let (first, last) =
        (Piece { file: 1, at: 0, bytes: &file[..middle] }, Piece { file: 1, at: middle, bytes: &file[middle..] });
    test.app.add_piece(first).await.unwrap();
    assert_eq!(test.app.open_last_piece(last).await.unwrap().width, 800);
    for stray in [Piece { file: 2, ..last }, Piece { at: middle + 1, ..last }] {
        test.app.add_piece(first).await.unwrap();
        assert_eq!(test.app.open_last_piece(stray).await.unwrap_err().code, ErrorCode::PictureGone);
    }
    let files = std::fs::read_dir(test.folder.path().join("pictures")).unwrap().count();
    assert_eq!(files, 1, "only the open picture is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_closes_the_picture_editor() {
    let test = TestApp::signed_in(OWNER).await;
    let opened = test.app.open_picture(&halves(600, 600)).await.unwrap();
    test.app.sign_out(SignOutScope::ThisAccount, true).await.unwrap();
    assert!(test.app.picture(&opened.id).await.is_err());
    let failure = test.app.open_picture(&halves(600, 600)).await.unwrap_err();
    assert_eq!(failure.code, ErrorCode::SignedOut);
}
