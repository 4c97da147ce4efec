//! The short organization document, as contained in lists and user documents.

use lapel_domain::Organization;
use serde_json::Value;

use super::lenient::{Object, picture, text, text_or_number};
use crate::Endpoint;

/// Reads an organization; `None` if it has no id.
pub(crate) fn read_organization(value: &Value, endpoint: &Endpoint) -> Option<Organization> {
    let object = value.as_object()?;
    Some(organization(text_or_number(object, "id")?, object, endpoint))
}

/// Reads an organization whose id has been read or is not required.
pub(super) fn organization(id: String, object: &Object, endpoint: &Endpoint) -> Organization {
    Organization {
        id,
        name: text(object, "name"),
        slug: text(object, "slug"),
        picture: picture(object, "picture", endpoint),
    }
}
