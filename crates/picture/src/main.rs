//! The decoding process as a separate program, for measurements and for tests without the app.

fn main() -> std::process::ExitCode {
    lapel_picture::child::run()
}
