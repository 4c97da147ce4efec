//! The servers that the sign-in page offers, and the addresses of servers by key.

use std::collections::HashSet;

use lapel_api::{AddressError, Endpoint};

use crate::kernel::error::Failure;
use crate::kernel::server_keys::{APPLIVERY, SANDBOX, server_offer};
use crate::views::ServerOffer;

/// The servers on offer.
pub(crate) struct Servers {
    /// The key of the server that LAPEL_API_URL names.
    configured: Option<String>,
}

impl Servers {
    /// `configured` is an address from the environment. One that cannot be used is not offered, and its text is neither shown
    /// nor logged: it may contain a password.
    pub(crate) fn new(configured: Option<&str>) -> Self {
        Self { configured: configured.and_then(configured_key) }
    }

    /// The servers on offer, the preferred one first.
    pub(crate) fn offers(&self) -> Vec<ServerOffer> {
        let mut seen = HashSet::new();
        let keys = self.configured.iter().map(String::as_str).chain([SANDBOX, APPLIVERY]);
        keys.filter(|key| seen.insert(*key)).map(server_offer).collect()
    }

    /// The address of a server by its key; none for the demo server, whose port changes with each start.
    pub(super) fn known(&self, key: &str) -> Result<Option<Endpoint>, Failure> {
        if key == SANDBOX {
            return Ok(None);
        }
        Ok(Some(Endpoint::parse(key).map_err(|reason| AddressError { reason, suggestion: None })?))
    }
}

/// The key under which accounts at this address are stored, so that the last used server is found among the offers.
fn configured_key(address: &str) -> Option<String> {
    match Endpoint::parse(address) {
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
    fn an_address_is_offered_under_the_key_that_its_accounts_use() {
        assert_eq!(configured_key("HTTPS://API.example.com:443").as_deref(), Some("https://api.example.com/v1"));
        assert_eq!(configured_key("localhost:8787/v1").as_deref(), Some("http://localhost:8787/v1"));
    }

    #[test]
    fn addresses_with_credentials_and_invalid_ones_are_not_offered() {
        for address in [
            "https://me:secret@api.example.com/v1",
            "https://token@api.example.com",
            "nonsense at all",
            "\u{fffd}",
            "ftp://a",
        ] {
            assert_eq!(configured_key(address), None, "{address}");
        }
    }
}
