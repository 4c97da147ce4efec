//! Programs that a test starts: each in a process group of its own, gone when the test is gone.

use std::{fs::File, path::Path, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{Outcome, Trouble};

/// A running program. Dropping it kills the program and everything it started.
pub struct Program {
    name: String,
    group: Pid,
    child: Child,
}

/// A command that dies together with the thread that started it, even when the tests are killed.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).stdin(Stdio::null());
    command
}

impl Program {
    /// Starts `command` in a process group of its own; what it says on stderr (and stdout, unless that is piped by
    /// the caller) goes to `log`.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the program cannot be started.
    pub fn start(name: &str, command: Command, log: &Path) -> Outcome<Self> {
        let log = File::options().create(true).append(true).open(log).map_err(Trouble::io("the log of a program"))?;
        Self::spawn(name, command, log.into())
    }

    /// The same with what it says on stderr kept for [`Program::heard`].
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the program cannot be started.
    pub fn start_heard(name: &str, command: Command) -> Outcome<Self> {
        Self::spawn(name, command, Stdio::piped())
    }

    fn spawn(name: &str, mut command: Command, stderr: Stdio) -> Outcome<Self> {
        let child =
            command.process_group(0).stderr(stderr).spawn().map_err(|error| {
                Trouble::Missing(format!("{name} does not start ({error}); ./dev test installs it"))
            })?;
        let group = group_of(&child, name)?;
        Ok(Self { name: name.to_owned(), group, child })
    }

    /// Waits until the program, started by [`Program::start_heard`], says `word` on its stderr.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it ends before, or does not say it for 15 s.
    pub async fn heard(&mut self, word: &str) -> Outcome<()> {
        let silent = || Trouble::NotSeen(format!("\"{word}\" from {}", self.name));
        let stderr = self.child.stderr.as_mut().ok_or_else(silent)?;
        let mut lines = BufReader::new(stderr).lines();
        let heard = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains(word) {
                    return true;
                }
            }
            false
        };
        match timeout(crate::waiting::PATIENCE, heard).await {
            Ok(true) => Ok(()),
            _ => Err(silent()),
        }
    }

    /// The first line that the program says on its piped stdout.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it ends or stays silent for 15 s.
    pub async fn first_line(&mut self) -> Outcome<String> {
        self.first_line_within(crate::waiting::PATIENCE).await
    }

    /// The same with another patience.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it ends or stays silent for that long.
    pub async fn first_line_within(&mut self, patience: Duration) -> Outcome<String> {
        let silent = || Trouble::NotSeen(format!("the first line of {}", self.name));
        let stdout = self.child.stdout.take().ok_or_else(silent)?;
        let mut line = String::new();
        let mut stdout = BufReader::new(stdout);
        match timeout(patience, stdout.read_line(&mut line)).await {
            Ok(Ok(count)) if count > 0 => Ok(line.trim().to_owned()),
            _ => Err(silent()),
        }
    }

    /// Writes `text` to the program's piped stdin and closes it.
    ///
    /// # Errors
    /// [`Trouble::Io`] where the pipe is gone.
    pub async fn tell(&mut self, text: &str) -> Outcome<()> {
        if let Some(mut stdin) = self.child.stdin.take() {
            stdin.write_all(text.as_bytes()).await.map_err(Trouble::io(format!("telling {} something", self.name)))?;
        }
        Ok(())
    }

    /// The id of the started process.
    pub fn id(&self) -> u32 {
        self.group.as_raw_nonzero().get().unsigned_abs()
    }

    /// Asks the program to end (SIGTERM) and waits up to 5 s; what is left of its group is killed.
    pub async fn end(mut self) {
        let asked = kill_process(self.group, Signal::TERM);
        if asked.is_ok() {
            let ended = timeout(Duration::from_secs(5), self.child.wait()).await;
            drop(ended);
        }
    }

    /// Waits up to `patience` for the program to end by itself; its exit code, where it has one.
    ///
    /// # Errors
    /// [`Trouble::NotSeen`] where it goes on.
    pub async fn ended(&mut self, patience: Duration) -> Outcome<Option<i32>> {
        match timeout(patience, self.child.wait()).await {
            Ok(Ok(status)) => Ok(status.code()),
            _ => Err(Trouble::NotSeen(format!("the end of {}", self.name))),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if test_kill_process_group(self.group).is_ok() {
            // The group may end between the two calls, and then there is nothing left to do.
            kill_process_group(self.group, Signal::KILL).ok();
        }
    }
}

/// Runs a short program to its end and answers what it said on stdout.
///
/// # Errors
/// [`Trouble::Missing`] where it cannot be started, fails, or takes longer than 15 s.
pub async fn run(name: &str, mut command: Command) -> Outcome<String> {
    command.kill_on_drop(true).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = timeout(crate::waiting::PATIENCE, command.output()).await;
    let output = match ended {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(Trouble::Missing(format!("{name} does not start ({error})"))),
        Err(_) => return Err(Trouble::Missing(format!("{name} does not end"))),
    };
    if !output.status.success() {
        return Err(Trouble::Missing(format!("{name}: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn group_of(child: &Child, name: &str) -> Outcome<Pid> {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    id.ok_or_else(|| Trouble::Missing(format!("{name} ended at once")))
}
