//! Forgotten passwords and verification mails, with the real sandbox, signed in and signed out.

use std::sync::Arc;

use crate::common::{EDITOR, OWNER, PASSWORD, TestApp};
use lapel_core::DemoServer;
use lapel_core::views::{
    AppError, ErrorCode, ForgottenPassword, PasswordConfirmation, PasswordReset, SessionState, SyncState, TypedSecret,
};
use lapel_sandbox::{Database, PasswordCost, Sandbox};
use lapel_testkit::proxy::{Fault, Proxy};

const FORGOT: (&str, &str) = ("POST", "/v1/auth/register/forgot-password");
const RESET: (&str, &str) = ("POST", "/v1/auth/register/change-password");
const RESEND: (&str, &str) = ("POST", "/v1/auth/register/verify-resend");
const NEW: &str = "lapel-demo-2";
const NOWHERE: &str = "http://127.0.0.1:9/portal";

impl TestApp {
    /// A signed-out app behind a proxy.
    async fn signed_out() -> Self {
        let mut test = Self::new().await;
        test.proxy = Some(Proxy::start(test.sandbox().address()).await.unwrap());
        test
    }

    async fn forgot(&self, email: &str) -> Result<ForgottenPassword, AppError> {
        self.app.forgot_password(&self.server(), email).await
    }

    async fn reset(&self, link: &str, new: &str) -> Result<(), AppError> {
        self.app.reset_password(reset(&self.server(), link, new)).await
    }

    async fn resend(&self, password: &str) -> Result<(), AppError> {
        self.app.resend_verification(PasswordConfirmation { password: TypedSecret(password.into()) }).await
    }

    /// The link of the only mail.
    fn mail(&self, to: &str) -> String {
        let mut mails = self.sandbox().take_mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        let mail = mails.remove(0);
        assert_eq!(mail.to, to);
        mail.link
    }
}

