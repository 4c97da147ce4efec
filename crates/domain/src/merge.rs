//! How an edit meets what the server has meanwhile: the three-way merge of one field, and noticing a server that
//! empties the fields that a PUT left out.

use crate::{Field, Profile};

/// What to do with an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The server has my value already: nothing to send.
    Done,
    /// The server still has the value that the edit started from: send mine.
    Send,
    /// The server has a third value: a person decides.
    Conflict,
}

/// Judges one field by base, mine and theirs. `mine` is none for a picture that has no address on the server yet.
///
/// The same rule resolves a delivery whose outcome is unknown: the server has mine (it arrived), has the base (it did
/// not), or has something else. `handed` is an earlier value of mine whose delivery nobody saw: where it has come late, it is
/// as good as the base, and no third value.
pub fn judge(base: &str, mine: Option<&str>, handed: Option<&str>, theirs: &str) -> Verdict {
    if mine == Some(theirs) {
        Verdict::Done
    } else if theirs == base || handed == Some(theirs) {
        Verdict::Send
    } else {
        Verdict::Conflict
    }
}

/// What a server emptied although the PUT did not mention it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reset {
    /// Fields that held a value before and are empty after.
    pub fields: Vec<Field>,
    /// Whether the role is gone as well.
    pub role: bool,
}

impl Reset {
    /// Whether the server kept everything.
    pub fn is_nothing(&self) -> bool {
        self.fields.is_empty() && !self.role
    }
}

/// Whether the server itself has emptied something between the two: first name, language and role are never empty
/// otherwise (contract: UserUpdate), whoever's PUT it was.
pub fn empties_unasked(before: &Profile, after: &Profile) -> bool {
    let role = !before.role.as_str().is_empty() && after.role.as_str().is_empty();
    role || Field::ALL.into_iter().any(|field| !field.may_be_empty() && emptied(field, before, after))
}

/// Compares the answer to a PUT of the fields `sent` with the read before it (contract: updateUser, "Assumed").
pub fn reset_fields(sent: &[Field], sent_role: bool, before: &Profile, after: &Profile) -> Reset {
    let unsent = Field::ALL.into_iter().filter(|field| !sent.contains(field));
    Reset {
        fields: unsent.filter(|&field| emptied(field, before, after)).collect(),
        role: !sent_role && !before.role.as_str().is_empty() && after.role.as_str().is_empty(),
    }
}

fn emptied(field: Field, before: &Profile, after: &Profile) -> bool {
    !before.value(field).is_empty() && after.value(field).is_empty()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[test]
    fn judges_every_combination() {
        assert_eq!(judge("a", Some("b"), None, "a"), Verdict::Send);
        assert_eq!(
            judge("a", Some("b"), None, "b"),
            Verdict::Done,
            "an answer that was lost is no conflict with oneself"
        );
        assert_eq!(judge("a", Some("b"), None, "c"), Verdict::Conflict);
        assert_eq!(judge("a", Some("a"), None, "a"), Verdict::Done, "changed back: nothing to write");
        assert_eq!(judge("a", None, None, "a"), Verdict::Send);
        assert_eq!(judge("a", None, None, "c"), Verdict::Conflict);
        assert_eq!(judge("a", Some("c"), Some("b"), "b"), Verdict::Send, "what was sent before comes late");
        assert_eq!(judge("a", Some("c"), Some("b"), "d"), Verdict::Conflict);
    }

    #[test]
    fn notices_only_what_was_emptied_and_not_sent() {
        let before: Profile = serde_json::from_str(
            r#"{"id":"1","role":"user","first_name":"John","last_name":"Doe","language":"en","picture":""}"#,
        )
        .unwrap();
        let mut after = before.clone();
        after.first_name = String::new();
        after.last_name = String::new();
        after.language = "de".into();
        assert_eq!(reset_fields(&[Field::LastName], false, &before, &after).fields, [Field::FirstName]);
        after.role = crate::UserRole::from(String::new());
        assert!(reset_fields(&[], false, &before, &after).role);
        assert!(reset_fields(&Field::ALL, true, &before, &after).is_nothing());
        after = Profile { last_name: String::new(), ..before.clone() };
        let cleared = reset_fields(&[Field::FirstName], false, &before, &after);
        assert!(!cleared.is_nothing() && !empties_unasked(&before, &after), "somebody may have cleared it");
        after.first_name = String::new();
        assert!(empties_unasked(&before, &after), "nobody else can empty it");
        after = Profile { role: crate::UserRole::from(String::new()), ..before.clone() };
        assert!(empties_unasked(&before, &after));
    }
}
