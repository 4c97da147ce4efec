//! The arguments that are answered on the terminal, without a window.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

const HELP: &str = "\
Lapel, a desktop profile manager that works online and offline.

Usage: lapel [--help | --version]

Environment variables:
  LAPEL_DATA_DIR  the folder for all files of Lapel
  LAPEL_API_URL   the server that is offered first
  LAPEL_LOG       what is logged to standard error, for example: debug
";

/// Prints the answer to `--help` or `--version`. `None` if neither is among the arguments; other arguments are ignored.
pub(crate) fn answer(arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let text = text_for(arguments)?;
    let printed = std::io::stdout().write_all(text.as_bytes());
    Some(if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn text_for(arguments: impl Iterator<Item = OsString>) -> Option<String> {
    arguments.skip(1).find_map(|argument| match argument.to_str() {
        Some("--help" | "-h") => Some(HELP.to_owned()),
        Some("--version" | "-V") => Some(format!("Lapel {}\n", env!("CARGO_PKG_VERSION"))),
        _ => None,
    })
}
