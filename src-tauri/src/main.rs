//! The desktop app. If `lapel-picture` is not installed next to it, the same binary also runs as the child process that
//! decodes pictures.

// Without this, Windows opens a console window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

// Gives memory back to the system after large work. The allocator of the C library keeps it.
#[cfg(not(windows))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    if lapel_core::picture_child::is_wanted(std::env::args_os()) {
        return lapel_core::picture_child::run();
    }
    lapel_shell::run()
}
