//! How other services ask for a sync, without knowing how it works.

use std::sync::Arc;

/// Asks for a sync. Implemented by the sync service.
pub(crate) trait StartSync: Send + Sync {
    /// Starts a sync after the running one. Further calls until it begins have no effect.
    fn start(&self);

    /// As [`StartSync::start`], unless the server has asked to wait (Retry-After): then the scheduled retry starts the sync.
    fn start_when_allowed(&self);

    /// Forgets which routes seemed blocked, because a person has saved another value.
    fn forget_blocked_routes(&self);

    /// Forgets everything that was counted over several syncs, because a person asks for another attempt.
    fn forget_failures(&self);
}

/// Handed to each service that may ask for a sync.
pub(crate) type SyncHandle = Arc<dyn StartSync>;
