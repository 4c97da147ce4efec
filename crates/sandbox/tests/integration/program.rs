//! The program `lapel-sandbox`: its options, its output, and how it stops.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_lapel-sandbox"))
}

#[test]
fn invalid_options_exit_with_2_and_an_error_message() {
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
fn help_lists_all_options() {
    let output = program().arg("--help").output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    for flag in ["--port", "--database", "--seed", "--members", "--token-ttl", "--latency-ms"] {
        assert!(text.contains(flag), "{flag}");
    }
}

#[test]
fn a_database_that_cannot_be_opened_exits_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let output = program().args(["--port", "0", "--database"]).arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot open the database"));
}

/// Starts the program. Returns the process, the lines of its output, and its port.
fn start(arguments: &[&str]) -> (Child, BufReader<ChildStdout>, u16) {
    let mut child = program().args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let line = next_line(&mut lines);
    let port = line.strip_prefix("listening on http://127.0.0.1:").and_then(|rest| rest.strip_suffix("/v1\n"));
    let port = port.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
    (child, lines, port)
}

fn next_line(lines: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    line
}

fn request_password_mail(port: u16, email: &str) {
    let body = format!("{{\"email\":\"{email}\"}}");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let head = "POST /v1/auth/register/forgot-password HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let length = body.len();
    write!(stream, "{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
}

#[test]
fn it_prints_a_line_for_every_mail() {
    let (mut child, mut lines, port) = start(&["--seed", "demo"]);
    for email in ["admin@example.com", "nobody@example.com", "viewer@example.com"] {
        request_password_mail(port, email);
    }
    for email in ["admin@example.com", "viewer@example.com"] {
        let line = next_line(&mut lines);
        let token = line.strip_prefix(&format!("mail {email} http://localhost/change-password?token="));
        let token = token.and_then(|rest| rest.strip_suffix('\n')).unwrap_or_else(|| panic!("{line}"));
        assert!(token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()), "{line}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn it_stops_on_a_signal_even_if_its_output_is_closed() {
    let (mut child, lines, port) = start(&["--seed", "demo"]);
    drop(lines);
    request_password_mail(port, "admin@example.com");
    request_password_mail(port, "viewer@example.com");
    Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn it_prints_its_address_and_stops_on_a_signal() {
    for signal in ["TERM", "INT"] {
        let (mut child, _lines, port) =
            start(&["--seed", "demo", "--members", "3", "--token-ttl", "60", "--latency-ms", "1"]);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
    }
}
