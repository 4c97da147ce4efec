//! The documents of the wire and how they become the types of the domain. Reading is lenient: whatever the server adds,
//! leaves out, nulls or spells oddly is taken for missing, and only an absent id makes a document unreadable.

mod collaborator;
pub(crate) mod lenient;
mod organization;
mod page;
mod session;
mod update;
mod user;

pub(crate) use collaborator::{read_collaborator, role_body};
pub(crate) use organization::read_organization;
pub use page::Page;
pub(crate) use page::read_page;
pub(crate) use session::{login_body, millis, read_session, refresh_body};
pub use update::UserUpdate;
pub(crate) use user::read_user;
