//! The program: its flags, the line it prints, its end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail by panicking")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lapel-sandbox"))
}

#[test]
fn wrong_flags_end_with_2_and_say_why() {
    let cases: [&[&str]; 9] = [
        &["--port", "x"],
        &["--port", "70000"],
        &["--port"],
        &["--seed", "other"],
        &["--members", "5"],
        &["--seed", "demo", "--members", "1000001"],
        &["--token-ttl", "0"],
        &["--unknown"],
        &["stray"],
    ];
    for arguments in cases {
        let output = program().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("lapel-sandbox: "), "{arguments:?}");
    }
}

#[test]
fn help() {
    let output = program().arg("--help").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for flag in ["--port", "--database", "--seed", "--members", "--token-ttl", "--latency-ms"] {
        assert!(text.contains(flag), "{flag}");
    }
}

#[test]
fn a_file_that_is_not_ours_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let output = program().args(["--port", "0", "--database"]).arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot open the database"));
}

#[cfg(unix)]
#[test]
fn it_says_where_it_listens_and_ends_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let arguments = ["--port", "0", "--seed", "demo", "--members", "3", "--token-ttl", "60", "--latency-ms", "1"];
        let mut child = program().args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let port = line.strip_prefix("listening on http://127.0.0.1:").and_then(|rest| rest.strip_suffix("/v1\n"));
        let port: u16 = port.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}
