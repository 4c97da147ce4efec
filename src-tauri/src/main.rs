//! The desktop app, and the process of its own that it starts to decode a picture.

// A console window would open beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    if lapel_core::picture_child::is_wanted(std::env::args_os()) {
        return lapel_core::picture_child::run();
    }
    lapel_shell::run()
}
