//! Tags of a team row: valid tags, and changes of them. A change is a difference: the tags to remove and the tags to add.
//! So it leaves alone all other tags of the row, also those that somebody else adds in the meantime. Tags are compared by
//! their spelling; their order does not count.

use unicode_normalization::UnicodeNormalization;

use crate::TeamRole;
use crate::invisible::{is_bidi_control, is_invisible};
use crate::name::is_space;

/// The maximum length of a tag, in characters (tests/contract/openapi.yaml).
pub const MAX_TAG_LENGTH: usize = 128;

/// The maximum number of tags that Lapel gives a row. A row that has more keeps them.
pub const MAX_TAGS: usize = 100;

/// Why a tag is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TagError {
    /// It needs at least one visible character.
    #[error("the tag is empty")]
    Empty,
    /// More than 128 characters.
    #[error("the tag is longer than {MAX_TAG_LENGTH} characters")]
    TooLong,
    /// A line break, tab or other control character, or a character that changes the direction of text.
    #[error("the tag contains a control character")]
    ControlCharacter,
    /// The row would have more than 100 tags.
    #[error("more than {MAX_TAGS} tags")]
    TooMany,
}

/// Validates a tag and returns it trimmed and in NFC.
pub fn parse_tag(typed: &str) -> Result<String, TagError> {
    let tag = normalized(typed);
    if tag.chars().all(is_invisible) {
        return Err(TagError::Empty);
    }
    if tag.chars().any(|c| c.is_control() || is_bidi_control(c)) {
        return Err(TagError::ControlCharacter);
    }
    if tag.chars().count() > MAX_TAG_LENGTH { Err(TagError::TooLong) } else { Ok(tag) }
}

fn normalized(tag: &str) -> String {
    tag.trim_matches(is_space).nfc().collect()
}

/// Whether somebody with this team role may change the tags of the team. The contract does not say it; those who may change
/// team roles may do it.
pub fn may_change_tags(caller: &TeamRole) -> bool {
    matches!(caller, TeamRole::Owner | TeamRole::Admin)
}

/// Whether two lists have the same tags.
pub fn same_tags(a: &[String], b: &[String]) -> bool {
    a.iter().all(|tag| b.contains(tag)) && b.iter().all(|tag| a.contains(tag))
}

/// What a change does to the tags of a row. No tag is in both lists, and none is twice in one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagsChange {
    /// The tags that the row has before the change and not after it.
    pub removed: Vec<String>,
    /// The tags that the row has after the change and not before it.
    pub added: Vec<String>,
}

impl TagsChange {
    /// A change that removes and adds these tags. Added tags are validated. A tag that is in both lists is added.
    pub fn new(removed: &[String], added: &[String]) -> Result<Self, TagError> {
        let mut change = Self::default();
        for typed in added {
            push_new(&mut change.added, parse_tag(typed)?);
        }
        removed
            .iter()
            .filter(|tag| !change.added.contains(tag))
            .for_each(|tag| push_new(&mut change.removed, tag.clone()));
        if change.added.len() > MAX_TAGS { Err(TagError::TooMany) } else { Ok(change) }
    }

    /// The change from one list of tags to another one. Tags that are in both lists stay as they are; the others are
    /// validated. A new tag that looks like one of the list is no new tag.
    pub fn between(before: &[String], after: &[String]) -> Result<Self, TagError> {
        let removed: Vec<String> = before.iter().filter(|tag| !after.contains(tag)).cloned().collect();
        let added: Vec<String> = after.iter().filter(|tag| !before.contains(tag)).cloned().collect();
        let change = Self::new(&removed, &added)?.for_tags(before);
        let count = change.applied_to(before).len();
        if count > MAX_TAGS && count > before.len() { Err(TagError::TooMany) } else { Ok(change) }
    }

    /// The plain difference between two lists of tags. Nothing is validated: an undo puts back what was there.
    pub fn difference(before: &[String], after: &[String]) -> Self {
        let only =
            |list: &[String], other: &[String]| list.iter().filter(|tag| !other.contains(tag)).cloned().collect();
        Self { removed: only(before, after), added: only(after, before) }
    }

    /// The part of this change that changes a row with these tags.
    #[must_use]
    pub fn for_tags(&self, tags: &[String]) -> Self {
        let removed: Vec<String> = self.removed.iter().filter(|tag| tags.contains(tag)).cloned().collect();
        let stays = |tag: &&String| !removed.contains(tag);
        let is_there = |added: &String| tags.iter().filter(stays).any(|tag| normalized(tag) == *added);
        let added = self.added.iter().filter(|added| !is_there(added)).cloned().collect();
        Self { removed, added }
    }

    /// Whether this change changes nothing.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    /// Whether a row with these tags is as before the change.
    pub fn is_before(&self, tags: &[String]) -> bool {
        self.removed.iter().all(|tag| tags.contains(tag)) && !self.added.iter().any(|tag| tags.contains(tag))
    }

    /// Whether a row with these tags is as after the change.
    pub fn is_after(&self, tags: &[String]) -> bool {
        self.added.iter().all(|tag| tags.contains(tag)) && !self.removed.iter().any(|tag| tags.contains(tag))
    }

