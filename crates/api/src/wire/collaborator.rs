//! The collaborator document, the request bodies that change a team role or tags, and the list of all tags.

use lapel_domain::{Collaborator, MAX_TAG_LENGTH, TeamRole, UserRole};
use serde::Serialize;
use serde_json::Value;

use super::lenient::{Object, boolean, object, picture, text, text_or_number, timestamp};
use crate::Endpoint;

#[derive(Serialize)]
struct Role<'a> {
    role: &'a str,
}

#[derive(Serialize)]
struct Tags<'a> {
    tags: &'a [String],
}

/// The maximum number of tags of an organization. Further ones are not read.
const MAX_TAGS: usize = 10_000;

/// The body of `updateCollaborator` for a role.
pub(crate) fn role_body(role: &TeamRole) -> impl Serialize + '_ {
    Role { role: role.as_str() }
}

/// The body of `updateCollaborator` for tags: the whole new list.
pub(crate) fn tags_body(tags: &[String]) -> impl Serialize + '_ {
    Tags { tags }
}

/// Reads the response of `listGroups`; `None` if it has no list. Unreadable entries are skipped.
pub(crate) fn read_tags(data: &Value) -> Option<Vec<String>> {
    let items = data.as_object()?.get("items")?.as_array()?;
    let values = items.iter().take(MAX_TAGS).filter_map(|item| item.as_object()?.get("value")?.as_str());
    let is_tag = |value: &&str| !value.is_empty() && value.chars().count() <= MAX_TAG_LENGTH;
    Some(values.filter(is_tag).map(str::to_owned).collect())
}

/// Reads a row of a team; `None` if it has no id. `organization` is the requested one, used if the row does not name
/// one.
pub(crate) fn read_collaborator(value: &Value, organization: &str, endpoint: &Endpoint) -> Option<Collaborator> {
    let row = value.as_object()?;
    let id = text_or_number(row, "id")?;
    let user = object(row, "user");
    let user_text = |key| user.and_then(|user| text(user, key));
    // Some servers send only the user's id instead of the user document.
    let user_id = user.map_or_else(|| text_or_number(row, "user"), |user| text_or_number(user, "id"));
    Some(Collaborator {
        id,
        organization: text_or_number(row, "organization").unwrap_or_else(|| organization.to_owned()),
        pending: user.is_none() && user_id.is_none(),
        user_id,
        email: email(row).unwrap_or_default(),
        first_name: user_text("firstName").unwrap_or_default(),
        last_name: user_text("lastName").unwrap_or_default(),
        picture: user.and_then(|user| picture(user, "picture", endpoint)).unwrap_or_default(),
        team_role: TeamRole::from(text(row, "role").unwrap_or_default()),
        user_role: user_text("role").filter(|role| !role.is_empty()).map(UserRole::from),
        sso: user.and_then(|user| boolean(user, "ssoUser")),
        tags: tags(row),
        created_at: timestamp(row, "createdAt"),
        updated_at: timestamp(row, "updatedAt"),
    })
}

/// The user's email address, or else the invited address.
fn email(row: &Object) -> Option<String> {
    let emails = ["user", "detected"].into_iter().filter_map(|key| text(object(row, key)?, "email"));
    emails.into_iter().find(|email| !email.is_empty())
}

