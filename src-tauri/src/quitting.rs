//! The end of the process: the window goes at once, the process only when no renewal of a session is on its way any more.

use std::sync::atomic::{AtomicBool, Ordering};

use lapel_core::App;
use tauri::{AppHandle, Manager, RunEvent};

/// How far quitting has come.
#[derive(Default)]
pub(crate) struct Quitting {
    /// The last window is gone, and the core comes to its end.
    begun: AtomicBool,
    /// The core has come to its end.
    ended: AtomicBool,
    /// Somebody has started the app again meanwhile.
    wanted_again: AtomicBool,
}

/// Lets the core come to its end before the process does.
pub(crate) fn on_event(app: &AppHandle, event: &RunEvent) {
    let Some(core) = app.try_state::<App>().map(|core| App::clone(&core)) else { return };
    let quitting = app.state::<Quitting>();
    match event {
        RunEvent::ExitRequested { api, code: None, .. } if !quitting.begun.swap(true, Ordering::AcqRel) => {
            api.prevent_exit();
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                core.finish().await;
                let quitting = app.state::<Quitting>();
                quitting.ended.store(true, Ordering::Release);
                if quitting.wanted_again.load(Ordering::Acquire) {
                    app.request_restart();
                } else {
                    app.exit(0);
                }
            });
        }
        // Where the system ends the app without asking, such as by Quit on macOS, also while the above is under way.
        RunEvent::Exit if !quitting.ended.load(Ordering::Acquire) => tauri::async_runtime::block_on(core.finish()),
        _ => {}
    }
}

/// Lets the app start again once it has ended, where it is ending: whoever started it anew was told that it runs already.
pub(crate) fn start_again(app: &AppHandle) {
    if let Some(quitting) = app.try_state::<Quitting>().filter(|quitting| quitting.begun.load(Ordering::Acquire)) {
        quitting.wanted_again.store(true, Ordering::Release);
    }
}
