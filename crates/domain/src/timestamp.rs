//! Timestamps as the server spells them. Deserializing never fails: an unreadable timestamp is stored as received.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A timestamp in the server's own spelling, which may be unreadable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Wraps the server's spelling without checking it.
    pub fn new(spelling: impl Into<String>) -> Self {
        Self(spelling.into())
    }

    /// The server's spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Milliseconds since 1970, or `None` if the spelling cannot be parsed.
    ///
    /// Accepts RFC 3339, also with superfluous spaces: tests/contract/examples/put-user.200.json
    /// has a space after the hour (`2024-01-01T00: 00:00Z`).
    pub fn millis(&self) -> Option<i64> {
        let compact: String = self.0.chars().filter(|c| !c.is_whitespace()).collect();
        let parsed = OffsetDateTime::parse(&compact, &Rfc3339)
            .or_else(|_| OffsetDateTime::parse(&with_date_time_separator(&self.0), &Rfc3339));
        let nanos = parsed.ok()?.unix_timestamp_nanos();
        i64::try_from(nanos / 1_000_000).ok()
    }
}

/// Replaces the space in `2024-01-01 00:00:00Z` by `T`. RFC 3339 allows the space, but the parser does not.
fn with_date_time_separator(spelling: &str) -> String {
    let trimmed = spelling.trim();
    match trimmed.get(10..11) {
        Some(" ") => format!("{}T{}", &trimmed[..10], trimmed[11..].replace(' ', "")),
        _ => trimmed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_all_known_spellings() {
        let expected = Timestamp::new("2024-01-01T00:00:00Z").millis();
        assert_eq!(expected, Some(1_704_067_200_000));
        assert_eq!(Timestamp::new("2024-01-01T00: 00:00Z").millis(), expected);
        assert_eq!(Timestamp::new("2024-01-01 00:00:00Z").millis(), expected);
        assert_eq!(Timestamp::new("2024-01-01T01:00:00.000+01:00").millis(), expected);
    }

    #[test]
    fn preserves_unreadable_timestamps() {
        for unreadable in ["", "yesterday", "2024-13-45T99:00:00Z", "１２３", "2024-01-0é 00"] {
            let timestamp = Timestamp::new(unreadable);
            assert_eq!(timestamp.millis(), None, "{unreadable:?} is not a time");
            assert_eq!(timestamp.as_str(), unreadable);
        }
    }
}
