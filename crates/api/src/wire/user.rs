//! The user document.

use lapel_domain::{Activity, ActivityTrace, Branding, Organization, OrganizationInfo, Profile, UserRole};
use serde_json::Value;

use super::lenient::{Object, boolean, object, picture, text, text_or_number, timestamp};
use super::organization::{organization, read_organization};
use crate::Endpoint;

/// Maximum number of organizations read from a user document.
const MAX_ORGANIZATIONS: usize = 1000;

/// Reads a user document; `None` if it has no id. Fields without a counterpart in the domain, such as
/// `intercomUserHash` (a credential), are ignored.
pub(crate) fn read_user(data: &Value, endpoint: &Endpoint) -> Option<Profile> {
    let user = data.as_object()?;
    let id = text_or_number(user, "id")?;
    let or_empty = |key| text(user, key).unwrap_or_default();
    Some(Profile {
        id,
        email: or_empty("email"),
        first_name: or_empty("firstName"),
        last_name: or_empty("lastName"),
        full_name: or_empty("fullName"),
        picture: picture(user, "picture", endpoint).unwrap_or_default(),
        role: UserRole::from(or_empty("role")),
        language: or_empty("language"),
        newsletter: boolean(user, "newsletter"),
        has_password: boolean(user, "hasPassword"),
        two_factor: boolean(user, "has2FAActive"),
        sso: boolean(user, "ssoUser"),
        organization_id: text_or_number(user, "organizationId"),
        organizations: organizations(user, endpoint),
        organization_info: object(user, "organizationInfo").map(|info| organization_info(info, endpoint)),
        verification: text(user, "verificationStatus"),
        activity: object(user, "activityTrace").map(activity_trace).unwrap_or_default(),
        created_at: timestamp(user, "createdAt"),
        updated_at: timestamp(user, "updatedAt"),
    })
}

