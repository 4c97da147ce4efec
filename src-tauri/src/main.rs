//! The desktop app. If `lapel-picture` is not installed next to it, the same binary also runs as the child process that
//! decodes pictures.

// Without this, Windows opens a console window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use zeroizing_alloc::ZeroAlloc;

// Wipes all freed memory, because passwords and tokens pass through buffers of many libraries. Gives memory back to the system
// after large work; the allocator of the C library keeps it.
#[cfg(not(windows))]
#[global_allocator]
static ALLOCATOR: ZeroAlloc<tikv_jemallocator::Jemalloc> = ZeroAlloc(tikv_jemallocator::Jemalloc);

#[cfg(windows)]
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> std::process::ExitCode {
    if lapel_core::picture_child::is_wanted(std::env::args_os()) {
        return lapel_core::picture_child::run();
    }
    lapel_shell::run()
}
