//! The process that decodes one picture, alone: for measuring, and for tests that have no app beside them.

fn main() -> std::process::ExitCode {
    lapel_picture::child::run()
}
