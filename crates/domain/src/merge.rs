//! Merges an edit with the current server value (three-way, per field), and detects a server that empties the fields
//! that a PUT omits.

use crate::{Field, Profile, same_text, same_value};

/// What to do with an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeDecision {
    /// The server already has the edited value: there is nothing to send.
    Done,
    /// The server still has the value that the edit started from: send the edit.
    Send,
    /// The server has a third value: the user decides.
    Conflict,
}

/// Merges one field. `base` is the value that the edit started from, `mine` the edited value (`None` for a picture
/// that has not been uploaded yet), `theirs` the current server value. `unconfirmed` are values of earlier requests
/// that have not been seen on the server since: such a request may still take effect, so these values count like the
/// base.
///
/// The same rule resolves a request whose outcome is unknown: the server has `mine` (the request arrived), `base` (it
/// did not arrive), or another value.
///
/// Values that look equal to a person never conflict. If `mine` looks equal to `theirs` but is a different text (for
/// example without a superfluous space), it is still sent. Exception: `mine` is unconfirmed and `theirs` is no longer
/// the base. Then the edit has arrived and the server normalized it.
pub fn decide_merge(field: Field, base: &str, mine: Option<&str>, unconfirmed: &[&str], theirs: &str) -> MergeDecision {
    let is_unconfirmed = |value: &str| unconfirmed.iter().any(|unconfirmed| same_value(field, unconfirmed, value));
    match mine {
        Some(mine) if same_value(field, mine, theirs) => {
            let arrived = is_unconfirmed(mine) && !same_text(theirs, base);
            if arrived || same_text(mine, theirs) { MergeDecision::Done } else { MergeDecision::Send }
        }
        _ if same_value(field, theirs, base) || is_unconfirmed(theirs) => MergeDecision::Send,
        _ => MergeDecision::Conflict,
    }
}

/// What a server emptied although the PUT did not contain it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClearedFields {
    /// Fields that had a value before the PUT and are empty after it.
    pub fields: Vec<Field>,
    /// Whether the role was emptied as well.
    pub role: bool,
}

impl ClearedFields {
    /// Whether the server emptied nothing.
    pub fn is_nothing(&self) -> bool {
        self.fields.is_empty() && !self.role
    }
}

/// Whether the server emptied a field that no client can empty (first name, language, role; see `UserUpdate` in
/// tests/contract/openapi.yaml). Then a PUT, of this or another client, omitted the field.
pub fn server_cleared_required_field(before: &Profile, after: &Profile) -> bool {
    let role = !before.role.as_str().is_empty() && after.role.as_str().is_empty();
    role || Field::ALL.into_iter().any(|field| !field.may_be_empty() && was_cleared(field, before, after))
}

/// Compares the response to a PUT of the fields `sent` with the profile read before the PUT (see `updateUser` in
/// tests/contract/openapi.yaml).
pub fn cleared_fields(sent: &[Field], sent_role: bool, before: &Profile, after: &Profile) -> ClearedFields {
    let unsent = Field::ALL.into_iter().filter(|field| !sent.contains(field));
    ClearedFields {
        fields: unsent.filter(|&field| was_cleared(field, before, after)).collect(),
        role: !sent_role && !before.role.as_str().is_empty() && after.role.as_str().is_empty(),
    }
}

