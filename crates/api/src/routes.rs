//! Every API route that Lapel uses. No other file contains a path, so correcting a route changes one line.
//!
//! The comment of each function names the operation in tests/contract/openapi.yaml. Its `x-source` there says where
//! the route is documented. Routes marked "assumed" are not in the public API reference.

use lapel_domain::is_id;
use url::Url;

use crate::Endpoint;

/// `login`.
pub(crate) fn login(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "login"])
}

/// `refresh` (assumed).
pub(crate) fn refresh(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "refresh"])
}

/// `logout` (assumed).
pub(crate) fn logout(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "logout"])
}

/// `updatePassword`.
pub(crate) fn update_password(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "register", "update-password"])
}

/// `forgotPassword`.
pub(crate) fn forgot_password(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "register", "forgot-password"])
}

/// `changePassword`.
pub(crate) fn change_password(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "register", "change-password"])
}

/// `resendVerification`.
pub(crate) fn resend_verification(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "register", "verify-resend"])
}

/// `removeTwoFactor`. `getTwoFactor` has the same route, but Lapel never asks for a secret: no documented request
/// switches two-factor authentication on with it.
pub(crate) fn two_factor(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "two-factor"])
}

/// `getProfile`.
pub(crate) fn profile(endpoint: &Endpoint) -> Url {
    endpoint.join(&["users", "profile"])
}

/// `updateUser`.
pub(crate) fn user(endpoint: &Endpoint, user_id: &str) -> Url {
    endpoint.join(&["users", user_id])
}

/// `uploadPicture`. Documented for logos; that it also accepts a user's picture is assumed.
pub(crate) fn picture(endpoint: &Endpoint) -> Url {
    endpoint.join(&["upload", "logo", "logo"])
}

/// `listOrganizations`.
pub(crate) fn organizations(endpoint: &Endpoint) -> Url {
    endpoint.join(&["organizations"])
}

/// `listCollaborators`, whose path ends in a slash. `organization` is an id or a slug.
pub(crate) fn collaborators(endpoint: &Endpoint, organization: &str) -> Url {
    endpoint.join(&["organizations", organization, "collaborators", ""])
}

/// `listGroups`.
pub(crate) fn tags(endpoint: &Endpoint, organization: &str) -> Url {
    endpoint.join(&["organizations", organization, "collaborators", "groups"])
}

/// `updateCollaborator` (assumed).
pub(crate) fn collaborator(endpoint: &Endpoint, organization: &str, id: &str) -> Url {
    endpoint.join(&["organizations", organization, "collaborators", id])
}

/// Name of the form field of `uploadPicture` (assumed).
pub(crate) const PICTURE_FIELD: &str = "file";

/// The paths of all API routes after the base, for finding the base in a copied address. `#` stands for an id, `*`
/// for an id or a slug.
const KNOWN_ROUTES: [&[&str]; 16] = [
    &["auth", "login"],
    &["auth", "refresh"],
    &["auth", "logout"],
    &["auth", "register", "update-password"],
    &["auth", "register", "forgot-password"],
    &["auth", "register", "change-password"],
    &["auth", "register", "verify-resend"],
    &["auth", "two-factor"],
    &["users", "profile"],
    &["users", "#"],
    &["upload", "logo", "logo"],
    &["organizations"],
    &["organizations", "#"],
    &["organizations", "*", "collaborators"],
    &["organizations", "*", "collaborators", "groups"],
    &["organizations", "*", "collaborators", "#"],
];

/// Whether a path segment matches a segment of [`KNOWN_ROUTES`]. `#` matches only the format of an id: otherwise a
/// base such as `/users/v2` would be taken for a route.
fn segment_matches(segment: &str, pattern: &str) -> bool {
    match pattern {
        "*" => !segment.is_empty(),
        "#" => is_id(segment),
        _ => segment == pattern,
    }
}

/// The base part of `path` if `path` ends in a route. If several routes match, the longest one counts.
pub(crate) fn base_of(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let ends_in = |route: &&[&str]| {
        let start = segments.len().checked_sub(route.len());
        start.is_some_and(|start| {
            segments[start..].iter().zip(*route).all(|(segment, pattern)| segment_matches(segment, pattern))
        })
    };
    let route = KNOWN_ROUTES.iter().copied().filter(|route| ends_in(route)).max_by_key(|route| route.len())?;
    let route_length: usize = segments[segments.len() - route.len()..].iter().map(|segment| segment.len() + 1).sum();
    path.get(..path.len() - route_length)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn the_base_of_every_route_is_found() {
        let id = "507f1f77bcf86cd799439023";
        for base in ["https://api.example.com/v1", "https://example.com/profile/api"] {
            let endpoint = Endpoint::parse(base).unwrap();
            for url in [
                login(&endpoint),
                refresh(&endpoint),
                logout(&endpoint),
                update_password(&endpoint),
                forgot_password(&endpoint),
                change_password(&endpoint),
                resend_verification(&endpoint),
                two_factor(&endpoint),
                profile(&endpoint),
                user(&endpoint, id),
                picture(&endpoint),
                organizations(&endpoint),
                collaborators(&endpoint, "acme"),
                collaborator(&endpoint, "acme", id),
            ] {
                assert_eq!(base_of(url.path()), Some(endpoint.path()), "{url}");
            }
        }
        assert_eq!(base_of("/auth/login"), Some(""));
        assert_eq!(base_of("/v1"), None);
        assert_eq!(base_of("/users"), None);
        assert_eq!(base_of("/users/v2"), None);
        assert_eq!(base_of("/organizations/v2"), None);
    }
}
