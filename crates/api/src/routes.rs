//! Every route of the contract that Lapel uses, each in this one place, so that a correction is one line.

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