fn reset(server: &str, link: &str, new: &str) -> PasswordReset {
    PasswordReset { server: server.into(), link: TypedSecret(link.into()), new_password: TypedSecret(new.into()) }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> ErrorCode {
    outcome.unwrap_err().code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_with_the_pasted_link_signed_out() {
    let test = TestApp::signed_out().await;
    let nothing_to_show = ForgottenPassword { demo_link: None };
    assert_eq!(test.forgot(" Editor@Example.com ").await.unwrap(), nothing_to_show);
    let link = test.mail(EDITOR);
    assert_eq!(code(test.reset(&link, "onlyletters").await), ErrorCode::WeakPassword);
    assert_eq!(code(test.reset(&link, "short-1").await), ErrorCode::InvalidNewPassword);
    test.reset(&format!("  {link}\n"), NEW).await.unwrap();
    assert!(test.accepts(EDITOR, NEW).await);
    assert_eq!(code(test.reset(&link, PASSWORD).await), ErrorCode::LinkRefused, "a link is valid once");
    test.sign_in(EDITOR, NEW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_alone_is_enough_and_other_texts_are_not_sent() {
    let test = TestApp::signed_out().await;
    test.forgot(EDITOR).await.unwrap();
    let link = test.mail(EDITOR);
    let mark = test.proxy().mark();
    for (text, problem) in [("", "empty"), ("Open this link: x", "spaces"), ("https://example.com/", "noToken")] {
        let error = test.reset(text, NEW).await.unwrap_err();
        assert_eq!((error.code, error.details.problem.as_deref()), (ErrorCode::InvalidLink, Some(problem)));
    }
    assert_eq!(test.proxy().requests(mark), []);
    assert_eq!(code(test.reset("unknown-token", NEW).await), ErrorCode::LinkRefused);
    test.reset(link.split_once("?token=").unwrap().1, NEW).await.unwrap();
    assert!(test.accepts(EDITOR, NEW).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_link_is_refused() {
    let test = TestApp::signed_out().await;
    test.forgot(EDITOR).await.unwrap();
    let link = test.mail(EDITOR);
    test.change_on_server("UPDATE mail SET sent_at = sent_at - 3600000 WHERE email_key = ?1", EDITOR);
    assert_eq!(code(test.reset(&link, NEW).await), ErrorCode::LinkRefused);
    test.proxy().next_on(RESET.0, RESET.1, Fault::refused(404, 3001, "Entity not found"));
    assert_eq!(code(test.reset(&link, NEW).await), ErrorCode::LinkRefused);
    assert!(test.accepts(EDITOR, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_is_the_same_whether_or_not_somebody_has_the_address() {
    let test = TestApp::signed_out().await;
    let known = test.forgot(EDITOR).await.unwrap();
    assert_eq!(test.forgot("nobody@example.com").await.unwrap(), known);
    assert_eq!(code(test.forgot(EDITOR).await), ErrorCode::TooSoon);
    assert_eq!(code(test.forgot("nobody@example.com").await), ErrorCode::TooSoon);
    for (status, error) in [(404, 3001), (400, 3001), (403, 4006)] {
        test.proxy().next_on(FORGOT.0, FORGOT.1, Fault::refused(status, error, "Nobody has this address"));
        assert_eq!(test.forgot("somebody@example.com").await.unwrap(), known, "{status} {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_not_asked_for_is_reported() {
    let test = TestApp::signed_out().await;
    assert_eq!(code(test.forgot("editor").await), ErrorCode::InvalidEmail);
    for (fault, expected) in [
        (Fault::page(200), ErrorCode::Missing),
        (Fault::page(404), ErrorCode::Missing),
        (Fault::refused(404, 3000, "Route not found"), ErrorCode::Missing),
        (Fault::refused(400, 5000, "email"), ErrorCode::Rejected),
        (Fault::redirect(302, NOWHERE), ErrorCode::Redirected),
        (Fault::status(503), ErrorCode::Transient),
        (Fault::ResetBefore, ErrorCode::Network),
    ] {
        test.proxy().next_on(FORGOT.0, FORGOT.1, fault.clone());
        assert_eq!(code(test.forgot(EDITOR).await), expected, "{fault:?}");
    }
    // The address is right if somebody has signed in there.
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    test.proxy().next_on(FORGOT.0, FORGOT.1, Fault::page(200));
    assert_eq!(code(test.forgot(EDITOR).await), ErrorCode::Intermediary);
    test.proxy().always(Fault::Offline).await;
    assert_eq!(code(test.forgot(EDITOR).await), ErrorCode::Network);
    assert!(test.sandbox().take_mails().is_empty());
    assert_eq!(code(test.app.forgot_password("http://example.com", EDITOR).await), ErrorCode::InvalidServer);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_response_it_is_unknown_whether_the_password_was_set() {
    let test = TestApp::signed_out().await;
    test.forgot(EDITOR).await.unwrap();
    let link = test.mail(EDITOR);
    for fault in [Fault::ResetBefore, Fault::page(200), Fault::page(403), Fault::redirect(302, NOWHERE)] {
        test.proxy().next_on(RESET.0, RESET.1, fault.clone());
        assert_eq!(code(test.reset(&link, NEW).await), ErrorCode::PasswordUnknown, "{fault:?}");
        assert!(test.accepts(EDITOR, PASSWORD).await);
    }
    let mark = test.proxy().mark();
    test.proxy().next_on(RESET.0, RESET.1, Fault::ResetAfter);
    assert_eq!(code(test.reset(&link, NEW).await), ErrorCode::PasswordUnknown);
    assert_eq!(test.proxy().writes(mark).len(), 1, "nothing is sent again");
    assert!(test.accepts(EDITOR, NEW).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_in_the_end_of_all_sessions_is_noticed_after_the_reset() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    test.forgot(EDITOR).await.unwrap();
    let link = test.mail(EDITOR);
    test.reset(&link, NEW).await.unwrap();
    let snapshot = test.wait_until(|snapshot| snapshot.session == SessionState::Expired).await;
    assert_eq!(snapshot.profile.unwrap().email, EDITOR, "the profile stays visible");
    test.sign_in(EDITOR, NEW).await.unwrap();
    test.wait_until(|snapshot| snapshot.sync.state == SyncState::Fresh).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_the_link_of_its_mail() {
    let mut test = TestApp::new().await;
    test.restart_with(|config| {
        config.start_sandbox = Arc::new(|| {
            Box::pin(async {
                let config = lapel_sandbox::Config {
                    password_cost: PasswordCost::Minimal,
                    ..lapel_sandbox::Config::demo(Database::Memory)
                };
                let sandbox = Sandbox::start(config).await.map_err(|error| error.to_string())?;
                let (address, handle) = (sandbox.base_url(), sandbox.handle());
                // Stops with the test process.
                std::mem::forget(sandbox);
                Ok(DemoServer { address, last_link: Arc::new(move |email| handle.last_password_link(email)) })
            })
        });
    })
    .await;
    let link = test.app.forgot_password("sandbox", "Editor@example.com").await.unwrap().demo_link.unwrap();
    assert!(link.contains("/change-password?token="), "{link}");
    assert_eq!(test.app.forgot_password("sandbox", "nobody@example.com").await.unwrap().demo_link, None);
    assert_eq!(test.forgot(EDITOR).await.unwrap().demo_link, None, "another server has its own mails");
    test.app.reset_password(reset("sandbox", &link, NEW)).await.unwrap();
    let (server, email, password) = ("sandbox".to_owned(), EDITOR.to_owned(), NEW.to_owned());
    let sign_in = lapel_core::views::SignIn { server, email, password, two_factor_code: None };
    test.app.sign_in(sign_in).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_verification_mail_needs_the_password() {
    let test = TestApp::signed_in_through_proxy(EDITOR).await;
    let mark = test.proxy().mark();
    assert_eq!(code(test.resend(PASSWORD).await), ErrorCode::AlreadyVerified);
    assert_eq!(test.proxy().writes(mark), [], "the profile says so");

    test.change_on_server(
        "UPDATE user SET verification = 'pending', updated_at = updated_at + 1 WHERE email = ?1",
        EDITOR,
    );
    test.app.refresh();
    let verified = |snapshot: &lapel_core::views::Snapshot| snapshot.security.as_ref().unwrap().verified;
    test.wait_until(|snapshot| verified(snapshot) == Some(false)).await;
    assert_eq!(code(test.resend("not it").await), ErrorCode::WrongPassword);
    assert_eq!(code(test.resend("").await), ErrorCode::InvalidPassword);
    test.resend(PASSWORD).await.unwrap();
    assert!(test.mail(EDITOR).contains("/verify?token="));
    assert_eq!(code(test.resend(PASSWORD).await), ErrorCode::TooSoon);
    for (fault, expected) in [
        (Fault::page(200), ErrorCode::Intermediary),
        (Fault::ResetBefore, ErrorCode::Network),
        (Fault::refused(401, 4004, "Invalid Token"), ErrorCode::WrongPassword),
    ] {
        test.proxy().next_on(RESEND.0, RESEND.1, fault.clone());
        assert_eq!(code(test.resend(PASSWORD).await), expected, "{fault:?}");
    }
    assert_eq!(test.app.snapshot().session, SessionState::SignedIn);

    test.change_on_server(
        "UPDATE user SET verification = 'verified', updated_at = updated_at + 1 WHERE email = ?1",
        EDITOR,
    );
    test.proxy().next_on(RESEND.0, RESEND.1, Fault::refused(403, 4003, "Already verified"));
    assert_eq!(code(test.resend(PASSWORD).await), ErrorCode::AlreadyVerified);
    test.wait_until(|snapshot| verified(snapshot) == Some(true)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_account_there_is_nothing_to_verify() {
    let test = TestApp::signed_out().await;
    assert_eq!(code(test.resend(PASSWORD).await), ErrorCode::SignedOut);
    test.sign_in(OWNER, PASSWORD).await.unwrap();
    assert_eq!(code(test.resend(PASSWORD).await), ErrorCode::AlreadyVerified);
}
