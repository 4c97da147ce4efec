//! The keys by which accounts refer to their server.

use crate::views::{ServerKind, ServerOffer};

/// Address of the public service.
pub(crate) const APPLIVERY: &str = "https://api.applivery.io/v1";

/// Key of the demo server inside the app. It is not an address, because the port changes with each start.
pub(crate) const SANDBOX: &str = "sandbox";

/// The server with this key, as the page shows it.
pub(crate) fn server_offer(key: &str) -> ServerOffer {
    let kind = match key {
        SANDBOX => ServerKind::Sandbox,
        APPLIVERY => ServerKind::Applivery,
        _ => ServerKind::Other,
    };
    ServerOffer { key: key.to_owned(), kind }
}
