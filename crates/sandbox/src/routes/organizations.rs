//! The organizations of the signed-in person.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};

use crate::answer::{Answer, success};
use crate::app::App;
use crate::organizations::{self, Wanted};
use crate::page::Parameters;
use crate::{headers, page};

/// GET /organizations
pub(super) async fn list(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Answer {
    let caller = app.caller(&headers).await?;
    let parameters = Parameters::of(&uri)?;
    let (page, sort) = (parameters.page(app.quirks().page_limit)?, parameters.sort()?);
    let wanted = Wanted { name: parameters.text("name", 128)?, slug: parameters.text("slug", 128)? };
    let origin = headers::origin(&headers);
    let listed = app.database.transact(move |db| organizations::list(db, &caller.user, &wanted, &sort, page, &origin));
    let (items, total) = listed.await?;
    Ok(success(page::document(items, total, page)))
}
