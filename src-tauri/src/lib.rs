//! The desktop shell: one window, its commands, and the wiring of the parts. All app logic is in `lapel-core`.

mod clipboard;
mod clipboard_text;
mod command_line;
mod commands;
mod data_folder;
mod desktop;
mod display;
mod dragged_addresses;
#[cfg(unix)]
mod ending_signals;
mod environment;
mod geometry;
mod measured_window;
mod picture_scheme;
mod preferences_file;
mod quitting;
mod running_instance;
mod sandbox;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use lapel_core::{App, Config, PictureProcess};
use tauri::Manager;

use crate::environment::Environment;
use crate::running_instance::Running;

/// Name of the plugin that brings a running app's window forward instead of opening a second one.
const SINGLE_INSTANCE: &str = "single-instance";

/// Runs the app until its window is closed.
pub fn run() -> ExitCode {
    if let Some(answered) = command_line::answer(std::env::args_os()) {
        return answered;
    }
    environment::start_log();
    let environment = match Environment::read() {
        Ok(environment) => environment,
        Err(error) => return cannot_start(error),
    };
    environment::prepare_web_view();
    if let Err(reason) = display::open() {
        return cannot_start(reason);
    }
    match running_instance::bring_forward(&environment.folder_names().instance()) {
        Running::CameForward => return ExitCode::SUCCESS,
        Running::Silent => {
            return cannot_start("Lapel is running already, but it does not answer. End it and try again.");
        }
        Running::Absent => {}
    }
    let single_instance = tauri_plugin_single_instance::Builder::new()
        .dbus_id(environment.folder_names().instance())
        .callback(|app, _arguments, _folder| window::on_second_start(app))
        .build();
    let built = commands::register(tauri::Builder::default())
        .plugin(single_instance)
        .plugin(tauri_plugin_store::Builder::new().build())
        .register_asynchronous_uri_scheme_protocol(picture_scheme::NAME, picture_scheme::serve)
        .setup(move |app| set_up(app, &environment))
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|app, event| quitting::on_event(app, &event));
            ExitCode::SUCCESS
        }
        Err(error) => {
            if matches!(&error, tauri::Error::PluginInitialization(plugin, _) if plugin == SINGLE_INSTANCE) {
                environment::restart();
            }
            cannot_start(error)
        }
    }
}

/// Tells why on standard error, without the format of the log, because it is for the user.
fn cannot_start(reason: impl std::fmt::Display) -> ExitCode {
    eprintln!("Lapel cannot start: {reason}");
    ExitCode::FAILURE
}

/// Opens the core and creates the window, which stays hidden until its first paint.
fn set_up(app: &mut tauri::App, environment: &Environment) -> Result<(), Box<dyn std::error::Error>> {
    let preferences = preferences_file::open(app.handle(), &environment.data_dir);
    let core = App::open(Config {
        data_dir: environment.data_dir.clone(),
        offered_server: environment.offered_server.clone(),
        page_build: env!("LAPEL_PAGE_BUILD").to_owned(),
        preferences: preferences.read(),
        system_language: environment.system_language.clone(),
        downloads: environment.downloads.clone(),
        desktop: Arc::new(desktop::SystemDesktop),
        vault: environment::keyring(&environment.folder_names()),
        start_sandbox: sandbox::starter(environment.data_dir.join("sandbox.db")),
        picture_process: PictureProcess { program: environment::picture_program()? },
        clock: Arc::new(environment::now),
        timeouts: Default::default(),
        proxies: environment.proxies.clone(),
        network_probe: Arc::new(lapel_core::local_addresses),
        backoff: Default::default(),
    });
    let boot = core.boot(picture_scheme::ORIGIN, env!("CARGO_PKG_VERSION"));
    app.manage(core);
    app.manage(preferences);
    app.manage(quitting::Quitting::default());
    window::create(app, &boot, &environment.data_dir)?;
    #[cfg(unix)]
    ending_signals::handle(app.handle());
    Ok(())
}
