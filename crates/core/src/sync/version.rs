//! Versions (ETags) that an intermediary rewrites. A write that depends on such a version is always rejected.

use lapel_api::Versioned;
use lapel_domain::{Field, Profile};

use super::service::SyncService;
use crate::kernel::error::Failure;
use crate::kernel::server_facts::Fact;
use crate::kernel::session::Session;

/// After this many consecutive rejections of writes to an unchanged profile, versions are ignored. A single rejection may come
/// from an intermediary, and a single old response may hide a change.
const REJECTIONS: u32 = 2;

/// What one sync knows about writes that were rejected because the profile had changed.
#[derive(Default)]
pub(super) struct RejectedVersion {
    /// The profile that was read before the last rejected write.
    over: Option<Versioned>,
    /// The number of consecutive rejections after which the profile was unchanged.
    unchanged: u32,
    /// Whether the API itself made all of those rejections.
    by_api: bool,
    /// Whether the rest of this sync writes without a version.
    ignores_versions: bool,
}

impl RejectedVersion {
    /// Records a rejected write. `over` is the profile that was read before it. `by_api` means that the API itself rejected it,
    /// not an intermediary.
    pub(super) fn note(&mut self, over: Versioned, by_api: bool) {
        self.over = Some(over);
        self.by_api = by_api && (self.by_api || self.unchanged == 0);
    }

    /// The version for the If-Match header of a PUT; none if the server sends no versions, or if they are ignored.
    /// `rewrites_versions`: the server is known to rewrite them.
    pub(super) fn condition<'a>(&self, before: &'a Versioned, rewrites_versions: bool) -> Option<&'a str> {
        before.etag.as_deref().filter(|_| !self.ignores_versions && !rewrites_versions)
    }
}

/// Whether two profiles are equal in everything that a write can change. Their timestamps may differ with each request.
fn has_same_values(one: &Profile, other: &Profile) -> bool {
    one.role == other.role && Field::ALL.into_iter().all(|field| one.value(field) == other.value(field))
}

impl SyncService {
    /// Reads the profile, which the caller caches. After a rejected write, bypasses all caches.
    ///
    /// If the profile is unchanged after several rejections, the rest of this sync writes without a version. If the API itself
    /// has rejected the writes, an intermediary rewrites the versions, and this is remembered for the server. If an
    /// intermediary has rejected them, the cause may be temporary, so nothing is remembered.
    pub(super) async fn read_after_rejection(
        &self,
        session: &Session,
        rejected: &mut RejectedVersion,
    ) -> Result<Versioned, Failure> {
        if rejected.over.is_some() {
            return self.read_after_put(session, rejected).await;
        }
        rejected.unchanged = 0;
        self.fetch_profile(session).await
    }

    /// Reads the profile, bypassing all caches, after a write that was rejected or whose response was lost.
    pub(super) async fn read_after_put(
        &self,
        session: &Session,
        rejected: &mut RejectedVersion,
    ) -> Result<Versioned, Failure> {
        let now = self.read_profile_uncached(session).await?;
        let Some(over) = rejected.over.take() else { return Ok(now) };
        rejected.unchanged = if has_same_values(&over.profile, &now.profile) { rejected.unchanged + 1 } else { 0 };
        if rejected.unchanged >= REJECTIONS {
            // Without a version, the write cannot have been rejected because of its version.
            if self.condition(session, &over, rejected).await?.is_none() {
                return Err(Failure::RejectedAsChanged);
            }
            if rejected.by_api {
                self.facts.learn(&session.account.server, Fact::RewritesVersions, "true").await?;
            }
            rejected.ignores_versions = true;
            rejected.unchanged = 0;
        }
        Ok(now)
    }

    /// [`RejectedVersion::condition`], with what is known about the server.
    pub(super) async fn condition<'a>(
        &self,
        session: &Session,
        before: &'a Versioned,
        rejected: &RejectedVersion,
    ) -> Result<Option<&'a str>, Failure> {
        let rewrites_versions = self.facts.holds(&session.account.server, Fact::RewritesVersions).await?;
        Ok(rejected.condition(before, rewrites_versions))
    }
}
