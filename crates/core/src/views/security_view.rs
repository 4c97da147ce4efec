//! What the page may offer for the security of an account.

use lapel_domain::Profile;
use lapel_store::Account;

use crate::kernel::server_keys::two_factor_page;
use crate::views::{NoPasswordReason, SecurityView};

/// The view of an account. `profile` is none before it was read.
pub(crate) fn security_view(account: &Account, profile: Option<&Profile>) -> SecurityView {
    SecurityView {
        no_password: no_password(account.by_token, profile),
        two_factor: profile.and_then(|profile| profile.two_factor),
        verified: profile.and_then(Profile::is_verified),
        two_factor_page: two_factor_page(&account.server).map(str::to_owned),
    }
}

/// What the server does not say counts in favor of the person: the server can still refuse.
fn no_password(by_token: bool, profile: Option<&Profile>) -> Option<NoPasswordReason> {
    if by_token {
        return Some(NoPasswordReason::ApiToken);
    }
    let profile = profile?;
    if profile.sso == Some(true) {
        return Some(NoPasswordReason::Sso);
    }
    (profile.has_password == Some(false)).then_some(NoPasswordReason::NoPassword)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn profile(fields: &str) -> Profile {
        serde_json::from_str(&format!(r#"{{"id":"1","role":"user"{fields}}}"#)).unwrap()
    }

    #[test]
    fn the_reason_is_the_way_of_signing_in() {
        for (by_token, fields, reason) in [
            (false, "", None),
            (false, r#","sso":false,"has_password":true"#, None),
            (false, r#","sso":true,"has_password":true"#, Some(NoPasswordReason::Sso)),
            (false, r#","sso":true,"has_password":false"#, Some(NoPasswordReason::Sso)),
            (false, r#","has_password":false"#, Some(NoPasswordReason::NoPassword)),
            (true, r#","sso":true,"has_password":false"#, Some(NoPasswordReason::ApiToken)),
        ] {
            assert_eq!(no_password(by_token, Some(&profile(fields))), reason, "{by_token} {fields}");
        }
        assert_eq!(no_password(false, None), None);
        assert_eq!(no_password(true, None), Some(NoPasswordReason::ApiToken));
    }
}
