//! The desktop app. If `lapel-picture` is not installed next to it, the same binary also runs as the child process that
//! decodes pictures.

// Without this, Windows opens a console window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    if lapel_core::picture_child::is_wanted(std::env::args_os()) {
        return lapel_core::picture_child::run();
    }
    lapel_shell::run()
}
