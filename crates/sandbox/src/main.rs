//! `lapel-sandbox`: the sandbox as a program. Only its command line and its end are here.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use lapel_sandbox::{Config, Database, Handle, Sandbox, Seed};
use lexopt::prelude::{Long, Short};
use tracing_subscriber::EnvFilter;

const HELP: &str = "\
The profile API as a small server on this computer.

Usage: lapel-sandbox [OPTIONS]

  --port N             port on 127.0.0.1; 0 takes a free one [8787]
  --database FILE      SQLite file, created where missing; without it nothing is kept
  --seed demo          fill an empty database with the demo people
  --members N          add N generated members to the demo, at most 1000000 [0]
  --token-ttl SECONDS  how long access tokens live [900]
  --latency-ms N       wait before every answer [0]
  -h, --help           show this

Prints `listening on http://127.0.0.1:PORT/v1` when it is ready, and `mail TO LINK` for every mail that a real server
would send. Ctrl-C ends it.
";

/// Most generated members: their ids and names are made for up to so many.
const MEMBERS_CAP: u32 = 1_000_000;

enum Command {
    Help,
    Serve(Config),
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("LAPEL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match command(lexopt::Parser::from_env()) {
        Ok(Command::Help) => {
            say(HELP.trim_end());
            ExitCode::SUCCESS
        }
        Ok(Command::Serve(config)) => serve(config),
        Err(error) => {
            complain(&format!("{error}\nTry lapel-sandbox --help."));
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
    if members.is_some_and(|members| members > MEMBERS_CAP) {
        return Err(format!("--members takes at most {MEMBERS_CAP}").into());
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
        // Listened for before the server is ready, so that no signal can fall in between.
        let end = match EndSignal::new() {
            Ok(end) => end,
            Err(error) => return failed(&error),
        };
        match Sandbox::start(config).await {
            Ok(sandbox) => {
                say(&format!("listening on {}", sandbox.base_url()));
                let mails = tokio::spawn(print_mails(sandbox.handle()));
                end.await_it().await;
                mails.abort();
                sandbox.stop().await;
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error),
        }
    });
    // Without waiting: a line that nobody takes from the standard output would keep the program alive.
    runtime.shutdown_background();
    code
}

async fn print_mails(sandbox: Handle) {
    loop {
        let mail = sandbox.next_mail().await;
        if let Err(error) = writeln!(std::io::stdout(), "mail {} {}", mail.to, mail.link) {
            tracing::warn!(%error, "mails cannot be printed any more");
            return;
        }
    }
}

/// Ctrl-C, and SIGTERM where there is one.
struct EndSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl EndSignal {
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
    async fn await_it(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn await_it(mut self) {
        self.interrupt.recv().await;
    }
}

fn failed(error: &dyn std::error::Error) -> ExitCode {
    complain(&error.to_string());
    ExitCode::FAILURE
}

fn complain(text: &str) {
    eprintln!("lapel-sandbox: {text}");
}

#[allow(clippy::print_stdout, reason = "the line that says where it listens is what callers of the program wait for")]
fn say(text: &str) {
    println!("{text}");
}
