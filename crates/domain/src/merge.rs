//! How an edit meets what the server has meanwhile: the three-way merge of one field, and noticing a server that
//! empties the fields that a PUT left out.

use crate::{Field, Profile, same_text, same_value};

/// What to do with an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeDecision {
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
/// not), or has something else. `unconfirmed` are values of mine that were unconfirmed to the network and not seen on the server
/// since: where one has come late, it is as good as the base, and no third value.
///
/// Values that a person sees as equal are never in conflict. Mine is sent all the same where its text differs from theirs
/// (a space too many taken away is a change), unless it was unconfirmed to the network already and theirs is no longer the
/// base: then it has arrived, in the server's own spelling.
pub fn decide_merge(field: Field, base: &str, mine: Option<&str>, unconfirmed: &[&str], theirs: &str) -> MergeDecision {
    let was_unconfirmed = |value: &str| unconfirmed.iter().any(|unconfirmed| same_value(field, unconfirmed, value));
    match mine {
        Some(mine) if same_value(field, mine, theirs) => {
            let arrived = was_unconfirmed(mine) && !same_text(theirs, base);
            if arrived || same_text(mine, theirs) { MergeDecision::Done } else { MergeDecision::Send }
        }
        _ if same_value(field, theirs, base) || was_unconfirmed(theirs) => MergeDecision::Send,
        _ => MergeDecision::Conflict,
    }
}

/// What a server emptied although the PUT did not mention it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClearedFields {
    /// Fields that held a value before and are empty after.
    pub fields: Vec<Field>,
    /// Whether the role is gone as well.
    pub role: bool,
}

impl ClearedFields {
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
pub fn cleared_fields(sent: &[Field], sent_role: bool, before: &Profile, after: &Profile) -> ClearedFields {
    let unsent = Field::ALL.into_iter().filter(|field| !sent.contains(field));
    ClearedFields {
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

    use Field::{FirstName, Language, LastName, Picture};
    use MergeDecision::{Conflict, Done, Send};

    #[test]
    fn judges_every_combination() {
        for field in Field::ALL {
            let decide =
                |base, mine, unconfirmed: &[&str], theirs| decide_merge(field, base, mine, unconfirmed, theirs);
            assert_eq!(decide("a", Some("b"), &[], "a"), Send);
            assert_eq!(decide("a", Some("b"), &[], "b"), Done, "an answer that was lost is no conflict with oneself");
            assert_eq!(decide("a", Some("b"), &["b"], "b"), Done);
            assert_eq!(decide("a", Some("b"), &[], "c"), Conflict);
            assert_eq!(decide("a", Some("b"), &["b"], "c"), Conflict);
            assert_eq!(decide("a", Some("a"), &[], "a"), Done, "changed back: nothing to write");
            assert_eq!(decide("a", None, &[], "a"), Send);
            assert_eq!(decide("a", None, &[], "c"), Conflict);
            assert_eq!(decide("a", Some("c"), &["b"], "b"), Send, "what was sent before comes late");
            assert_eq!(decide("a", Some("c"), &["c", "b"], "b"), Send);
            assert_eq!(decide("a", Some("c"), &["b"], "d"), Conflict);
        }
    }

    /// Two spellings of one value, of a second and of a third, for a field.
    const SPELLINGS: [(Field, [[&str; 2]; 3]); 3] = [
        (FirstName, [["José", "Jose\u{301}"], ["Zoë", "Zoe\u{308}"], ["Ñu", "N\u{303}u"]]),
        (LastName, [["a b", "a  b"], ["c d", "c\u{a0}d"], ["e f", " e f"]]),
        (Language, [["he", "iw"], ["en-GB", "en_gb"], ["id", "in"]]),
    ];

    #[test]
    fn what_is_seen_as_equal_is_judged_as_equal() {
        for (field, [base, mine, third]) in SPELLINGS {
            for [base, again] in [base, [base[1], base[0]]] {
                for [mine, arrived] in [mine, [mine[1], mine[0]]] {
                    let what = format!("{field:?} {base:?} {mine:?}");
                    let decide =
                        |unconfirmed: &[&str], theirs| decide_merge(field, base, Some(mine), unconfirmed, theirs);
                    for same in [base, again] {
                        assert_eq!(decide(&[], same), Send, "{what}: the base in another spelling is no third value");
                        assert_eq!(decide(&[mine], same), Send, "{what}: it has not arrived");
                    }
                    assert_eq!(decide(&[mine], arrived), Done, "{what}: arrived, as the server spells it");
                    assert_eq!(decide(&[arrived], arrived), Done, "{what}: arrived, late");
                    let unsent = if same_text(mine, arrived) { Done } else { Send };
                    assert_eq!(decide(&[], arrived), unsent, "{what}: what was typed is still sent, and no conflict");
                    for third in third {
                        assert_eq!(decide(&[], third), Conflict, "{what}");
                        assert_eq!(decide(&[mine], third), Conflict, "{what}");
                    }
                    assert_eq!(decide(&[third[0]], third[1]), Send, "{what}: an earlier value, late");
                    assert_eq!(decide(&[mine, third[0]], third[1]), Send, "{what}: an earlier value, late");
                }
            }
        }
    }

    #[test]
    fn a_change_that_only_a_text_shows_is_sent() {
        // A space too many, taken away.
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &[], "a  b"), Send);
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &["a b"], "a  b"), Send, "nothing has arrived");
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &["a b"], "a b"), Done);
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &["a b"], "a\u{a0}b"), Done, "in the server's spelling");
        assert_eq!(decide_merge(LastName, "a  b", Some("a b"), &[], "a\u{a0}b"), Send);
        // Another spelling of the same letters is no change.
        assert_eq!(decide_merge(FirstName, "Jose\u{301}", Some("José"), &[], "Jose\u{301}"), Done);
        assert_eq!(decide_merge(Language, "iw", Some("he"), &[], "iw"), Send);
    }

    #[test]
    fn pictures_are_judged_by_their_very_address() {
        assert_eq!(decide_merge(Picture, "/a", Some("/b"), &["/b"], "/B"), Conflict);
        assert_eq!(decide_merge(Picture, "/a", None, &[], "/A"), Conflict);
        assert_eq!(decide_merge(Picture, "/a", Some("/é"), &[], "/e\u{301}"), Conflict);
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
        assert_eq!(cleared_fields(&[Field::LastName], false, &before, &after).fields, [Field::FirstName]);
        after.role = crate::UserRole::from(String::new());
        assert!(cleared_fields(&[], false, &before, &after).role);
        assert!(cleared_fields(&Field::ALL, true, &before, &after).is_nothing());
        after = Profile { last_name: String::new(), ..before.clone() };
        let cleared = cleared_fields(&[Field::FirstName], false, &before, &after);
        assert!(!cleared.is_nothing() && !empties_unasked(&before, &after), "somebody may have cleared it");
        after.first_name = String::new();
        assert!(empties_unasked(&before, &after), "nobody else can empty it");
        after = Profile { role: crate::UserRole::from(String::new()), ..before.clone() };
        assert!(empties_unasked(&before, &after));
    }
}
