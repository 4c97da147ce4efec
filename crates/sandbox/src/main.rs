//! `lapel-sandbox`: runs the sandbox from the command line.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lapel_sandbox::{Config, Database, Handle, Sandbox, Seed};
use lexopt::prelude::{Long, Short};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

const HELP: &str = "\
A small local server that implements the profile API.

Usage: lapel-sandbox [OPTIONS]

  --port N             port on 127.0.0.1; 0 selects a free port [8787]
  --database FILE      SQLite file, created if missing; default: in memory
  --seed demo          fill an empty database with the demo people
  --members N          add N generated members to the demo, at most 1000000 [0]
  --token-ttl SECONDS  lifetime of access tokens [900]
  --latency-ms N       delay before every response [0]
  -h, --help           show this

Prints `listening on http://127.0.0.1:PORT/v1` when it is ready, and `mail TO LINK` for every mail that a real server
would send. Ctrl-C stops it.
";

/// Maximum number of generated members.
const MAX_MEMBERS: u32 = 1_000_000;

enum Command {
    Help,
    Serve(Config),
}

fn main() -> ExitCode {
    let given = std::env::var("LAPEL_LOG").ok().and_then(|text| text.parse().ok());
    let filter: Targets = given.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
    match command(lexopt::Parser::from_env()) {
        Ok(Command::Help) => {
            print_line(HELP.trim_end());
            ExitCode::SUCCESS
        }
        Ok(Command::Serve(config)) => serve(config),
        Err(error) => {
            print_error(&format!("{error}\nTry lapel-sandbox --help."));
            ExitCode::from(2)
        }
    }
}

fn command(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    use lexopt::ValueExt;
    let (mut port, mut database, mut seeded, mut members) = (8787, Database::Memory, false, None);
    let (mut ttl, mut latency) = (None, Duration::ZERO);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => port = parser.value()?.parse()?,
            Long("database") => database = Database::File(PathBuf::from(parser.value()?)),
            Long("seed") => match parser.value()?.string()?.as_str() {
                "demo" => seeded = true,
                other => return Err(format!("unknown seed '{other}': there is only demo").into()),
            },
            Long("members") => members = Some(parser.value()?.parse()?),
            Long("token-ttl") => ttl = Some(Duration::from_secs(parser.value()?.parse()?)),
            Long("latency-ms") => latency = Duration::from_millis(parser.value()?.parse()?),
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    if members.is_some() && !seeded {
        return Err("--members needs --seed demo".into());
    }
    if members.is_some_and(|members| members > MAX_MEMBERS) {
        return Err(format!("--members takes at most {MAX_MEMBERS}").into());
    }
    if ttl.is_some_and(|ttl| ttl.is_zero()) {
        return Err("--token-ttl must be at least 1".into());
    }
    let mut config = Config::demo(database);
    config.port = port;
    config.seed = seeded.then(|| Seed::Demo { members: members.unwrap_or(0) });
    config.access_token_ttl = ttl.unwrap_or(config.access_token_ttl);
    config.latency = latency;
    Ok(Command::Serve(config))
}

fn serve(config: Config) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    let code = runtime.block_on(async {
        // Register the signal handlers first, so that a signal right after the start is not missed.
        let stop = match StopSignal::new() {
            Ok(stop) => stop,
            Err(error) => return failed(&error),
        };
        match Sandbox::start(config).await {
            Ok(sandbox) => {
                print_line(&format!("listening on {}", sandbox.base_url()));
                let mails = tokio::spawn(print_mails(sandbox.handle()));
                stop.received().await;
                mails.abort();
                sandbox.stop().await;
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error),
        }
    });
    // Do not wait: writing a mail to a full standard output pipe could block forever.
    runtime.shutdown_background();
    code
}

async fn print_mails(sandbox: Handle) {
    loop {
        let mail = sandbox.next_mail().await;
        if let Err(error) = writeln!(std::io::stdout(), "mail {} {}", mail.to, mail.link) {
            tracing::warn!(%error, "cannot print mails");
            return;
        }
    }
}

/// Ctrl-C, and on Unix SIGTERM.
struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl StopSignal {
    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(windows)]
    fn new() -> std::io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    #[cfg(unix)]
    async fn received(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn received(mut self) {
        self.interrupt.recv().await;
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    print_error(&error.to_string());
    ExitCode::FAILURE
}

fn print_error(text: &str) {
    eprintln!("lapel-sandbox: {text}");
}

#[allow(clippy::print_stdout, reason = "standard output is the interface of the program")]
fn print_line(text: &str) {
    println!("{text}");
}
