//! The server from the environment variable LAPEL_API_URL. An invalid value is ignored and never logged, because it
//! may contain a password.

use lapel_api::Endpoint;

/// The server's key, in the spelling that accounts use, so that it can be compared with the server used last.
pub(crate) fn offered_server(address: &str) -> Option<String> {
    match Endpoint::parse(address) {
        Ok(endpoint) => Some(endpoint.key()),
        Err(reason) => {
            tracing::warn!(%reason, "LAPEL_API_URL is not valid and is ignored");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_normalized_to_the_key_of_an_account() {
        assert_eq!(offered_server("HTTPS://API.example.com:443").as_deref(), Some("https://api.example.com/v1"));
        assert_eq!(offered_server("localhost:8787/v1").as_deref(), Some("http://localhost:8787/v1"));
    }

    #[test]
    fn addresses_with_credentials_and_invalid_addresses_are_ignored() {
        for address in [
            "https://me:secret@api.example.com/v1",
            "https://token@api.example.com",
            "nonsense at all",
            "\u{fffd}",
            "ftp://a",
        ] {
            assert_eq!(offered_server(address), None, "{address}");
        }
    }
}
