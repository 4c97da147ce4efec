//! Changing the password and switching two-factor authentication off, with the real sandbox: each refusal, lost responses,
//! intermediaries, and sessions that end.

use crate::common::{EDITOR, OWNER, PASSWORD, TestApp, first_name};
use lapel_core::views::{
    AppError, DraftValues, ErrorCode, NoPasswordReason, PasswordChange, PasswordConfirmation, SessionState, SignIn,
    Snapshot, SyncState, TokenSignIn, TypedSecret,
};
use lapel_testkit::other_client::two_factor_code;
use lapel_testkit::proxy::{FakeResponse, Fault, Mark, Proxy};

const CHANGE: (&str, &str) = ("POST", "/v1/auth/register/update-password");
const TWO_FACTOR: (&str, &str) = ("DELETE", "/v1/auth/two-factor");
const NEW: &str = "lapel-demo-2";
const WITH_CODE: &str = "twofactor@example.com";

fn confirmation(password: &str) -> PasswordConfirmation {
    PasswordConfirmation { password: TypedSecret(password.into()) }
}

fn is_fresh(snapshot: &Snapshot) -> bool {
    snapshot.sync.state == SyncState::Fresh
}

impl TestApp {
    async fn change_password(&self, current: &str, new: &str) -> Result<(), AppError> {
        let request = PasswordChange { current: TypedSecret(current.into()), new_password: TypedSecret(new.into()) };
        self.app.change_password(request).await
    }

    /// Signs in the person with two-factor authentication, through a proxy.
    async fn signed_in_with_code() -> Self {
        let mut test = Self::new().await;
        test.proxy = Some(Proxy::start(test.sandbox().address()).await.unwrap());
        let two_factor_code = Some(two_factor_code().unwrap());
        let (server, email, password) = (test.server(), WITH_CODE.to_owned(), PASSWORD.to_owned());
        test.app.sign_in(SignIn { server, email, password, two_factor_code }).await.unwrap();
        test.wait_until(is_fresh).await;
        assert_eq!(test.two_factor(), Some(true));
        test
    }

    fn two_factor(&self) -> Option<bool> {
        let snapshot = self.app.snapshot();
        let (profile, security) = (snapshot.profile.unwrap(), snapshot.security.unwrap());
        assert_eq!(profile.two_factor, security.two_factor);
        security.two_factor
    }

