//! The keys by which accounts refer to their server.

use crate::views::{ServerKind, ServerOffer};

/// Address of the public service.
pub(crate) const APPLIVERY: &str = "https://api.applivery.io/v1";

/// Where the public service switches two-factor authentication on, under Account, Security. The API has no documented
/// request for it. Assumed, not documented: the service documents the way through its pages, but not the address of the
/// last one.
const TWO_FACTOR_PAGE: &str = "https://dashboard.applivery.io/";

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

/// The page on which people on this server switch two-factor authentication on; none if it is not known.
pub(crate) fn two_factor_page(key: &str) -> Option<&'static str> {
    (key == APPLIVERY).then_some(TWO_FACTOR_PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_service_has_a_page_for_two_factor() {
        assert_eq!(two_factor_page(APPLIVERY), Some(TWO_FACTOR_PAGE));
        for other in [SANDBOX, "http://127.0.0.1:8787/v1", "https://api.example.com/v1"] {
            assert_eq!(two_factor_page(other), None);
        }
    }
}
