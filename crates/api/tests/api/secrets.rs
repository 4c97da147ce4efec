//! Types that hold a token or a password never show or serialize it, and leave nothing of it in memory.

use std::sync::Arc;

use lapel_api::{ApiError, Connection, ReadMode, Secret, StoredTokensError, TokenSaveError, Tokens};

use crate::server::{Server, TestTokenStore, json_response};

/// Compiles only if the types do not implement `Serialize`. Otherwise two implementations of the trait apply, and the
/// call is ambiguous.
macro_rules! is_not_serializable {
    ($($type:ty),+) => {$({
        trait MaybeSerialize<Choice> {
            fn check() {}
        }
        impl<T> MaybeSerialize<()> for T {}
        impl<T: serde::Serialize> MaybeSerialize<u8> for T {}
        <$type as MaybeSerialize<_>>::check();
    })+};
}

#[test]
fn types_with_secrets_cannot_be_serialized() {
    is_not_serializable!(Secret, Tokens, Option<Secret>, Arc<Connection>, Connection, ApiError);
}

#[test]
fn types_with_secrets_do_not_show_them() {
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
async fn request_errors_do_not_show_the_token() {
    for body in [serde_json::json!({ "status": false, "error": { "code": 4004 } }), serde_json::json!(["hunter2"])] {
        let server = Server::start(move |_| json_response(401, body.clone())).await;
        let tokens = Tokens::api_token(Secret::new("hunter2".into()));
        let connection = server.connection_with(tokens, Arc::new(TestTokenStore::default()));
        let error = connection.profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!(server.requests()[0].bearer(), Some("hunter2"));
        assert!(!format!("{error} {error:?} {connection:?}").contains("hunter"), "{error:?}");
    }
}

/// Reads the memory of dropped secrets. They are long enough that the allocator's metadata in a freed block does not
/// matter, and short enough that the allocator does not return the block to the system.
#[cfg(target_os = "linux")]
#[test]
fn a_dropped_secret_is_wiped_from_memory() {
    use std::os::unix::fs::FileExt;

    const TEXT: &str = "hunter2 ";
    let memory = std::fs::File::open("/proc/self/mem").unwrap();
    let count_in_memory = |address: usize, length: usize| {
        let mut bytes = vec![0; length];
        // If the block was returned to the system after all, reading fails and the bytes stay zero.
        memory.read_exact_at(&mut bytes, address as u64).unwrap_or_default();
        bytes.windows(TEXT.len()).filter(|window| *window == TEXT.as_bytes()).count()
    };
    let location = |secret: &Secret| (secret.expose().as_ptr() as usize, secret.expose().len());
    let secret = || Secret::new(TEXT.repeat(4000));

    let single = secret();
    let tokens = Tokens { access: single.clone(), access_expires_at: None, refresh: Some(secret()) };
    let stored = tokens.to_stored();
    let locations =
        [location(&single), location(&tokens.access), location(tokens.refresh.as_ref().unwrap()), location(&stored)];
    for (address, length) in locations {
        assert!(count_in_memory(address, length) >= 3999, "the secret is at this address before it is dropped");
    }
    drop((single, tokens, stored));
    for (address, length) in locations {
        assert_eq!(count_in_memory(address, length), 0);
    }
}
