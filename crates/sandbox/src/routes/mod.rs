//! Which handler answers which request, and what happens around every one of them.

mod auth;
mod collaborators;
mod links;
mod organizations;
mod password;
mod pictures;
mod two_factor;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

use crate::answer::Refusal;
use crate::app::App;
use crate::headers;
use crate::links::Kind;

/// What a handler gets for the placeholders of its route.
type Placeholders<T> = Result<Path<T>, PathRejection>;

/// Every route of the contract, the address of stored pictures, and where the links of mails lead.
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
        // Previews of links ask by HEAD; the token is for whoever follows it.
        .route(Kind::Verification.path(), get(links::verify).head(async || Refusal::no_method()))
        .fallback(async || Refusal::no_route())
        .method_not_allowed_fallback(async || Refusal::no_method())
        // Every handler reads its body under a cap of its own.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&app), around))
        .with_state(app)
}

async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    app.remember(request.method(), request.uri().path());
    let mut response = if headers::is_for_this_computer(request.uri(), request.headers()) {
        if !app.latency.is_zero() {
            tokio::time::sleep(app.latency).await;
        }
        next.run(request).await
    } else {
        Refusal::foreign_host().into_response()
    };
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The placeholders of a route. What cannot be decoded is the name of nothing.
fn placeholders<T>(path: Placeholders<T>) -> Result<T, Refusal> {
    path.map(|Path(values)| values).map_err(|_| Refusal::not_found())
}
