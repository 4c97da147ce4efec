//! The multipart body of a picture upload. It reports progress while it is sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use reqwest::Body;
use reqwest::multipart::{Form, Part};

use crate::routes::PICTURE_FIELD;
use crate::{ApiError, ApiErrorKind, Delivery};

/// Bytes per chunk: small enough for smooth progress on a slow connection.
const CHUNK_SIZE: usize = 16 * 1024;

type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// A picture to upload. The form can be built more than once, because a redirect or a renewed session repeats the
/// request.
pub(crate) struct PictureUpload {
    bytes: Bytes,
    mime: String,
    progress: Progress,
}

impl PictureUpload {
    pub(crate) fn new(bytes: Bytes, mime: &str, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self { bytes, mime: mime.to_owned(), progress: Arc::new(progress) }
    }

    /// A new form that starts at the first byte.
    pub(crate) fn form(&self) -> Result<Form, ApiError> {
        let total = self.bytes.len() as u64;
        let stream =
            ProgressStream { remaining: self.bytes.clone(), sent: 0, total, progress: Arc::clone(&self.progress) };
        let part = Part::stream_with_length(Body::wrap_stream(stream), total)
            .file_name(file_name(&self.mime))
            .mime_str(&self.mime)
            .map_err(|_| ApiError::new(ApiErrorKind::Rejected, Delivery::NotSent))?;
        Ok(Form::new().part(PICTURE_FIELD, part))
    }
}

/// The API checks the file extension (error 5007 "File extension not allowed").
fn file_name(mime: &str) -> &'static str {
    match mime {
        "image/png" => "picture.png",
        "image/jpeg" => "picture.jpg",
        "image/webp" => "picture.webp",
        "image/gif" => "picture.gif",
        _ => "picture",
    }
}

struct ProgressStream {
    remaining: Bytes,
    sent: u64,
    total: u64,
    progress: Progress,
}

impl Stream for ProgressStream {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.remaining.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.remaining.len().min(CHUNK_SIZE);
        let chunk = self.remaining.split_to(length);
        self.sent += length as u64;
        (self.progress)(self.sent, self.total);
        Poll::Ready(Some(Ok(chunk)))
    }
}