    fn count(&self, since: Mark, (method, path): (&str, &str)) -> usize {
        let requests = self.proxy().requests(since);
        requests.iter().filter(|request| request.method == method && request.path == path).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_is_changed_and_the_session_goes_on() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    let mark = test.proxy().mark();
    test.change_password(PASSWORD, NEW).await.unwrap();
    assert_eq!(test.count(mark, CHANGE), 1);
    assert!(test.accepts(EDITOR, NEW).await);
    assert!(!test.accepts(EDITOR, PASSWORD).await);
    test.app.save_profile(first_name("Edda")).await.unwrap();
    test.wait_until(crate::common::all_sent).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_has_its_own_code_and_changes_nothing() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    assert_eq!(test.change_password("not it", NEW).await.unwrap_err().code, ErrorCode::WrongPassword);
    let weak = test.change_password(PASSWORD, "onlyletters").await.unwrap_err();
    assert_eq!((weak.code, weak.details.server_code), (ErrorCode::WeakPassword, Some(5057)));
    assert_eq!(weak.details.server_message.as_deref(), Some("Insufficient Password Complexity"));

    let mark = test.proxy().mark();
    let long = "a1".repeat(65);
    for (current, new, code, problem) in [
        ("", NEW, ErrorCode::InvalidPassword, "empty"),
        (long.as_str(), NEW, ErrorCode::InvalidPassword, "tooLong"),
        (PASSWORD, "", ErrorCode::InvalidNewPassword, "empty"),
        (PASSWORD, "short-1", ErrorCode::InvalidNewPassword, "tooShort"),
        (PASSWORD, long.as_str(), ErrorCode::InvalidNewPassword, "tooLong"),
    ] {
        let error = test.change_password(current, new).await.unwrap_err();
        assert_eq!((error.code, error.details.problem.as_deref()), (code, Some(problem)));
    }
    assert_eq!(test.count(mark, CHANGE), 0, "values that cannot be valid are not sent");
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
    assert!(test.accepts(EDITOR, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_response_it_is_unknown_whether_the_password_was_changed() {
    for (fault, is_changed) in [(Fault::ResetAfter, true), (Fault::ResetBefore, false)] {
        let test = TestApp::signed_in_through_proxy(EDITOR).await;
        let mark = test.proxy().mark();
        test.proxy().next_on(CHANGE.0, CHANGE.1, fault.clone());
        assert_eq!(
            test.change_password(PASSWORD, NEW).await.unwrap_err().code,
            ErrorCode::PasswordUnknown,
            "{fault:?}"
        );
        assert_eq!(test.count(mark, CHANGE), 1, "nothing is sent again");
        assert_eq!(test.accepts(EDITOR, NEW).await, is_changed);
        assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_of_an_intermediary_proves_nothing() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    for fault in [
        Fault::page(200),
        Fault::page(401),
        Fault::page(403),
        Fault::page(503),
        Fault::respond(204, "text/html", ""),
        Fault::redirect(302, "http://127.0.0.1:9/portal"),
        Fault::RespondAfter(FakeResponse::page(200)),
    ] {
        test.proxy().next_on(CHANGE.0, CHANGE.1, fault.clone());
        let error = test.change_password(PASSWORD, NEW).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PasswordUnknown, "{fault:?}");
        assert_eq!(test.app.snapshot().session, SessionState::SignedIn, "{fault:?}");
    }
    assert!(test.accepts(EDITOR, NEW).await, "the last one was delivered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_not_sent_changes_nothing() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    test.proxy().always(Fault::Offline).await;
    assert_eq!(test.change_password(PASSWORD, NEW).await.unwrap_err().code, ErrorCode::Network);
    test.proxy().always(Fault::Pass).await;
    assert!(test.accepts(EDITOR, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_access_token_is_renewed_first() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    test.sandbox().expire_access_tokens().await.unwrap();
    test.change_password(PASSWORD, NEW).await.unwrap();
    assert!(test.accepts(EDITOR, NEW).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_with_the_change_keeps_edits_and_drafts() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    // No edit can be sent until the session has ended.
    test.proxy().always_on("PUT", "/v1/users/", Fault::ResetBefore);
    test.app.save_profile(first_name("Edda")).await.unwrap();
    let draft = DraftValues { last_name: Some("Typed".into()), ..DraftValues::default() };
    test.app.keep_draft(draft).await.unwrap();
    test.change_password(PASSWORD, NEW).await.unwrap();
    test.sandbox().end_all_sessions().await.unwrap();
    test.app.refresh();
    let snapshot = test.wait_until(|snapshot| snapshot.session == SessionState::Expired).await;
    assert_eq!((snapshot.sync.state, snapshot.sync.unsent), (SyncState::SignedOut, 1));
    assert_eq!(snapshot.draft.unwrap().last_name.as_deref(), Some("Typed"));
    assert_eq!(test.change_password(NEW, PASSWORD).await.unwrap_err().code, ErrorCode::SignedOut);

    test.proxy().clear_rules();
    test.sign_in(EDITOR, NEW).await.unwrap();
    let snapshot = test.wait_until(crate::common::all_sent).await;
    assert_eq!(snapshot.profile.unwrap().first_name, "Edda");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_has_ended_before_the_change_expires() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    test.sandbox().end_all_sessions().await.unwrap();
    assert_eq!(test.change_password(PASSWORD, NEW).await.unwrap_err().code, ErrorCode::SignedOut);
    assert_eq!(test.app.snapshot().session, SessionState::Expired);
    assert!(test.accepts(EDITOR, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_factor_is_switched_off_and_the_profile_shows_it_at_once() {
    let test = TestApp::signed_in_with_code().await;
    let wrong = test.app.remove_two_factor(confirmation("not it")).await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongPassword);
    assert_eq!(test.two_factor(), Some(true));
    let mark = test.proxy().mark();
    let revision = test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap();
    assert_eq!(test.two_factor(), Some(false));
    assert!(test.app.snapshot().revision >= revision);
    assert_eq!(test.count(mark, TWO_FACTOR), 1);
    assert!(test.accepts(WITH_CODE, PASSWORD).await, "no code is needed any more");
    assert_eq!(test.count(mark, ("GET", TWO_FACTOR.1)), 0, "no secret is read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_a_code_leaves_two_factor_on() {
    let test = TestApp::signed_in_with_code().await;
    for code in [4013, 4014] {
        test.proxy().next_on(TWO_FACTOR.0, TWO_FACTOR.1, Fault::refused(401, code, "Invalid 2FA code"));
        let error = test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap_err();
        assert_eq!((error.code, error.details.server_code), (ErrorCode::TwoFactorKept, Some(code)));
    }
    test.proxy().next_on(TWO_FACTOR.0, TWO_FACTOR.1, Fault::Json(r#"{"status":true,"data":{}}"#.into()));
    let error = test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::TwoFactorKept, "a success that the profile does not confirm is none");
    assert_eq!(test.two_factor(), Some(true));
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_response_the_profile_tells_whether_two_factor_is_off() {
    let test = TestApp::signed_in_with_code().await;
    for (fault, code) in [
        (Fault::ResetBefore, ErrorCode::Network),
        (Fault::page(403), ErrorCode::Intermediary),
        (Fault::refused(500, 1000, "Internal"), ErrorCode::Transient),
    ] {
        test.proxy().next_on(TWO_FACTOR.0, TWO_FACTOR.1, fault.clone());
        let error = test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap_err();
        assert_eq!((error.code, test.two_factor()), (code, Some(true)), "{fault:?}");
    }
    let mark = test.proxy().mark();
    test.proxy().next_on(TWO_FACTOR.0, TWO_FACTOR.1, Fault::ResetAfter);
    test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap();
    assert_eq!((test.two_factor(), test.count(mark, TWO_FACTOR)), (Some(false), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_factor_that_is_off_already_counts_as_switched_off() {
    let test = TestApp::signed_in_with_code().await;
    test.change_on_server(
        "UPDATE user SET totp_secret = NULL, updated_at = updated_at + 1 WHERE email = ?1",
        WITH_CODE,
    );
    test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap();
    assert_eq!(test.two_factor(), Some(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_with_the_removal_expires() {
    let test = TestApp::signed_in_with_code().await;
    test.proxy().next_on("GET", "/v1/users/profile", Fault::refused(401, 4004, "Invalid Token"));
    test.proxy().next_on("POST", "/v1/auth/refresh", Fault::refused(401, 4011, "invalid"));
    test.app.remove_two_factor(confirmation(PASSWORD)).await.unwrap();
    assert_eq!(test.app.snapshot().session, SessionState::Expired);
    assert!(test.accepts(WITH_CODE, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_snapshot_says_who_can_use_the_forms() {
    let test = TestApp::new().await;
    assert_eq!(test.app.snapshot().security, None);
    test.sign_in(EDITOR, PASSWORD).await.unwrap();
    let security = test.wait_until(is_fresh).await.security.unwrap();
    assert_eq!((security.no_password, security.two_factor, security.verified), (None, Some(false), Some(true)));
    assert_eq!(security.two_factor_page, None, "the page of the public service does not know this server");

    test.change_on_server("UPDATE user SET sso = 1, updated_at = updated_at + 1 WHERE email = ?1", EDITOR);
    test.app.refresh();
    let has_reason = |reason: NoPasswordReason| {
        move |snapshot: &Snapshot| snapshot.security.as_ref().and_then(|security| security.no_password) == Some(reason)
    };
    test.wait_until(has_reason(NoPasswordReason::Sso)).await;
    let token = test.other_client(OWNER).await.token().to_owned();
    test.app.sign_in_with_token(TokenSignIn { server: test.server(), token }).await.unwrap();
    test.wait_until(has_reason(NoPasswordReason::ApiToken)).await;
}
