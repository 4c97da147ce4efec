//! Token pairs that another process has saved. The client tries them if the API rejects its own pair.

use std::sync::Arc;

use lapel_api::{ApiErrorKind, Secret, Tokens};

use crate::renewal::*;
use crate::server::*;

#[tokio::test]
async fn a_pair_saved_by_another_process_is_used_and_is_renewed_if_expired_or_rejected() {
    let other_pair = |expires_at| Tokens {
        access: Secret::new("other-process".into()),
        access_expires_at: expires_at,
        refresh: Some(Secret::new("refresh-9".into())),
    };
    // The first renewal sends the old pair, and the server rejects it.
    for (expires_at, is_accepted, renewals) in [
        // The server accepts the access token of the other process, so it is used as it is.
        (None, true, 1),
        // It has expired, so its pair is renewed before the request.
        (Some(0), true, 2),
        // The server rejects it, so its pair is renewed after the request.
        (None, false, 2),
    ] {
        let server = Server::start(move |request| match (request.line.as_str(), request.bearer()) {
            (REFRESH, _) if request.json() == pair("other-process", "refresh-9") => {
                session_response("new", "refresh-10", 3600)
            }
            (REFRESH, _) => rejection(TOKEN_PAIR_INVALID),
            (_, Some("other-process")) if is_accepted => json_response(200, user_response_body()),
            (_, Some("new")) => json_response(200, user_response_body()),
            _ => rejection(INVALID_TOKEN),
        })
        .await;
        let token_store = Arc::new(TestTokenStore {
            saved_by_other_process: Some(other_pair(expires_at)).into(),
            ..TestTokenStore::default()
        });
        let connection = server.connection_with(tokens(Some(0)), token_store.clone());
        read(&connection).await.unwrap();
        read(&connection).await.unwrap();
        assert_eq!(server.count(REFRESH), renewals, "expires_at: {expires_at:?}, is_accepted: {is_accepted}");
        assert_eq!(
            token_store.saved.lock().unwrap().len(),
            renewals - 1,
            "a pair saved by another process is not saved again"
        );
    }
}

#[tokio::test]
async fn the_session_ends_if_the_store_has_no_other_pair_or_its_pair_is_rejected_too() {
    let other_pair = Tokens { access: Secret::new("older".into()), ..tokens(Some(0)) };
    for (stored, renewals) in [(tokens(Some(0)), 1), (other_pair, 2)] {
        let server = Server::start(|_| rejection(TOKEN_PAIR_INVALID)).await;
        let token_store =
            Arc::new(TestTokenStore { saved_by_other_process: Some(stored).into(), ..TestTokenStore::default() });
        let connection = server.connection_with(tokens(Some(0)), token_store);
        for _ in 0..2 {
            let error = read(&connection).await.unwrap_err();
            assert_eq!((error.kind, error.code), (ApiErrorKind::SignedOut, Some(TOKEN_PAIR_INVALID)));
        }
        assert_eq!((server.count(REFRESH), server.count(PROFILE)), (renewals, 0));
    }
}