    /// The tags of a row after the change. The others stay in their order, and new tags come last.
    pub fn applied_to(&self, tags: &[String]) -> Vec<String> {
        let mut after: Vec<String> = tags.iter().filter(|tag| !self.removed.contains(tag)).cloned().collect();
        self.added.iter().for_each(|tag| push_new(&mut after, tag.clone()));
        after
    }
}

fn push_new(tags: &mut Vec<String>, tag: String) {
    if !tags.contains(&tag) {
        tags.push(tag);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    fn tags(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|&tag| tag.to_owned()).collect()
    }

    fn change(removed: &[&str], added: &[&str]) -> TagsChange {
        TagsChange { removed: tags(removed), added: tags(added) }
    }

    #[test]
    fn a_tag_is_trimmed_and_composed_and_its_case_counts() {
        assert_eq!(parse_tag(" \u{feff}Cafe\u{301} bar\u{a0}").as_deref(), Ok("Café bar"));
        for tag in ["Design", "EMEA, North", "設計", "a\u{200c}b", &"🙂".repeat(128)] {
            assert_eq!(parse_tag(tag).as_deref(), Ok(tag));
        }
        for (tag, error) in [
            ("", TagError::Empty),
            (" \u{200b}", TagError::Empty),
            ("a\nb", TagError::ControlCharacter),
            ("a\u{202e}b", TagError::ControlCharacter),
            (&"a".repeat(129), TagError::TooLong),
        ] {
            assert_eq!(parse_tag(tag), Err(error), "{tag:?}");
        }
    }

    #[test]
    fn only_owners_and_admins_change_tags() {
        let may =
            ["owner", "admin", "editor", "viewer", "unassigned", "captain"].map(|role| may_change_tags(&role.into()));
        assert_eq!(may, [true, true, false, false, false, false]);
    }

    #[test]
    fn the_order_of_tags_does_not_count_and_their_spelling_does() {
        assert!(same_tags(&tags(&["a", "b"]), &tags(&["b", "a", "b"])));
        assert!(!same_tags(&tags(&["a"]), &tags(&["A"])));
        assert!(!same_tags(&tags(&["a"]), &tags(&[])));
    }

    #[test]
    fn a_change_between_two_lists_leaves_the_other_tags_as_they_are() {
        // The row has tags that Lapel would not accept. They stay.
        let before = tags(&["odd\ttag", " spaced ", "old", "cafe\u{301}"]);
        let after = tags(&[" spaced ", "odd\ttag", "cafe\u{301}", " new ", "new", "caf\u{e9}"]);
        let between = TagsChange::between(&before, &after).unwrap();
        assert_eq!(between, change(&["old"], &["new"]), "what looks like a present tag is not new");
        assert_eq!(between.applied_to(&before), tags(&["odd\ttag", " spaced ", "cafe\u{301}", "new"]));
        assert!(
            TagsChange::between(&before, &tags(&["cafe\u{301}", "old", " spaced ", "odd\ttag"])).unwrap().is_empty()
        );
        assert_eq!(TagsChange::between(&before, &tags(&["a\nb"])), Err(TagError::ControlCharacter));
    }

    #[test]
    fn a_tag_can_be_replaced_by_one_that_looks_alike() {
        let between = TagsChange::between(&tags(&["cafe\u{301}"]), &tags(&["caf\u{e9}"])).unwrap();
        assert_eq!(between, change(&["cafe\u{301}"], &["caf\u{e9}"]));
    }

    #[test]
    fn a_row_gets_at_most_100_tags_but_may_have_more() {
        let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
        assert!(TagsChange::between(&[], &many[1..]).is_ok());
        assert_eq!(TagsChange::between(&[], &many), Err(TagError::TooMany));
        let mut other = many.clone();
        other[0] = "other".into();
        assert!(TagsChange::between(&many, &other).is_ok());
        assert_eq!(TagsChange::new(&[], &many), Err(TagError::TooMany));
    }

    #[test]
    fn the_undo_of_a_change_keeps_what_others_have_changed() {
        let wished = TagsChange::new(&tags(&["b", "x"]), &tags(&["x", "c"])).unwrap();
        assert_eq!(wished, change(&["b"], &["x", "c"]));
        let row = tags(&["a", "b", "c"]);
        let made = wished.for_tags(&row);
        assert_eq!(made, change(&["b"], &["x"]), "the row has c already, so the undo keeps it");
        let mut now = made.applied_to(&row);
        assert_eq!(now, tags(&["a", "c", "x"]));
        assert!(made.is_before(&row) && !made.is_after(&row) && made.is_after(&now) && !made.is_before(&now));
        now.retain(|tag| tag != "a");
        now.push("d".into());
        let undo = TagsChange { removed: made.added, added: made.removed };
        assert!(undo.is_before(&now));
        assert_eq!(undo.applied_to(&now), tags(&["c", "d", "b"]));
        now.retain(|tag| tag != "x");
        assert!(!undo.is_before(&now) && !undo.is_after(&now), "somebody else has undone a part");
    }
}
