//! The short document of an organization, as lists and users hold it.

use lapel_domain::Organization;
use serde_json::Value;

use super::lenient::{Object, picture, text, text_or_number};
use crate::Endpoint;

/// Reads an organization; none only where it has no id.
pub(crate) fn read_organization(value: &Value, endpoint: &Endpoint) -> Option<Organization> {
    let object = value.as_object()?;
    Some(organization(text_or_number(object, "id")?, object, endpoint))
}

/// An organization whose id is known or does not matter.
pub(super) fn organization(id: String, object: &Object, endpoint: &Endpoint) -> Organization {
    Organization {
        id,
        name: text(object, "name"),
        slug: text(object, "slug"),
        picture: picture(object, "picture", endpoint),
    }
}