fn tags(row: &Object) -> Vec<String> {
    let tags = row.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    tags.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use lapel_domain::Timestamp;
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Option<Collaborator> {
        read_collaborator(value, "requested", &Endpoint::parse("https://api.example.com/v1").unwrap())
    }

    fn member() -> Value {
        json!({
            "id": "65f0a1c000000000000c0003", "organization": "65f0a1c0000000000000a001", "role": "editor",
            "tags": ["support", "pilot"],
            "user": { "id": "65f0a1c00000000000000003", "email": "editor@example.com", "firstName": "Edith",
                "lastName": "Editor", "picture": "https://api.example.com/v1/pictures/1", "role": "user", "ssoUser": false },
            "createdBy": "65f0a1c00000000000000001",
            "createdAt": "2024-01-01T00: 00:00Z", "updatedAt": "2024-02-01T00:00:00Z",
        })
    }

    #[test]
    fn all_fields_of_a_member_are_read() {
        let expected = Collaborator {
            id: "65f0a1c000000000000c0003".into(),
            organization: "65f0a1c0000000000000a001".into(),
            user_id: Some("65f0a1c00000000000000003".into()),
            email: "editor@example.com".into(),
            first_name: "Edith".into(),
            last_name: "Editor".into(),
            picture: "/v1/pictures/1".into(),
            team_role: TeamRole::Editor,
            user_role: Some(UserRole::User),
            sso: Some(false),
            tags: vec!["support".into(), "pilot".into()],
            pending: false,
            created_at: Some(Timestamp::new("2024-01-01T00: 00:00Z")),
            updated_at: Some(Timestamp::new("2024-02-01T00:00:00Z")),
        };
        assert_eq!(read(&member()), Some(expected));
    }

    #[test]
    fn an_invitation_has_only_the_invited_address_and_a_team_role() {
        let invited = json!({ "id": "1", "role": "viewer", "tags": [], "detected": { "email": "new@example.com" } });
        let row = read(&invited).unwrap();
        assert!(row.pending);
        assert_eq!((row.email.as_str(), row.team_role, row.user_role), ("new@example.com", TeamRole::Viewer, None));
        assert_eq!((row.user_id, row.organization.as_str()), (None, "requested"));
        for invalid in [json!(null), json!(false), json!([])] {
            let row = json!({ "id": "1", "user": invalid, "detected": invalid });
            assert!(read(&row).is_some_and(|row| row.pending && row.email.is_empty()), "{row}");
        }
    }

    #[test]
    fn only_the_id_is_required() {
        let row = read(&json!({ "id": 5 })).unwrap();
        assert_eq!((row.id.as_str(), row.team_role.as_str(), row.tags.len()), ("5", "", 0));
        for without_id in [json!({}), json!({ "id": "" }), json!({ "id": null }), json!([]), json!("5"), json!(null)] {
            assert_eq!(read(&without_id), None, "{without_id}");
        }
    }

    #[test]
    fn invalid_fields_count_as_missing_and_unknown_roles_are_preserved() {
        let mut invalid = member();
        invalid["role"] = json!("captain");
        invalid["organization"] = json!({});
        invalid["tags"] = json!(["a", 5, null, "b"]);
        invalid["createdAt"] = json!("yesterday");
        invalid["user"] = json!({ "id": null, "email": "", "picture": null, "role": "cook", "ssoUser": "yes" });
        invalid["detected"] = json!({ "email": "detected@example.com" });
        let row = read(&invalid).unwrap();
        assert_eq!((row.team_role.as_str(), row.organization.as_str()), ("captain", "requested"));
        assert_eq!(row.user_role, Some(UserRole::Unknown("cook".into())));
        assert_eq!((row.tags, row.sso, row.picture.as_str()), (vec!["a".into(), "b".into()], None, ""));
        assert_eq!((row.email.as_str(), row.pending), ("detected@example.com", false));
        assert_eq!(row.created_at, Some(Timestamp::new("yesterday")));
    }

    #[test]
    fn known_roles_are_read_and_sent_in_the_spelling_of_the_api() {
        let mut spelled = member();
        spelled["role"] = json!(" EDITOR ");
        spelled["user"]["role"] = json!("AdminViewer");
        let row = read(&spelled).unwrap();
        assert_eq!((&row.team_role, &row.user_role), (&TeamRole::Editor, &Some(UserRole::AdminViewer)));
        assert_eq!(serde_json::to_string(&role_body(&row.team_role)).unwrap(), r#"{"role":"editor"}"#);
    }

    #[test]
    fn a_user_given_only_by_id_is_a_member() {
        let row = read(&json!({ "id": "1", "user": "65f0a1c00000000000000003" })).unwrap();
        assert_eq!((row.user_id.as_deref(), row.pending), (Some("65f0a1c00000000000000003"), false));
        assert_eq!(row.user_role, None);
    }

    #[test]
    fn the_list_of_tags_is_bounded_and_skips_what_is_no_tag() {
        let long = "🙂".repeat(128);
        let items = json!([{ "value": "b" }, null, "c", { "value": 5 }, { "value": "" }, { "value": "a" }, { "value": long },
            { "value": format!("{long}x") }]);
        assert_eq!(read_tags(&json!({ "items": items })), Some(vec!["b".into(), "a".into(), long]));
        let many: Vec<Value> = (0..10_001).map(|number| json!({ "value": number.to_string() })).collect();
        assert_eq!(read_tags(&json!({ "items": many })).map(|tags| tags.len()), Some(10_000));
        for without_list in [json!({}), json!({ "items": null }), json!([]), json!(null)] {
            assert_eq!(read_tags(&without_list), None, "{without_list}");
        }
    }

    #[test]
    fn the_body_follows_the_contract() {
        let tags = ["b".to_owned(), "a".to_owned()];
        assert_eq!(serde_json::to_string(&tags_body(&tags)).unwrap(), r#"{"tags":["b","a"]}"#);
        assert_eq!(serde_json::to_string(&tags_body(&[])).unwrap(), r#"{"tags":[]}"#);
        assert_eq!(serde_json::to_string(&role_body(&TeamRole::Unassigned)).unwrap(), r#"{"role":"unassigned"}"#);
    }
}
