//! Every route of the contract that Lapel uses, each in this one place, so that a correction is one line.

use lapel_domain::is_id;
use url::Url;

use crate::Endpoint;

/// `login` (docs).
pub(crate) fn login(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "login"])
}

/// `refresh`. Assumed: the public reference does not document it.
pub(crate) fn refresh(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "refresh"])
}

/// `logout`. Assumed: the public reference does not document it.
pub(crate) fn logout(endpoint: &Endpoint) -> Url {
    endpoint.join(&["auth", "logout"])
}

/// `getProfile` (docs).
pub(crate) fn profile(endpoint: &Endpoint) -> Url {
    endpoint.join(&["users", "profile"])
}

/// `updateUser` (the document that this project was made from).
pub(crate) fn user(endpoint: &Endpoint, user_id: &str) -> Url {
    endpoint.join(&["users", user_id])
}

/// `uploadPicture` (docs for logos). Assumed: that it takes a person's picture too, and the name of the form field.
pub(crate) fn picture(endpoint: &Endpoint) -> Url {
    endpoint.join(&["upload", "logo", "logo"])
}

/// `listOrganizations` (docs).
pub(crate) fn organizations(endpoint: &Endpoint) -> Url {
    endpoint.join(&["organizations"])
}

/// `listCollaborators` (docs), which ends in a slash. The organization is named by its id or slug.
pub(crate) fn collaborators(endpoint: &Endpoint, organization: &str) -> Url {
    endpoint.join(&["organizations", organization, "collaborators", ""])
}

/// `updateCollaborator`. Assumed: the public reference does not document it.
pub(crate) fn collaborator(endpoint: &Endpoint, organization: &str, id: &str) -> Url {
    endpoint.join(&["organizations", organization, "collaborators", id])
}

/// Name of the form field of `uploadPicture`. Assumed.
pub(crate) const PICTURE_FIELD: &str = "file";

/// The paths of the contract behind the base, for finding that base in a copied address. `#` stands for an id, `*` for an id
/// or a slug.
const KNOWN: [&[&str]; 16] = [
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

/// Whether a segment of a path is what the contract calls for there. If any text were an id, a base such as `/users/v2` could
/// not be told from a route.
fn is_segment(is: &str, wanted: &str) -> bool {
    match wanted {
        "*" => !is.is_empty(),
        "#" => is_id(is),
        _ => is == wanted,
    }
}

/// The path of the base where a path is that of a route behind one; the longest route counts.
pub(crate) fn base_of(path: &str) -> Option<&str> {
    let path = path.trim_end_matches('/');
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |known: &&[&str]| {
        let from = segments.len().checked_sub(known.len());
        from.is_some_and(|from| segments[from..].iter().zip(*known).all(|(is, wanted)| is_segment(is, wanted)))
    };
    let route = KNOWN.iter().copied().filter(|known| fits(known)).max_by_key(|known| known.len())?;
    let behind: usize = segments[segments.len() - route.len()..].iter().map(|segment| segment.len() + 1).sum();
    path.get(..path.len() - behind)
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
