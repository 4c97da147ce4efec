//! What became of a value that was sent: judged by the answer to the write and by a read after it. How an edit meets a
//! profile that was read without a write before it is in `merge`.

use crate::{Field, Profile, same_value};

/// What became of one field of a write that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The server holds what was sent.
    Arrived,
    /// The server still holds the former value, or nothing, whatever the answer said: a cache or a redirect answered, or
    /// the server does not keep the value.
    NotKept,
    /// The server keeps the value in a form of its own.
    StoredAs,
    /// The server holds yet another value: somebody else may have changed it. Without an answer that says so, it is not
    /// taken for the server's own form.
    Overtaken,
}

/// Judges one field. `answered` is its value in the answer to the write, none where that had no body; `now` is its value in
/// a read after it.
pub fn classify_arrival(field: Field, sent: &str, former: &str, answered: Option<&str>, now: &str) -> Arrival {
    if same_value(field, now, sent) {
        Arrival::Arrived
    } else if same_value(field, now, former) || now.is_empty() {
        Arrival::NotKept
    } else if answered.is_some_and(|answered| same_value(field, now, answered)) {
        Arrival::StoredAs
    } else {
        Arrival::Overtaken
    }
}

/// Whether a profile is an older one than another, by the times that the server has put into both: an answer from a cache.
pub fn is_older(profile: &Profile, than: &Profile) -> bool {
    let changed_at = |profile: &Profile| profile.updated_at.as_ref().and_then(crate::Timestamp::millis);
    changed_at(profile).zip(changed_at(than)).is_some_and(|(this, that)| this < that)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_every_combination() {
        let classify = |answered, now| classify_arrival(Field::FirstName, "new", "old", answered, now);
        for answered in [None, Some("new"), Some("old"), Some("New")] {
            assert_eq!(classify(answered, "new"), Arrival::Arrived, "{answered:?}");
            assert_eq!(classify(answered, "old"), Arrival::NotKept, "{answered:?}");
        }
        assert_eq!(classify(Some("New"), "New"), Arrival::StoredAs);
        assert_eq!(classify(None, "New"), Arrival::Overtaken);
        assert_eq!(classify(Some(""), ""), Arrival::NotKept, "nothing is no form of something");
        for answered in ["new", "old", "third"] {
            assert_eq!(classify(Some(answered), "New"), Arrival::Overtaken, "{answered}");
        }
    }

    #[test]
    fn a_difference_that_nobody_sees_is_an_arrival_also_where_the_former_value_has_it_too() {
        let classify = |sent, former, now| classify_arrival(Field::FirstName, sent, former, None, now);
        assert_eq!(classify("Zoe\u{308}  Ann", "Bea", "Zoë Ann"), Arrival::Arrived);
        assert_eq!(classify("Zoë  Ann", "Zoë Ann", "Zoë Ann"), Arrival::Arrived);
    }

    #[test]
    fn only_times_that_can_be_read_make_a_profile_older() {
        let profile = |updated_at: &str| -> Profile {
            let document = serde_json::json!({ "id": "1", "role": "user", "updated_at": updated_at });
            serde_json::from_value(document).unwrap_or_else(|error| panic!("{error}"))
        };
        let (first, second) = (profile("2024-01-01T00:00:00.001Z"), profile("2024-01-01T00: 00:00.002Z"));
        assert!(is_older(&first, &second));
        assert!(!is_older(&second, &first) && !is_older(&first, &first));
        assert!(!is_older(&profile("soon"), &second) && !is_older(&first, &profile("soon")));
    }
}
