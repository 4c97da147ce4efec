//! `prepare IN OUT`: prepares one picture in a separate process, to measure time and memory.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut paths = std::env::args_os().skip(1);
    let (Some(from), Some(to)) = (paths.next(), paths.next()) else {
        eprintln!("usage: prepare IN OUT");
        return ExitCode::from(2);
    };
    let prepared = std::fs::read(from)
        .map_err(|error| error.to_string())
        .and_then(|bytes| lapel_picture::render(&bytes, None).map_err(|error| error.to_string()))
        .and_then(|prepared| std::fs::write(to, prepared.bytes).map_err(|error| error.to_string()));
    match prepared {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
