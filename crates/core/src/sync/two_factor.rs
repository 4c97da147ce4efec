//! Switching two-factor authentication off: online, never stored. The profile says afterwards whether it is off.

use lapel_api::{ApiErrorKind, Delivery, Secret};

use super::service::SyncService;
use crate::kernel::error::Failure;
use crate::kernel::error_reasons::Cancellation;
use crate::kernel::session::Session;
use crate::kernel::sync_handle::StartSync;

impl SyncService {
    /// Switches two-factor authentication of the signed-in person off. When this returns, the profile was read again, unless
    /// only the read has failed.
    ///
    /// Fails with [`Failure::TwoFactorKept`] if the server left it on.
    pub(crate) async fn remove_two_factor(&self, password: Secret) -> Result<(), Failure> {
        let session = self.state.read().active_session()?;
        let service = self.this.upgrade().ok_or(Cancellation::App)?;
        let work = async move {
            let _guard = service.lock.lock().await;
            let outcome = service.delete_two_factor(&session, &password).await;
            service.state.expire_if_signed_out(&session, &outcome);
            outcome
        };
        self.tasks.run_in_session(work).await
    }

    async fn delete_two_factor(&self, session: &Session, password: &Secret) -> Result<(), Failure> {
        let removed = session.connection.remove_two_factor(password).await;
        if let Err(error) = &removed {
            match error.kind {
                ApiErrorKind::WrongCredentials => return Err(Failure::WrongPassword(error.clone())),
                ApiErrorKind::TwoFactorWrong | ApiErrorKind::TwoFactorRequired => {
                    return Err(Failure::TwoFactorKept(Some(error.clone())));
                }
                // It may be off already.
                ApiErrorKind::Missing { known: true } => {}
                _ if error.delivery == Delivery::Unknown => {}
                _ => return Err(error.clone().into()),
            }
        }
        let is_on = match self.read_profile_uncached(session).await {
            Ok(read) => read.profile.two_factor,
            Err(error) => {
                // The server may have ended the session with the change.
                self.state.expire_if_signed_out(session, &Err::<(), _>(error));
                StartSync::start(self);
                None
            }
        };
        match (removed, is_on) {
            (_, Some(false)) | (Ok(()), None) => Ok(()),
            (Ok(()), Some(true)) => Err(Failure::TwoFactorKept(None)),
            (Err(error), _) if error.delivery == Delivery::Unknown => Err(error.into()),
            (Err(error), _) => Err(Failure::TwoFactorKept(Some(error))),
        }
    }
}
