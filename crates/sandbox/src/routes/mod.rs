//! The routes, and the middleware for all requests.

mod auth;
mod collaborators;
mod links;
mod organizations;
mod password;
mod path_params;
mod pictures;
mod two_factor;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

use crate::app::App;
use crate::headers;
use crate::links::Kind;
use crate::response::ApiError;

/// The routes of the contract, of stored pictures, and of the links in mails.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/auth/login", post(auth::login))
        .route("/v1/auth/refresh", post(auth::refresh))
        .route("/v1/auth/logout", post(auth::logout))
        .route("/v1/auth/register/update-password", post(password::update))
        .route("/v1/auth/register/change-password", post(password::change))
        .route("/v1/auth/register/forgot-password", post(links::forgot_password))
        .route("/v1/auth/register/verify-resend", post(links::resend_verification))
        .route("/v1/auth/two-factor", get(two_factor::show).delete(two_factor::remove))
        .route("/v1/users/profile", get(users::profile))
        .route("/v1/users/{user}", put(users::update))
        .route("/v1/upload/logo/logo", post(pictures::upload))
        .route("/v1/pictures/{id}", get(pictures::show))
        .route("/v1/organizations", get(organizations::list))
        .route("/v1/organizations/{organization}/collaborators/", get(collaborators::list))
        .route("/v1/organizations/{organization}/collaborators/groups", get(collaborators::groups))
        .route("/v1/organizations/{organization}/collaborators/{collaborator}", put(collaborators::update))
        .route(Kind::Password.path(), get(links::change_password))
        // Refuse HEAD, which link previews send: it must not use up the token.
        .route(Kind::Verification.path(), get(links::verify).head(async || ApiError::method_not_allowed()))
        .fallback(async || ApiError::route_not_found())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        // Every handler has its own limit for the body.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard_and_log))
        .with_state(app)
}

/// Logs the request, refuses hosts other than loopback names, and delays the response.
async fn guard_and_log(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    app.log_request(request.method(), request.uri().path());
    let mut response = if headers::is_for_loopback_host(request.uri(), request.headers()) {
        if !app.latency.is_zero() {
            tokio::time::sleep(app.latency).await;
        }
        next.run(request).await
    } else {
        ApiError::foreign_host().into_response()
    };
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
