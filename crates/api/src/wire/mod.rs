//! Converts between the API's JSON documents and the domain types. Reading is lenient: unknown fields are ignored,
//! and null or invalid fields count as missing. A document without an id is unreadable.

mod collaborator;
pub(crate) mod lenient;
mod organization;
mod page;
mod security;
mod session;
mod update;
mod user;

pub(crate) use collaborator::{read_collaborator, read_tags, role_body, tags_body};
pub(crate) use organization::read_organization;
pub use page::Page;
pub(crate) use page::read_page;
pub(crate) use security::{
    change_password_body, forgot_password_body, remove_two_factor_body, resend_verification_body, update_password_body,
};
pub(crate) use session::{login_body, millis, read_session, refresh_body};
pub use update::UserUpdate;
pub(crate) use user::read_user;
