//! What holds a token or a password never writes itself down, neither for people nor for machines, and leaves nothing of
//! it in memory.

use std::sync::Arc;

use lapel_api::{ApiError, Connection, ReadMode, Secret, StoredTokensError, TokenSaveError, Tokens};

use crate::server::{Keeper, Server, json};

/// Compiles only where the type is not `Serialize`: two implementations would leave open which one is meant.
macro_rules! is_not_serializable {
    ($($holder:ty),+) => {$({
        trait Serializes<Choice> {
            fn decide() {}
        }
        impl<T> Serializes<()> for T {}
        impl<T: serde::Serialize> Serializes<u8> for T {}
        <$holder as Serializes<_>>::decide();
    })+};
}

#[test]
fn what_holds_a_secret_cannot_be_serialized() {
    is_not_serializable!(Secret, Tokens, Option<Secret>, Arc<Connection>, Connection, ApiError);
}

#[test]
fn what_holds_a_secret_does_not_show_it() {
    let secret = |text: &str| Secret::new(text.into());
    let tokens = Tokens { access: secret("hunter2"), access_expires_at: Some(7), refresh: Some(secret("hunter3")) };
    for shown in [
        format!("{tokens:?} {tokens:#?}"),
        format!("{:?} {}", tokens.access, tokens.access),
        format!("{:?}", tokens.to_stored()),
        format!("{:?}", Tokens::api_token(secret("hunter4"))),
        format!("{:?} {:?}", Tokens::from_stored(&secret("hunter5")), StoredTokensError::NotASession),
        format!("{:?}", TokenSaveError("the keyring is locked".into())),
    ] {
        assert!(!shown.contains("hunter"), "{shown}");
    }
}

#[tokio::test]
async fn no_failure_of_a_request_shows_its_token() {
    for body in [serde_json::json!({ "status": false, "error": { "code": 4004 } }), serde_json::json!(["hunter2"])] {
        let server = Server::start(move |_| json(401, body.clone())).await;
        let tokens = Tokens::api_token(Secret::new("hunter2".into()));
        let connection = server.connection_with(tokens, Arc::new(Keeper::default()));
        let error = connection.profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!(server.requests()[0].bearer(), "hunter2");
        assert!(!format!("{error} {error:?} {connection:?}").contains("hunter"), "{error:?}");
    }
}

/// Reads the memory where a secret was, after it was dropped. Long enough that the allocator's own notes in a freed piece
/// do not matter, short enough that the piece is not given back to the system.
#[cfg(target_os = "linux")]
#[test]
fn nothing_of_a_dropped_secret_stays_in_memory() {
    use std::os::unix::fs::FileExt;

    const TEXT: &str = "hunter2 ";
    let memory = std::fs::File::open("/proc/self/mem").unwrap();
    let left = |place: usize, length: usize| {
        let mut bytes = vec![0; length];
        // A piece that was given back all the same holds nothing any more.
        memory.read_exact_at(&mut bytes, place as u64).unwrap_or_default();
        bytes.windows(TEXT.len()).filter(|window| *window == TEXT.as_bytes()).count()
    };
    let check = |secret: &Secret| (secret.expose().as_ptr() as usize, secret.expose().len());
    let secret = || Secret::new(TEXT.repeat(4000));

    let alone = secret();
    let tokens = Tokens { access: alone.clone(), access_expires_at: None, refresh: Some(secret()) };
    let stored = tokens.to_stored();
    let places = [check(&alone), check(&tokens.access), check(tokens.refresh.as_ref().unwrap()), check(&stored)];
    for (place, length) in places {
        assert!(left(place, length) >= 3999, "this looks at the right place");
    }
    drop((alone, tokens, stored));
    for (place, length) in places {
        assert_eq!(left(place, length), 0);
    }
}
