//! The organizations of the signed-in user.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};

use crate::app::App;
use crate::organizations::{self, Filter};
use crate::page::Parameters;
use crate::response::{HandlerResult, success};
use crate::{headers, page};

/// GET /organizations
pub(super) async fn list(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> HandlerResult {
    let caller = app.caller(&headers).await?;
    let parameters = Parameters::parse(&uri)?;
    let (page, sort) = (parameters.page(app.quirks().page_limit)?, parameters.sort()?);
    let filter = Filter { name: parameters.text("name", 128)?, slug: parameters.text("slug", 128)? };
    let origin = headers::origin(&headers);
    let listed = app.database.transact(move |db| organizations::list(db, &caller.user, &filter, &sort, page, &origin));
    let (items, total) = listed.await?;
    Ok(success(page::document(items, total, page)))
}
