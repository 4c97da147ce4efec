//! Which values that a server holds may be sent back to it. A server may hold a language or a role that its own contract
//! does not take; such a value is shown and never sent. Where a PUT has to carry everything, because the server empties
//! what is left out, that leaves something to be chosen first.

use crate::{Field, LANGUAGES, Profile, UserRole};

/// Whether the service takes this language (contract: Language).
pub(crate) fn sendable_language(tag: &str) -> bool {
    LANGUAGES.contains(&tag)
}

/// Whether the service knows this user role (contract: UserRole).
pub fn sendable_role(role: &UserRole) -> bool {
    !matches!(role, UserRole::Unknown(_))
}

/// The same for the value of a field. Names and pictures have no closed list: what a server holds of them goes back as it is.
pub fn sendable_value(field: Field, value: &str) -> bool {
    field != Field::Language || sendable_language(value)
}

/// What a person has to choose before a PUT of everything loses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A language that the service takes.
    Language,
    /// A user role that it knows.
    Role,
}

/// What would be emptied by a PUT over `profile` that carries the fields `sent`, the role where `sends_role`, and of all
/// others what the profile holds and may be sent: the language first, because a person can choose that one themselves.
/// Only a server that empties what is left out asks for this.
pub fn missing_for_full_update(profile: &Profile, sent: &[Field], sends_role: bool) -> Option<Missing> {
    let language = &profile.language;
    if !sent.contains(&Field::Language) && !language.is_empty() && !sendable_language(language) {
        return Some(Missing::Language);
    }
    let role = &profile.role;
    let lost = !sends_role && !role.as_str().is_empty() && !sendable_role(role);
    lost.then_some(Missing::Role)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn profile(language: &str, role: &str) -> Profile {
        let bare = serde_json::json!({ "id": "1", "role": role, "language": language, "first_name": "Ana" });
        serde_json::from_value(bare).unwrap()
    }

    #[test]
    fn languages_and_roles_are_sent_by_the_list_of_the_service() {
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
        for role in ["", "captain", "Admin", "superAdmin"] {
            assert!(!sendable_role(&UserRole::from(role)), "{role}");
        }
    }

    #[test]
    fn what_is_held_and_cannot_be_sent_back_is_missing_unless_it_is_sent_anew() {
        use Field::{FirstName, Language};
        use Missing::Role;
        let language = Some(Missing::Language);
        for (held, role, sent, sends_role, expected) in [
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
            // Nothing is held, so there is nothing to lose.
            ("", "", vec![FirstName], false, None),
            ("", "user", vec![FirstName], false, None),
        ] {
            let found = missing_for_full_update(&profile(held, role), &sent, sends_role);
            assert_eq!(found, expected, "{held:?} {role:?} {sent:?} {sends_role}");
        }
    }
}
