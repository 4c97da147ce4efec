//! Quitting: the window closes immediately, but the process exits only after the core has finished, so that a running
//! token refresh can store its new tokens.

use std::sync::atomic::{AtomicBool, Ordering};

use lapel_core::App;
use tauri::{AppHandle, Manager, RunEvent};

/// Progress of quitting.
#[derive(Default)]
pub(crate) struct Quitting {
    /// The last window is closed and the core is finishing.
    started: AtomicBool,
    /// The core has finished.
    finished: AtomicBool,
    /// The user started the app again while it was quitting.
    restart_requested: AtomicBool,
}

/// Delays the exit of the process until the core has finished.
pub(crate) fn on_event(app: &AppHandle, event: &RunEvent) {
    let Some(core) = app.try_state::<App>().map(|core| App::clone(&core)) else { return };
    let quitting = app.state::<Quitting>();
    match event {
        RunEvent::ExitRequested { api, code: None, .. } if !quitting.started.swap(true, Ordering::AcqRel) => {
            api.prevent_exit();
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                core.finish().await;
                let quitting = app.state::<Quitting>();
                quitting.finished.store(true, Ordering::Release);
                if quitting.restart_requested.load(Ordering::Acquire) {
                    app.request_restart();
                } else {
                    app.exit(0);
                }
            });
        }
        // The system may end the app without `ExitRequested` (Quit on macOS), or while the task above is still
        // running.
        RunEvent::Exit if !quitting.finished.load(Ordering::Acquire) => tauri::async_runtime::block_on(core.finish()),
        _ => {}
    }
}

/// If the app is quitting, makes it restart afterwards. The process of the second start has already exited, because the
/// single-instance check found this process.
pub(crate) fn restart_if_quitting(app: &AppHandle) {
    if let Some(quitting) = app.try_state::<Quitting>().filter(|quitting| quitting.started.load(Ordering::Acquire)) {
        quitting.restart_requested.store(true, Ordering::Release);
    }
}
