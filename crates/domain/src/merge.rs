//! How an edit meets what the server has meanwhile: the three-way merge of one field, and noticing a server that
//! empties the fields that a PUT left out.

use crate::{Field, Profile, same_text, same_value};

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
/// not), or has something else. `handed` are values of mine that were handed to the network and not seen on the server
/// since: where one has come late, it is as good as the base, and no third value.
///
/// Values that a person sees as equal are never in conflict. Mine is sent all the same where its text differs from theirs
/// (a space too many taken away is a change), unless it was handed to the network already and theirs is no longer the
/// base: then it has arrived, in the server's own spelling.
pub fn judge(field: Field, base: &str, mine: Option<&str>, handed: &[&str], theirs: &str) -> Verdict {
    let was_handed = |value: &str| handed.iter().any(|handed| same_value(field, handed, value));
    match mine {
        Some(mine) if same_value(field, mine, theirs) => {
            let arrived = was_handed(mine) && !same_text(theirs, base);
            if arrived || same_text(mine, theirs) { Verdict::Done } else { Verdict::Send }
        }
        _ if same_value(field, theirs, base) || was_handed(theirs) => Verdict::Send,
        _ => Verdict::Conflict,
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

    use Field::{FirstName, Language, LastName, Picture};
    use Verdict::{Conflict, Done, Send};

    #[test]
    fn judges_every_combination() {
        for field in Field::ALL {
            let judge = |base, mine, handed: &[&str], theirs| judge(field, base, mine, handed, theirs);
            assert_eq!(judge("a", Some("b"), &[], "a"), Send);
            assert_eq!(judge("a", Some("b"), &[], "b"), Done, "an answer that was lost is no conflict with oneself");
            assert_eq!(judge("a", Some("b"), &["b"], "b"), Done);
            assert_eq!(judge("a", Some("b"), &[], "c"), Conflict);
            assert_eq!(judge("a", Some("b"), &["b"], "c"), Conflict);
            assert_eq!(judge("a", Some("a"), &[], "a"), Done, "changed back: nothing to write");
            assert_eq!(judge("a", None, &[], "a"), Send);
            assert_eq!(judge("a", None, &[], "c"), Conflict);
            assert_eq!(judge("a", Some("c"), &["b"], "b"), Send, "what was sent before comes late");
            assert_eq!(judge("a", Some("c"), &["c", "b"], "b"), Send);
            assert_eq!(judge("a", Some("c"), &["b"], "d"), Conflict);
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
                    let judge = |handed: &[&str], theirs| judge(field, base, Some(mine), handed, theirs);
                    for same in [base, again] {
                        assert_eq!(judge(&[], same), Send, "{what}: the base in another spelling is no third value");
                        assert_eq!(judge(&[mine], same), Send, "{what}: it has not arrived");
                    }
                    assert_eq!(judge(&[mine], arrived), Done, "{what}: arrived, as the server spells it");
                    assert_eq!(judge(&[arrived], arrived), Done, "{what}: arrived, late");
                    let unsent = if same_text(mine, arrived) { Done } else { Send };
                    assert_eq!(judge(&[], arrived), unsent, "{what}: what was typed is still sent, and no conflict");
                    for third in third {
                        assert_eq!(judge(&[], third), Conflict, "{what}");
                        assert_eq!(judge(&[mine], third), Conflict, "{what}");
                    }
                    assert_eq!(judge(&[third[0]], third[1]), Send, "{what}: an earlier value, late");
                    assert_eq!(judge(&[mine, third[0]], third[1]), Send, "{what}: an earlier value, late");
                }
            }
        }
    }

    #[test]
    fn a_change_that_only_a_text_shows_is_sent() {
        // A space too many, taken away.
        assert_eq!(judge(LastName, "a  b", Some("a b"), &[], "a  b"), Send);
        assert_eq!(judge(LastName, "a  b", Some("a b"), &["a b"], "a  b"), Send, "nothing has arrived");
        assert_eq!(judge(LastName, "a  b", Some("a b"), &["a b"], "a b"), Done);
        assert_eq!(judge(LastName, "a  b", Some("a b"), &["a b"], "a\u{a0}b"), Done, "in the server's spelling");
        assert_eq!(judge(LastName, "a  b", Some("a b"), &[], "a\u{a0}b"), Send);
        // Another spelling of the same letters is no change.
        assert_eq!(judge(FirstName, "Jose\u{301}", Some("José"), &[], "Jose\u{301}"), Done);
        assert_eq!(judge(Language, "iw", Some("he"), &[], "iw"), Send);
    }

    #[test]
    fn pictures_are_judged_by_their_very_address() {
        assert_eq!(judge(Picture, "/a", Some("/b"), &["/b"], "/B"), Conflict);
        assert_eq!(judge(Picture, "/a", None, &[], "/A"), Conflict);
        assert_eq!(judge(Picture, "/a", Some("/é"), &[], "/e\u{301}"), Conflict);
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
