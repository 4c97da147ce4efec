//! Determines whether the server stored a sent value, from the response to the write and from a read after it. Module
//! `merge` handles a profile that was fetched without a preceding write.

use crate::{Field, Profile, same_value};

/// The outcome for one field of a write that received a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The server has the sent value.
    Arrived,
    /// The server still has the previous value, or none. If the response to the write contained the sent value
    /// nevertheless, that response came from a cache or a redirect, or the server does not store the value.
    NotStored,
    /// The server stored the value in a normalized form. The response to the write contained the same form.
    StoredAs,
    /// The server has a different value that the response to the write did not contain: another client may have
    /// changed it.
    ChangedByOther,
}

/// Classifies one field. `responded` is its value in the response to the write, `None` if the response had no body.
/// `current` is its value in a read after the write.
pub fn classify_arrival(field: Field, sent: &str, previous: &str, responded: Option<&str>, current: &str) -> Arrival {
    if same_value(field, current, sent) {
        Arrival::Arrived
    } else if same_value(field, current, previous) || current.is_empty() {
        Arrival::NotStored
    } else if responded.is_some_and(|responded| same_value(field, current, responded)) {
        Arrival::StoredAs
    } else {
        Arrival::ChangedByOther
    }
}

/// Whether `profile` has an earlier `updated_at` than `other`. If so, `profile` came from a cache. False if either time
/// cannot be parsed.
pub fn is_older(profile: &Profile, other: &Profile) -> bool {
    let updated_at = |profile: &Profile| profile.updated_at.as_ref().and_then(crate::Timestamp::millis);
    updated_at(profile).zip(updated_at(other)).is_some_and(|(this, that)| this < that)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classifies_every_combination() {
        let classify = |responded, current| classify_arrival(Field::FirstName, "new", "old", responded, current);
        for responded in [None, Some("new"), Some("old"), Some("New")] {
            assert_eq!(classify(responded, "new"), Arrival::Arrived, "{responded:?}");
            assert_eq!(classify(responded, "old"), Arrival::NotStored, "{responded:?}");
        }
        assert_eq!(classify(Some("New"), "New"), Arrival::StoredAs);
        assert_eq!(classify(None, "New"), Arrival::ChangedByOther);
        assert_eq!(classify(Some(""), ""), Arrival::NotStored, "an empty value is not a normalized form");
        for responded in ["new", "old", "third"] {
            assert_eq!(classify(Some(responded), "New"), Arrival::ChangedByOther, "{responded}");
        }
    }

    #[test]
    fn a_value_that_looks_like_the_sent_one_has_arrived() {
        let classify = |sent, previous, current| classify_arrival(Field::FirstName, sent, previous, None, current);
        assert_eq!(classify("Zoe\u{308}  Ann", "Bea", "Zoë Ann"), Arrival::Arrived);
        // Here the previous value looks like the sent one, too.
        assert_eq!(classify("Zoë  Ann", "Zoë Ann", "Zoë Ann"), Arrival::Arrived);
    }

    #[test]
    fn is_older_compares_times_and_is_false_if_one_is_unreadable() {
        let profile = |updated_at: &str| -> Profile {
            let document = serde_json::json!({ "id": "1", "role": "user", "updated_at": updated_at });
            serde_json::from_value(document).unwrap_or_else(|error| panic!("{error}"))
        };
        // The space in the second time is intended: an example of the API contains one, too.
        let (first, second) = (profile("2024-01-01T00:00:00.001Z"), profile("2024-01-01T00: 00:00.002Z"));
        assert!(is_older(&first, &second));
        assert!(!is_older(&second, &first) && !is_older(&first, &first));
        assert!(!is_older(&profile("soon"), &second) && !is_older(&first, &profile("soon")));
    }
}
