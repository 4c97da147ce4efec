//! The decoding process as a small program of its own, which starts faster than the app's binary.

fn main() -> std::process::ExitCode {
    lapel_picture::child::run()
}
