//! The commands that the page may call. A command only takes the state, calls one function of the core and returns
//! its result.

mod picture;
mod preferences;
mod profile;
mod roles;
mod session;
mod sync;
mod team;

use tauri::{Builder, Wry};

/// Registers all commands. src-tauri/build.rs and src-tauri/capabilities/main.json must list the same ones.
pub(crate) fn register(builder: Builder<Wry>) -> Builder<Wry> {
    builder.invoke_handler(tauri::generate_handler![
        sync::painted,
        sync::heard_closing,
        sync::close_window,
        sync::snapshot,
        session::sign_in,
        session::sign_in_with_token,
        session::cancel_sign_in,
        session::switch_account,
        session::leave_account,
        session::sign_out,
        session::retry_keyring,
        sync::refresh,
        profile::keep_draft,
        profile::drop_draft,
        profile::save_profile,
        profile::change_own_role,
        sync::resolve_edits,
        sync::drop_edit,
        sync::send_again,
        picture::cancel_upload,
        picture::add_to_picture,
        picture::open_picture,
        picture::open_dropped_picture,
        picture::open_clipboard_picture,
        picture::reopen_picture,
        picture::render_picture,
        picture::use_picture,
        picture::close_picture,
        picture::preview_picture_url,
        team::open_team,
        team::refresh_team,
        team::team_rows,
        team::select_team,
        team::export_team,
        team::open_person,
        team::save_person,
        team::keep_person_draft,
        roles::role_dialog,
        roles::change_role,
        roles::plan_batch,
        roles::import_batch,
        roles::batch_rows,
        roles::run_batch,
        roles::cancel_batch,
        roles::retry_batch,
        roles::undo_batch,
        roles::close_batch,
        roles::role_history,
        roles::export_history,
        preferences::set_preferences,
    ])
}
