//! Which values read from a server may be sent back to it. A server may have a language or role that
//! tests/contract/openapi.yaml does not allow in an update; such a value is shown but never sent. If a PUT must
//! contain all fields, because the server empties omitted ones, the user must choose a replacement for such a value
//! first.

use crate::language::sendable_language;
use crate::{Field, Profile, UserRole};

/// Whether the service knows this user role (`UserRole` in tests/contract/openapi.yaml).
pub fn sendable_role(role: &UserRole) -> bool {
    !matches!(role, UserRole::Unknown(_))
}

/// Whether the service accepts this value of a field. Only languages are restricted: names and pictures from the
/// server are sent back unchanged.
pub fn sendable_value(field: Field, value: &str) -> bool {
    field != Field::Language || sendable_language(value)
}

/// What the user must choose first, so that a PUT of all fields loses no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A language that the service accepts.
    Language,
    /// A user role that the service knows.
    Role,
}

/// What a server that empties omitted fields would empty on a PUT of the fields `sent`, the role if `sends_role`, and
/// all other values of `profile` that may be sent. If this applies to both language and role, returns the language,
/// because users can choose that themselves.
pub fn missing_for_full_update(profile: &Profile, sent: &[Field], sends_role: bool) -> Option<Missing> {
    let language = &profile.language;
    if !sent.contains(&Field::Language) && !language.is_empty() && !sendable_language(language) {
        return Some(Missing::Language);
    }
    let role = &profile.role;
    let role_is_lost = !sends_role && !role.as_str().is_empty() && !sendable_role(role);
    role_is_lost.then_some(Missing::Role)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn profile(language: &str, role: &str) -> Profile {
        let document = serde_json::json!({ "id": "1", "role": role, "language": language, "first_name": "Ana" });
        serde_json::from_value(document).unwrap()
    }

    #[test]
    fn only_languages_and_roles_known_to_the_service_are_sendable() {
        for tag in ["es", "en", "fr", "de", "it", "zh", "pt", "ru"] {
            assert!(sendable_language(tag) && sendable_value(Field::Language, tag), "{tag}");
        }
        for tag in ["", "ca", "EN", "en-GB", "pt-BR", "zh-Hans", " en", "english"] {
            assert!(!sendable_language(tag) && !sendable_value(Field::Language, tag), "{tag}");
            for other in [Field::FirstName, Field::LastName, Field::Picture] {
                assert!(sendable_value(other, tag), "{tag}");
            }
        }
        for role in ["admin", "adminViewer", "user", "serviceAccount"] {
            assert!(sendable_role(&UserRole::from(role)), "{role}");
        }
        for role in ["", "captain", "superAdmin"] {
            assert!(!sendable_role(&UserRole::from(role)), "{role}");
        }
    }

    #[test]
    fn an_unsendable_value_is_missing_unless_the_update_replaces_it() {
        use Field::{FirstName, Language};
        use Missing::Role;
        let language = Some(Missing::Language);
        for (current_language, role, sent, sends_role, expected) in [
            ("en", "user", vec![FirstName], false, None),
            ("ca", "user", vec![FirstName], false, language),
            ("ca", "user", vec![], true, language),
            ("ca", "user", vec![FirstName, Language], false, None),
            ("ca", "user", vec![Language], false, None),
            ("en", "captain", vec![FirstName], false, Some(Role)),
            ("en", "captain", vec![Language], false, Some(Role)),
            ("en", "captain", vec![], true, None),
            ("ca", "captain", vec![FirstName], false, language),
            ("ca", "captain", vec![Language], false, Some(Role)),
            ("ca", "captain", vec![Language], true, None),
            // The server cannot empty a value that is already empty.
            ("", "", vec![FirstName], false, None),
            ("", "user", vec![FirstName], false, None),
        ] {
            let found = missing_for_full_update(&profile(current_language, role), &sent, sends_role);
            assert_eq!(found, expected, "{current_language:?} {role:?} {sent:?} {sends_role}");
        }
    }
}
