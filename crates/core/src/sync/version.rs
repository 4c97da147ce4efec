//! Detects intermediaries (proxy, captive portal) that rewrite ETags. With a rewritten ETag in `If-Match`, every
//! write would be rejected.

use lapel_api::Versioned;
use lapel_domain::{Field, Profile};

use crate::app::Inner;
use crate::server_facts::Fact;
use crate::state::Session;
use crate::views::{AppError, ErrorCode};

/// ETags count as rewritten after this many rejections in a row although the profile has not changed. One is not
/// enough: it may come from an intermediary, or the read after it may be an old response that hides a change.
const REWRITTEN_AFTER: u32 = 2;

/// Problem code of a failed write after which the server still has the old values.
pub(crate) const PROBLEM_UNCHANGED: &str = "unchanged";

/// The writes of one sync that were rejected because the profile had another version.
#[derive(Default)]
pub(crate) struct RejectedWrites {
    /// The profile that the last rejected write was based on.
    base: Option<Versioned>,
    /// Rejections in a row after which the profile had not changed.
    unchanged_count: u32,
    /// Whether all of them came from the API.
    by_api: bool,
    /// Whether this sync writes without `If-Match` from now on.
    omits_if_match: bool,
}

impl RejectedWrites {
    /// Records a rejected write that was based on `base`. `by_api`: the rejection came from the API.
    pub(crate) fn record(&mut self, base: Versioned, by_api: bool) {
        self.base = Some(base);
        self.by_api = by_api && (self.by_api || self.unchanged_count == 0);
    }
}

/// Whether two profiles have the same writable values. Timestamps may change with every request.
fn has_same_values(one: &Profile, other: &Profile) -> bool {
    one.role == other.role && Field::ALL.into_iter().all(|field| one.value(field) == other.value(field))
}

impl Inner {
    /// Reads the profile before a write. After a rejection, bypasses caches. If the profile has not changed after
    /// repeated rejections, writes omit `If-Match`: from now on if the API rejected them, because the ETags are
    /// rewritten; only in this sync if an intermediary did, because that may be temporary.
    pub(crate) async fn read_before_write(
        &self,
        session: &Session,
        rejected_writes: &mut RejectedWrites,
    ) -> Result<Versioned, AppError> {
        let Some(base) = rejected_writes.base.take() else {
            rejected_writes.unchanged_count = 0;
            return self.read_profile(session).await;
        };
        let now = self.read_profile_uncached(session).await?;
        let is_unchanged = has_same_values(&base.profile, &now.profile);
        rejected_writes.unchanged_count = if is_unchanged { rejected_writes.unchanged_count + 1 } else { 0 };
        if rejected_writes.unchanged_count >= REWRITTEN_AFTER {
            // The write had no `If-Match`, so rewritten ETags are not the cause.
            if self.if_match(session, &base, rejected_writes).await?.is_none() {
                let failure = AppError::new(ErrorCode::Changed, "rejected as changed, although nothing has changed");
                return Err(failure.problem(PROBLEM_UNCHANGED));
            }
            if rejected_writes.by_api {
                self.record_fact(&session.account.server, Fact::RewritesVersions).await?;
            }
            rejected_writes.omits_if_match = true;
            rejected_writes.unchanged_count = 0;
        }
        Ok(now)
    }

    /// The ETag for `If-Match` of a PUT based on `before`; none if ETags are rewritten on the way to this server.
    pub(crate) async fn if_match<'a>(
        &self,
        session: &Session,
        before: &'a Versioned,
        rejected_writes: &RejectedWrites,
    ) -> Result<Option<&'a str>, AppError> {
        let is_omitted =
            rejected_writes.omits_if_match || self.fact_holds(&session.account.server, Fact::RewritesVersions).await?;
        Ok(before.etag.as_deref().filter(|_| !is_omitted))
    }
}
