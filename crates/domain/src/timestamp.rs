//! Points in time as the server spells them. Reading never fails: what cannot be read is kept as it came.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A timestamp of the server: its own spelling, and what it means where that could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Keeps the spelling of the server.
    pub fn new(spelling: impl Into<String>) -> Self {
        Self(spelling.into())
    }

    /// The spelling of the server.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Milliseconds since 1970, or none where the spelling cannot be read.
    ///
    /// Reads RFC 3339, and the spelling of the update operation's document, which has a space after the hour's colon
    /// (`2024-01-01T00: 00:00Z`) and no seconds of its own there.
    pub fn millis(&self) -> Option<i64> {
        let compact: String = self.0.chars().filter(|c| !c.is_whitespace()).collect();
        let parsed = OffsetDateTime::parse(&compact, &Rfc3339)
            .or_else(|_| OffsetDateTime::parse(&with_date_time_separator(&self.0), &Rfc3339));
        let nanos = parsed.ok()?.unix_timestamp_nanos();
        i64::try_from(nanos / 1_000_000).ok()
    }
}

/// `2024-01-01 00:00:00Z`, which RFC 3339 allows and the parser does not.
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
    fn reads_the_ordinary_and_the_odd_spelling_alike() {
        let ordinary = Timestamp::new("2024-01-01T00:00:00Z").millis();
        assert_eq!(ordinary, Some(1_704_067_200_000));
        assert_eq!(Timestamp::new("2024-01-01T00: 00:00Z").millis(), ordinary);
        assert_eq!(Timestamp::new("2024-01-01 00:00:00Z").millis(), ordinary);
        assert_eq!(Timestamp::new("2024-01-01T01:00:00.000+01:00").millis(), ordinary);
    }

    #[test]
    fn keeps_what_it_cannot_read() {
        for odd in ["", "yesterday", "2024-13-45T99:00:00Z", "１２３", "2024-01-0é 00"] {
            let timestamp = Timestamp::new(odd);
            assert_eq!(timestamp.millis(), None, "{odd:?} is no time");
            assert_eq!(timestamp.as_str(), odd);
        }
    }
}
