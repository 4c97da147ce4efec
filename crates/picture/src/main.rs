//! The decoding process.

fn main() -> std::process::ExitCode {
    lapel_picture::serving::run()
}
