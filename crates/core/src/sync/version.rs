//! Versions (ETags) that something on the way rewrites: no write that names one would ever be taken.

use lapel_api::Versioned;
use lapel_domain::{Field, Profile};

use crate::app::Inner;
use crate::server_facts::Fact;
use crate::state::Session;
use crate::views::{AppError, ErrorCode};

/// After so many refusals in a row over a profile that has not changed, the versions are rewritten. A single one may come
/// from something between, and a single old answer may hide a change.
const REFUSALS: u32 = 2;

/// The word for a failure after which the server was seen to hold what it held before.
pub(crate) const UNCHANGED: &str = "unchanged";

/// What one exchange knows of writes that were refused because the profile was another one.
#[derive(Default)]
pub(crate) struct RefusedVersion {
    /// The profile over which the last one was made.
    over: Option<Versioned>,
    /// How often in a row it had not changed.
    unchanged: u32,
    /// Whether all of those refusals were the API's own.
    by_api: bool,
    /// Whether no version is named any more until the end of this exchange.
    ignores_versions: bool,
}

impl RefusedVersion {
    /// Notes a refused write over a profile; `by_api`: in the API's own words.
    pub(crate) fn note(&mut self, over: Versioned, by_api: bool) {
        self.over = Some(over);
        self.by_api = by_api && (self.by_api || self.unchanged == 0);
    }
}

/// Whether two profiles are the same in what a write can change. Their times may move with every request.
fn has_same_values(one: &Profile, other: &Profile) -> bool {
    one.role == other.role && Field::ALL.into_iter().all(|field| one.value(field) == other.value(field))
}

impl Inner {
    /// Reads the profile; after a refusal past every cache. Where it has not changed again and again, this server is written
    /// to without naming a version: from then on where the API itself has refused, as something rewrites the versions. Where
    /// something between has, that may pass, and only this exchange does without.
    pub(crate) async fn read_after_refusal(
        &self,
        session: &Session,
        refused: &mut RefusedVersion,
    ) -> Result<Versioned, AppError> {
        let Some(over) = refused.over.take() else {
            refused.unchanged = 0;
            return self.read_profile(session).await;
        };
        let now = self.read_profile_afresh(session).await?;
        refused.unchanged = if has_same_values(&over.profile, &now.profile) { refused.unchanged + 1 } else { 0 };
        if refused.unchanged >= REFUSALS {
            // Without a version, it was not for its version that the write was refused.
            if self.condition(session, &over, refused).await?.is_none() {
                let failure = AppError::new(ErrorCode::Changed, "refused as changed, although nothing has changed");
                return Err(failure.problem(UNCHANGED));
            }
            if refused.by_api {
                self.learn(&session.account.server, Fact::RewritesVersions).await?;
            }
            refused.ignores_versions = true;
            refused.unchanged = 0;
        }
        Ok(now)
    }

    /// The version to make the condition of a PUT over a profile; none where the server's versions are rewritten on the way.
    pub(crate) async fn condition<'a>(
        &self,
        session: &Session,
        before: &'a Versioned,
        refused: &RefusedVersion,
    ) -> Result<Option<&'a str>, AppError> {
        let ignored = refused.ignores_versions || self.learnt(&session.account.server, Fact::RewritesVersions).await?;
        Ok(before.etag.as_deref().filter(|_| !ignored))
    }
}
