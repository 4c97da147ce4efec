//! Pictures for the page: an address of its own kind, with opaque ids instead of paths.

use lapel_core::{App, ServedPicture};
use tauri::http::{Request, Response, StatusCode};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

/// Name of the scheme.
pub(crate) const NAME: &str = "lapel-picture";

/// What stands before an id; WebView2 and Android have no schemes of their own and use a host instead.
#[cfg(any(windows, target_os = "android"))]
pub(crate) const ORIGIN: &str = "http://lapel-picture.localhost/";
/// What stands before an id.
#[cfg(not(any(windows, target_os = "android")))]
pub(crate) const ORIGIN: &str = "lapel-picture://localhost/";

/// Answers with the picture of the id in the path.
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
    // The app's own cache is the only one: what sign-out removes must not live on in the web view's.
    let builder = Response::builder().header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    let built = match picture {
        Some(picture) => builder.header("content-type", picture.mime).body(picture.bytes),
        None => builder.status(StatusCode::NOT_FOUND).body(Vec::new()),
    };
    built.unwrap_or_default()
}
