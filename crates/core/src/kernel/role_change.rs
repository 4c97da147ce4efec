//! Sends a role until the server has it: the same for the user's own role and for everybody else's, and for tags as a text.
//! Before that, the services read the present role and check the right to change it.

use std::future::Future;

use lapel_api::{ApiError, Delivery};

use super::error::Failure;

/// How often a role is sent if the server does not store it, or rejects it because of another change.
const MAX_SENDS: usize = 3;

/// What the response to a sent role says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The server has this role now.
    Has(String),
    /// It does not contain the role, so the role has to be read.
    NotShown,
    /// The role was rejected, because something else has changed since the read.
    Changed,
}

/// The user whose role is changed.
pub(crate) trait RoleTarget: Send {
    /// Sends the role.
    fn send(&mut self, role: &str) -> impl Future<Output = Result<Sent, Failure>> + Send;

    /// Reads the role that the server has now.
    fn read(&mut self) -> impl Future<Output = Result<String, Failure>> + Send;
}

/// Why a role was not changed, or may not have been.
#[derive(Debug)]
pub(crate) struct NotSent {
    /// The reason.
    pub(crate) failure: Failure,
    /// Whether the server may have stored the role: it was sent, and could not be read afterwards.
    pub(crate) is_unknown: bool,
}

/// Sends a role until the server has it. `from` is the role that was just read. If the server has a third role after a send,
/// somebody else has set it, and nothing is sent again.
pub(crate) async fn send_role(target: &mut impl RoleTarget, from: &str, to: &str) -> Result<(), NotSent> {
    let not_sent = |failure| NotSent { failure, is_unknown: false };
    let unknown = |failure| NotSent { failure, is_unknown: true };
    let mut failure = Failure::NotKept { field: None };
    for _ in 0..MAX_SENDS {
        let mut lost = None;
        let now = match target.send(to).await {
            Ok(Sent::Has(role)) => role,
            Ok(sent) => {
                failure = if sent == Sent::Changed { Failure::KeepsChanging } else { Failure::NotKept { field: None } };
                target.read().await.map_err(unknown)?
            }
            Err(error) => {
                lost = lost_response(&error);
                if lost.is_none() {
                    return Err(not_sent(error));
                }
                target.read().await.map_err(|_| unknown(error))?
            }
        };
        if now == to {
            return Ok(());
        }
        if now != from {
            return Err(not_sent(Failure::RoleMoved(now)));
        }
        if let Some(request) = lost {
            return Err(not_sent(Failure::NotChanged(request)));
        }
    }
    Err(not_sent(failure))
}

/// The failed request, if the server may have stored the role all the same.
fn lost_response(failure: &Failure) -> Option<ApiError> {
    failure.request().filter(|error| error.delivery == Delivery::Unknown).cloned()
}

#[cfg(test)]
mod tests {
    use lapel_api::ApiErrorKind;

    use super::*;

    /// Prepared responses, in the order of the requests.
    struct Target {
        sends: Vec<Result<Sent, Failure>>,
        reads: Vec<Result<String, Failure>>,
    }

    impl RoleTarget for Target {
        async fn send(&mut self, _role: &str) -> Result<Sent, Failure> {
            self.sends.remove(0)
        }

        async fn read(&mut self) -> Result<String, Failure> {
            self.reads.remove(0)
        }
    }

    fn request(delivery: Delivery) -> Failure {
        ApiError::new(ApiErrorKind::Network, delivery).into()
    }

    fn lost() -> Result<Sent, Failure> {
        Err(request(Delivery::Unknown))
    }

    fn has(role: &str) -> Result<Sent, Failure> {
        Ok(Sent::Has(role.into()))
    }

    fn read(role: &str) -> Result<String, Failure> {
        Ok(role.into())
    }

    /// Changes a role from "old" to "new". Checks that every prepared response was used. Returns the name of the failure, or
    /// "made", and whether the outcome is unknown.
    async fn change(sends: Vec<Result<Sent, Failure>>, reads: Vec<Result<String, Failure>>) -> (String, bool) {
        let mut target = Target { sends, reads };
        let outcome = send_role(&mut target, "old", "new").await;
        assert!(target.sends.is_empty() && target.reads.is_empty(), "a prepared response was not used");
        match outcome {
            Ok(()) => ("made".into(), false),
            Err(NotSent { failure, is_unknown }) => {
                (format!("{failure:?}").split(['(', ' ', '{']).next().unwrap_or_default().to_owned(), is_unknown)
            }
        }
    }

    #[tokio::test]
    async fn a_role_counts_as_changed_only_if_the_server_has_it() {
        let table = [
            (vec![has("new")], vec![], "made", false),
            (vec![Ok(Sent::NotShown)], vec![read("new")], "made", false),
            (vec![has("old"), has("new")], vec![], "made", false),
            (vec![has("old"), has("old"), has("old")], vec![], "NotKept", false),
            (vec![has("other")], vec![], "RoleMoved", false),
            (vec![Ok(Sent::NotShown)], vec![read("other")], "RoleMoved", false),
            (vec![Ok(Sent::Changed), has("new")], vec![read("old")], "made", false),
            (vec![Ok(Sent::Changed)], vec![read("other")], "RoleMoved", false),
            (vec![lost()], vec![read("new")], "made", false),
            (vec![lost()], vec![read("old")], "NotChanged", false),
            (vec![lost()], vec![read("other")], "RoleMoved", false),
            (vec![lost()], vec![Err(Failure::OldResponse)], "Api", true),
            (vec![Ok(Sent::NotShown)], vec![Err(Failure::OldResponse)], "OldResponse", true),
            (vec![Err(request(Delivery::NotSent))], vec![], "Api", false),
            (vec![Err(request(Delivery::Answered))], vec![], "Api", false),
        ];
        for (number, (sends, reads, outcome, is_unknown)) in table.into_iter().enumerate() {
            assert_eq!(change(sends, reads).await, (outcome.to_owned(), is_unknown), "row {number}");
        }
        let changed = || Ok(Sent::Changed);
        let reads = vec![read("old"), read("old"), read("old")];
        assert_eq!(change(vec![changed(), changed(), changed()], reads).await, ("KeepsChanging".to_owned(), false));
    }
}
