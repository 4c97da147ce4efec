//! Serves pictures to the page under a custom URL scheme, with opaque ids instead of file paths.

use lapel_core::{App, ServedPicture};
use tauri::http::{Request, Response, StatusCode};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

/// Name of the scheme.
pub(crate) const NAME: &str = "lapel-picture";

/// URL prefix of an id. WebView2 and Android use a host name because they lack custom schemes.
#[cfg(any(windows, target_os = "android"))]
pub(crate) const ORIGIN: &str = "http://lapel-picture.localhost/";
/// URL prefix of an id.
#[cfg(not(any(windows, target_os = "android")))]
pub(crate) const ORIGIN: &str = "lapel-picture://localhost/";

/// Responds with the picture whose id is the path, or 404.
pub(crate) fn serve(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let core = context.app_handle().state::<App>().inner().clone();
    let id = request.uri().path().trim_start_matches('/').to_owned();
    tauri::async_runtime::spawn(async move {
        let picture =
            core.picture(&id).await.inspect_err(|error| tracing::debug!(message = error.message, "no picture"));
        responder.respond(response(picture.ok()));
    });
}

fn response(picture: Option<ServedPicture>) -> Response<Vec<u8>> {
    // Sign-out must remove all pictures, so the web view must not cache any.
    let builder = Response::builder().header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    let built = match picture {
        Some(picture) => builder.header("content-type", picture.mime).body(picture.bytes),
        None => builder.status(StatusCode::NOT_FOUND).body(Vec::new()),
    };
    built.unwrap_or_default()
}
