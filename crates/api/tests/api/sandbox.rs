//! The client against the sandbox, an independent implementation of the same contract (tests/contract/openapi.yaml).

use std::sync::Arc;

use lapel_api::{
    ApiErrorKind, Connection, Delivery, Endpoint, Fetched, PictureFetcher, ReadMode, Secret, Tokens, UserUpdate,
    Versioned, login,
};
use lapel_domain::Profile;
use lapel_sandbox::{Config, Database, PasswordCost, Quirks, Sandbox, Seed, Uploads};

use crate::server::{TestTokenStore, http};

/// A minimal valid GIF.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

async fn start() -> (Sandbox, Endpoint) {
    start_with_members(0).await
}

/// A sandbox with the five demo users and this many generated members.
pub(crate) async fn start_with_members(members: u32) -> (Sandbox, Endpoint) {
    let seed = Some(Seed::Demo { members });
    let config = Config { password_cost: PasswordCost::Minimal, seed, ..Config::demo(Database::Memory) };
    let sandbox = Sandbox::start(config).await.unwrap();
    let endpoint = Endpoint::parse(&sandbox.base_url()).unwrap();
    (sandbox, endpoint)
}

async fn sign_in(endpoint: &Endpoint, email: &str) -> (Tokens, Profile) {
    login(&http(), endpoint, email, &Secret::new("lapel-demo".into()), None, None).await.unwrap()
}

pub(crate) async fn connect(endpoint: &Endpoint, email: &str) -> (Connection, Arc<TestTokenStore>, Versioned) {
    let (tokens, _) = sign_in(endpoint, email).await;
    let token_store = Arc::new(TestTokenStore::default());
    let connection = Connection::new(http(), endpoint.clone(), tokens, token_store.clone());
    let Fetched::Profile(read) = connection.profile(ReadMode::Since(None)).await.unwrap() else {
        panic!("the first read returns the profile")
    };
    (connection, token_store, read)
}

fn first_name_update(first_name: &str) -> UserUpdate {
    UserUpdate { first_name: Some(first_name.into()), ..UserUpdate::default() }
}

#[tokio::test]
async fn login_succeeds_or_reports_the_reason() {
    let (_sandbox, endpoint) = start().await;
    let (tokens, profile) = sign_in(&endpoint, "owner@example.com").await;
    assert!(tokens.refresh.is_some() && tokens.access_expires_at.is_some());
    assert_eq!((profile.email.as_str(), profile.role.as_str()), ("owner@example.com", "admin"));
    for (email, password, code, kind) in [
        ("owner@example.com", "wrong", None, ApiErrorKind::WrongCredentials),
        ("twofactor@example.com", "lapel-demo", None, ApiErrorKind::TwoFactorRequired),
        ("twofactor@example.com", "lapel-demo", Some("000000"), ApiErrorKind::TwoFactorWrong),
    ] {
        let password = Secret::new(password.into());
        let error = login(&http(), &endpoint, email, &password, code, None).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (kind, Delivery::Answered), "{error:?}");
    }
}

#[tokio::test]
async fn an_update_is_visible_and_a_stale_update_is_rejected() {
    let (_sandbox, endpoint) = start().await;
    let (connection, _, read) = connect(&endpoint, "editor@example.com").await;
    assert_eq!(connection.profile(ReadMode::Since(read.etag.as_deref())).await.unwrap(), Fetched::NotModified);
    let id = read.profile.id.as_str();
    let written =
        connection.update_user(id, &first_name_update("Zoë 😀"), read.etag.as_deref()).await.unwrap().unwrap();
    assert_eq!(written.profile.first_name, "Zoë 😀");
    assert_eq!(written.profile.last_name, read.profile.last_name);
    let error = connection.update_user(id, &first_name_update("Late"), read.etag.as_deref()).await.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Changed, Delivery::Answered));
    let error = connection.update_user(id, &first_name_update(""), None).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ApiErrorKind::Rejected, Some(5120)));
    let error =
        connection.update_user("507f1f77bcf86cd799439099", &first_name_update("Nobody"), None).await.unwrap_err();
    assert!(matches!(error.kind, ApiErrorKind::Missing { known: true } | ApiErrorKind::Forbidden), "{error:?}");
}

#[tokio::test]
async fn a_picture_is_uploaded_set_fetched_and_removed() {
    let (sandbox, endpoint) = start().await;
    let (connection, _, read) = connect(&endpoint, "viewer@example.com").await;
    let stored = connection.upload_picture(GIF, "image/gif", |_, _| ()).await.unwrap();
    assert!(stored.starts_with('/'), "{stored}");
    let picture = |picture: &str| UserUpdate { picture: Some(picture.into()), ..UserUpdate::default() };
    let written = connection.update_user(&read.profile.id, &picture(&stored), None).await.unwrap().unwrap();
    assert_eq!(written.profile.picture, stored);
    let fetched = PictureFetcher::new(http()).unwrap().fetch(Some(&endpoint), &stored).await.unwrap();
    assert_eq!(fetched, GIF);
    let removed = connection.update_user(&read.profile.id, &picture(""), None).await.unwrap().unwrap();
    assert_eq!(removed.profile.picture, "");
    for (uploads, kind) in
        [(Uploads::Refused403, ApiErrorKind::Forbidden), (Uploads::Missing404, ApiErrorKind::Missing { known: false })]
    {
        sandbox.set_quirks(Quirks { uploads, ..Quirks::default() });
        assert_eq!(connection.upload_picture(GIF, "image/gif", |_, _| ()).await.unwrap_err().kind, kind);
    }
}

#[tokio::test]
async fn an_expired_session_is_renewed_but_an_ended_one_is_not() {
    let (sandbox, endpoint) = start().await;
    let (connection, token_store, _) = connect(&endpoint, "admin@example.com").await;
    for (renewals, keeps_refresh_token) in [(1, false), (2, true), (3, false)] {
        sandbox.set_quirks(Quirks { keeps_refresh_token, ..Quirks::default() });
        sandbox.expire_access_tokens().await.unwrap();
        connection.profile(ReadMode::Since(None)).await.unwrap();
        assert_eq!(token_store.saved.lock().unwrap().len(), renewals);
    }
    // The saved tokens work after a restart.
    let stored = token_store.saved.lock().unwrap().last().unwrap().to_stored();
    let restarted = Tokens::from_stored(&stored).unwrap();
    Connection::new(http(), endpoint, restarted, token_store.clone()).profile(ReadMode::Since(None)).await.unwrap();
    sandbox.end_all_sessions().await.unwrap();
    assert_eq!(connection.profile(ReadMode::Since(None)).await.unwrap_err().kind, ApiErrorKind::SignedOut);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_fails_without_the_route() {
    let (sandbox, endpoint) = start().await;
    let (connection, ..) = connect(&endpoint, "editor@example.com").await;
    connection.logout().await.unwrap();
    connection.logout().await.unwrap();
    assert_eq!(connection.profile(ReadMode::Since(None)).await.unwrap_err().kind, ApiErrorKind::SignedOut);
    sandbox.set_quirks(Quirks { no_logout: true, ..Quirks::default() });
    let (connection, ..) = connect(&endpoint, "editor@example.com").await;
    assert!(matches!(connection.logout().await.unwrap_err().kind, ApiErrorKind::Missing { .. }));
    connection.profile(ReadMode::Since(None)).await.unwrap();
}