fn was_cleared(field: Field, before: &Profile, after: &Profile) -> bool {
    !before.value(field).is_empty() && after.value(field).is_empty()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    use Field::{FirstName, Language, LastName, Picture};
    use MergeDecision::{Conflict, Done, Send};

    #[test]
    fn decides_every_combination() {
        for field in Field::ALL {
            let decide =
                |base, mine, unconfirmed: &[&str], theirs| decide_merge(field, base, mine, unconfirmed, theirs);
            assert_eq!(decide("a", Some("b"), &[], "a"), Send);
            assert_eq!(decide("a", Some("b"), &[], "b"), Done, "the edit arrived although its response was lost");
            assert_eq!(decide("a", Some("b"), &["b"], "b"), Done);
            assert_eq!(decide("a", Some("b"), &[], "c"), Conflict);
            assert_eq!(decide("a", Some("b"), &["b"], "c"), Conflict);
            assert_eq!(decide("a", Some("a"), &[], "a"), Done, "changed back: nothing to send");
            assert_eq!(decide("a", None, &[], "a"), Send);
            assert_eq!(decide("a", None, &[], "c"), Conflict);
            assert_eq!(decide("a", Some("c"), &["b"], "b"), Send, "an earlier request arrived late");
            assert_eq!(decide("a", Some("c"), &["c", "b"], "b"), Send);
            assert_eq!(decide("a", Some("c"), &["b"], "d"), Conflict);
        }
    }

    /// For each field: three values (base, mine, third) in two spellings each.
    const SPELLINGS: [(Field, [[&str; 2]; 3]); 3] = [
        (FirstName, [["José", "Jose\u{301}"], ["Zoë", "Zoe\u{308}"], ["Ñu", "N\u{303}u"]]),
        (LastName, [["a b", "a  b"], ["c d", "c\u{a0}d"], ["e f", " e f"]]),
        (Language, [["he", "iw"], ["en-GB", "en_gb"], ["id", "in"]]),
    ];

    #[test]
    fn spellings_that_look_equal_are_merged_as_equal() {
        for (field, [base, mine, third]) in SPELLINGS {
            for [base, respelled_base] in [base, [base[1], base[0]]] {
                for [mine, arrived] in [mine, [mine[1], mine[0]]] {
                    let what = format!("{field:?} {base:?} {mine:?}");
                    let decide =
                        |unconfirmed: &[&str], theirs| decide_merge(field, base, Some(mine), unconfirmed, theirs);
                    for unchanged in [base, respelled_base] {
                        assert_eq!(decide(&[], unchanged), Send, "{what}: a respelled base is not a third value");
                        assert_eq!(decide(&[mine], unchanged), Send, "{what}: it has not arrived");
                    }
                    assert_eq!(decide(&[mine], arrived), Done, "{what}: arrived, in the server's spelling");
                    assert_eq!(decide(&[arrived], arrived), Done, "{what}: arrived late");
                    let unsent = if same_text(mine, arrived) { Done } else { Send };
                    assert_eq!(decide(&[], arrived), unsent, "{what}: the typed text is still sent, without conflict");
                    for third in third {
                        assert_eq!(decide(&[], third), Conflict, "{what}");
                        assert_eq!(decide(&[mine], third), Conflict, "{what}");
                    }
                    assert_eq!(decide(&[third[0]], third[1]), Send, "{what}: an earlier value arrived late");
                    assert_eq!(decide(&[mine, third[0]], third[1]), Send, "{what}: an earlier value arrived late");
                }
            }
        }
    }

    #[test]
    fn a_change_of_spaces_only_is_sent() {
        // The edit removes a superfluous space.
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &[], "a  b"), Send);
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &["a b"], "a  b"), Send, "it has not arrived");
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &["a b"], "a b"), Done);
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &["a b"], "a\u{a0}b"), Done, "in the server's spelling");
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &[], "a\u{a0}b"), Send);
        // A different Unicode form of the same letters is not a change.
        assert_eq!(decide_merge(FirstName, "Jose\u{301}", Some("José"), &[], "Jose\u{301}"), Done);
        assert_eq!(decide_merge(Language, "iw", Some("he"), &[], "iw"), Send);
    }

    #[test]
    fn pictures_are_merged_by_their_exact_url() {
        assert_eq!(decide_merge(Picture, "/a", Some("/b"), &["/b"], "/B"), Conflict);
        assert_eq!(decide_merge(Picture, "/a", None, &[], "/A"), Conflict);
        assert_eq!(decide_merge(Picture, "/a", Some("/é"), &[], "/e\u{301}"), Conflict);
    }

    #[test]
    fn detects_only_fields_that_were_emptied_and_not_sent() {
        let before: Profile = serde_json::from_str(
            r#"{"id":"1","role":"user","first_name":"John","last_name":"Doe","language":"en","picture":""}"#,
        )
        .unwrap();
        let mut after = before.clone();
        after.first_name = String::new();
        after.last_name = String::new();
        after.language = "de".into();
        assert_eq!(cleared_fields(&[Field::LastName], false, &before, &after).fields, [Field::FirstName]);
        after.role = crate::UserRole::from(String::new());
        assert!(cleared_fields(&[], false, &before, &after).role);
        assert!(cleared_fields(&Field::ALL, true, &before, &after).is_nothing());
        after = Profile { last_name: String::new(), ..before.clone() };
        let cleared = cleared_fields(&[Field::FirstName], false, &before, &after);
        assert!(
            !cleared.is_nothing() && !server_cleared_required_field(&before, &after),
            "another client may have cleared it"
        );
        after.first_name = String::new();
        assert!(server_cleared_required_field(&before, &after), "no client can empty it");
        after = Profile { role: crate::UserRole::from(String::new()), ..before.clone() };
        assert!(server_cleared_required_field(&before, &after));
    }
}
