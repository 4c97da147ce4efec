//! The server that LAPEL_API_URL names. One that cannot be used is not offered, and what it says is shown to nobody: it may
//! hold a password.

use lapel_api::Endpoint;

/// The spelling that accounts are told apart by, so that the server used last is found among those on offer.
pub(crate) fn offered_server(given: &str) -> Option<String> {
    match Endpoint::parse(given) {
        Ok(endpoint) => Some(endpoint.key()),
        Err(reason) => {
            tracing::warn!(%reason, "LAPEL_API_URL is not offered");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_offered_in_the_spelling_of_the_accounts() {
        assert_eq!(offered_server("HTTPS://API.example.com:443").as_deref(), Some("https://api.example.com/v1"));
        assert_eq!(offered_server("localhost:8787/v1").as_deref(), Some("http://localhost:8787/v1"));
    }

    #[test]
    fn credentials_and_nonsense_are_not_offered() {
        for given in [
            "https://me:secret@api.example.com/v1",
            "https://token@api.example.com",
            "nonsense at all",
            "\u{fffd}",
            "ftp://a",
        ] {
            assert_eq!(offered_server(given), None, "{given}");
        }
    }
}
