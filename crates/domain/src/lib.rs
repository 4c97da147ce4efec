//! The rules of Lapel, without I/O: what a profile and a team are, which values are valid, who may change a role, how
//! two profiles differ, and how an edit is merged with the current server value.
//!
//! This crate reads no clock, file or network, and does not depend on the API's or the database's format. Its
//! functions that return a `Result` fail with the reason why the value is invalid or the change is not allowed.

mod address_cell;
mod api_token;
mod arrival;
mod collaborator;
mod email;
mod email_address;
mod equality;
mod file_name;
mod folding;
mod id;
mod id_search;
mod initials;
mod invisible;
mod language;
mod mail_link;
mod marks;
mod merge;
mod name;
mod picture_url;
mod profile;
mod role;
mod role_change;
mod search_query;
mod sendable;
mod tags;
mod team_role;
mod timestamp;

pub use address_cell::address_in_cell;
pub use api_token::{TokenError, parse_api_token};
pub use arrival::{Arrival, classify_arrival, is_older};
pub use collaborator::Collaborator;
pub use email::{EmailError, parse_email};
pub use email_address::address_key;
pub use equality::{same_text, same_value};
pub use file_name::file_name;
pub use folding::fold;
pub use id::is_id;
pub use id_search::{id_marks, matches_id};
pub use initials::initials;
pub use invisible::{is_bidi_control, trim_invisible};
pub use language::{LANGUAGES, LanguageError, nearest_language, parse_language};
pub use mail_link::{LinkError, parse_link_token};
pub use marks::marks;
pub use merge::{ClearedFields, MergeDecision, cleared_fields, decide_merge, server_cleared_required_field};
pub use name::{MAX_NAME_LENGTH, NameError, parse_first_name, parse_last_name};
pub use picture_url::{PictureUrlError, parse_picture_url};
pub use profile::{Activity, ActivityTrace, Branding, Field, Organization, OrganizationInfo, Profile};
pub use role::{
    RoleDenial, UserRole, assignable_user_roles, check_user_role_change, may_change_user_role, steps_down,
    user_role_options,
};
pub use role_change::{
    Ability, AbilityChange, ChangeKind, Confirmation, can_undo_team_role, can_undo_user_role, confirm_team_role,
    confirm_user_role,
};
pub use search_query::search_words;
pub use sendable::{Missing, missing_for_full_update, sendable_role, sendable_value};
pub use tags::{MAX_TAG_LENGTH, MAX_TAGS, TagError, TagsChange, may_change_tags, parse_tag, same_tags};
pub use team_role::{TeamRole, TeamRoleDenial, assignable_team_roles, may_change_team_role, team_role_options};
pub use timestamp::Timestamp;