fn organizations(user: &Object, endpoint: &Endpoint) -> Vec<Organization> {
    let items = user.get("organizations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| read_organization(item, endpoint)).take(MAX_ORGANIZATIONS).collect()
}

/// The id may be missing, because this is only used for the organization's name and appearance.
fn organization_info(info: &Object, endpoint: &Endpoint) -> OrganizationInfo {
    let id = text_or_number(info, "id").unwrap_or_default();
    let branding = object(info, "branding");
    OrganizationInfo {
        organization: organization(id, info, endpoint),
        branding: Branding {
            primary_color: branding.and_then(|branding| text(branding, "primaryColor")),
            logo_url: branding.and_then(|branding| picture(branding, "logoUrl", endpoint)),
        },
        enforces_sso: object(info, "configuration").and_then(|configuration| boolean(configuration, "enforceSSO")),
    }
}

fn activity_trace(trace: &Object) -> ActivityTrace {
    let activity = |key| object(trace, key).map(activity).unwrap_or_default();
    ActivityTrace { last_login: activity("lastLogin"), last_action: activity("lastAction") }
}

fn activity(object: &Object) -> Activity {
    let time = |key| timestamp(object, key);
    Activity { dashboard: time("dashboard"), sdk: time("sdk"), store: time("store") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use serde_json::json;

    use super::*;

    const EXAMPLE: &str = include_str!("../../../../tests/contract/examples/put-user.200.json");

    fn endpoint() -> Endpoint {
        Endpoint::parse("https://api.example.com/v1").unwrap()
    }

    fn example() -> Value {
        serde_json::from_str::<Value>(EXAMPLE).unwrap()["data"].take()
    }

    /// Compares with the JSON form that the cache stores.
    #[test]
    fn the_documented_response_is_read() {
        let profile = read_user(&example(), &endpoint()).unwrap();
        let time = "2024-01-01T00: 00:00Z";
        let activity = json!({ "dashboard": time, "sdk": time, "store": time });
        assert_eq!(
            serde_json::to_value(&profile).unwrap(),
            json!({
                "id": "507f1f77bcf86cd799439023",
                "email": "[email protected]",
                "first_name": "John",
                "last_name": "Doe",
                "full_name": "John Doe",
                "picture": "https://example.com/images/profile-picture.jpg",
                "role": "user",
                "language": "en",
                "newsletter": true,
                "has_password": true,
                "two_factor": false,
                "sso": false,
                "organization_id": "507f1f77bcf86cd799439024",
                "organizations": [{
                    "id": "507f1f77bcf86cd799439025",
                    "name": "Enterprise Corporation",
                    "slug": "enterprise-corp",
                    "picture": "https://cdn.applivery.com/orgs/507f1f77bcf86cd799439025/logo.png",
                }],
                "organization_info": {
                    "id": "507f1f77bcf86cd799439026",
                    "name": "Acme Industries",
                    "slug": "acme-industries",
                    "picture": "https://cdn.applivery.com/orgs/507f1f77bcf86cd799439026/logo.png",
                    "branding": { "primary_color": "#0066CC", "logo_url": "https://cdn.example.com/logo.png" },
                    "enforces_sso": true,
                },
                "verification": "verified",
                "activity": { "last_login": activity, "last_action": activity },
                "created_at": "2025-06-15T10: 00:00Z",
                "updated_at": "2026-02-03T15: 30:00Z",
            })
        );
        assert_eq!(profile.activity.last_login.latest_millis(), Some(1_704_067_200_000));
        assert!(!format!("{profile:?}").contains("a1b2c3d4"), "the support chat's credential is ignored");
    }

    #[test]
    fn only_the_id_is_required() {
        let profile = read_user(&json!({ "id": 5 }), &endpoint()).unwrap();
        assert_eq!((profile.id.as_str(), profile.email.as_str(), profile.role.as_str()), ("5", "", ""));
        for without_id in
            [json!({}), json!({ "id": "" }), json!({ "id": null }), json!({ "id": [] }), json!([]), json!(7)]
        {
            assert_eq!(read_user(&without_id, &endpoint()), None, "{without_id}");
        }
    }

    #[test]
    fn invalid_fields_count_as_missing_and_unknown_roles_are_preserved() {
        let mut user = example();
        user["newsletter"] = json!("yes");
        user["picture"] = Value::Null;
        user["role"] = json!("captain");
        user["activityTrace"] = json!([]);
        user["organizations"] = json!([null, 5, {}, { "id": 9, "name": 5 }]);
        user["createdAt"] = json!("yesterday");
        let profile = read_user(&user, &endpoint()).unwrap();
        assert_eq!((profile.newsletter, profile.picture.as_str(), profile.role.as_str()), (None, "", "captain"));
        assert_eq!(profile.activity, ActivityTrace::default());
        assert_eq!(profile.created_at.unwrap().as_str(), "yesterday");
        let [organization] = &profile.organizations[..] else { panic!("exactly one organization has an id") };
        assert_eq!((organization.id.as_str(), &organization.name), ("9", &None));
    }

    #[test]
    fn all_picture_addresses_are_read_in_their_stored_form() {
        let api_picture = "https://api.example.com/v1/pictures/1";
        let user = json!({ "id": "1", "picture": api_picture, "organizations": [{ "id": "2", "picture": api_picture }],
            "organizationInfo": { "picture": api_picture, "branding": { "logoUrl": api_picture } } });
        let profile = read_user(&user, &endpoint()).unwrap();
        let info = profile.organization_info.unwrap();
        let organization = profile.organizations[0].picture.as_deref();
        assert_eq!(profile.picture, "/v1/pictures/1");
        for picture in [organization, info.organization.picture.as_deref(), info.branding.logo_url.as_deref()] {
            assert_eq!(picture, Some("/v1/pictures/1"));
        }
    }

    #[test]
    fn long_texts_and_long_lists_are_cut() {
        let organizations: Vec<Value> = (0..5000).map(|id| json!({ "id": id })).collect();
        let user = json!({ "id": "1", "firstName": "x".repeat(100_000), "organizations": organizations });
        let profile = read_user(&user, &endpoint()).unwrap();
        assert_eq!((profile.first_name.len(), profile.organizations.len()), (4096, 1000));
    }

    /// Fields at any depth are removed or replaced with junk. Only a missing id makes the document unreadable.
    #[test]
    fn randomly_mutated_documents_stay_readable() {
        let junk = [
            Value::Null,
            json!(true),
            json!(-1),
            json!(1e300),
            json!(""),
            json!("\u{0}\u{FEFF}x"),
            json!([]),
            json!({}),
            json!([[null]]),
            json!({ "id": {} }),
            json!("9".repeat(10_000)),
        ];
        let mut random = 0x2545_F491_4F6C_DD1D_u64;
        let mut next = move |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random % below as u64).unwrap()
        };
        for _ in 0..20_000 {
            let mut user = example();
            for _ in 0..=next(4) {
                mutate(&mut user, &mut next, &junk);
            }
            let has_id = match &user["id"] {
                Value::String(id) => !id.is_empty(),
                id => id.is_number(),
            };
            assert_eq!(read_user(&user, &endpoint()).is_some(), has_id, "{user}");
        }
    }

    fn mutate(value: &mut Value, next: &mut impl FnMut(usize) -> usize, junk: &[Value]) {
        match value {
            Value::Object(object) if !object.is_empty() => {
                let key = object.keys().nth(next(object.len())).unwrap().clone();
                match next(3) {
                    0 => drop(object.remove(&key)),
                    _ => mutate(&mut object[&key], next, junk),
                }
            }
            Value::Array(array) if !array.is_empty() && next(2) == 0 => {
                let at = next(array.len());
                mutate(&mut array[at], next, junk);
            }
            _ => *value = junk[next(junk.len())].clone(),
        }
    }
}
