//! Tells Tauri which commands exist, so that each needs a permission, and where the capabilities are.

const COMMANDS: &[&str] = &[
    "painted",
    "heard_closing",
    "close_window",
    "snapshot",
    "sign_in",
    "sign_in_with_token",
    "cancel_sign_in",
    "switch_account",
    "leave_account",
    "sign_out",
    "retry_keyring",
    "refresh",
    "keep_draft",
    "drop_draft",
    "save_profile",
    "change_own_role",
    "resolve_edits",
    "drop_edit",
    "cancel_upload",
    "open_picture",
    "open_dropped_picture",
    "open_clipboard_picture",
    "reopen_picture",
    "render_picture",
    "use_picture",
    "close_picture",
    "preview_picture_url",
    "open_team",
    "refresh_team",
    "team_rows",
    "select_team",
    "export_team",
    "open_person",
    "save_person",
    "keep_person_draft",
    "role_dialog",
    "change_role",
    "plan_batch",
    "import_batch",
    "batch_rows",
    "run_batch",
    "cancel_batch",
    "retry_batch",
    "undo_batch",
    "close_batch",
    "role_history",
    "export_history",
    "set_preferences",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    Ok(tauri_build::try_build(attributes)?)
}
