//! The desktop app.

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
    lapel_shell::run()
}
