//! Child processes of a test. Each runs in its own process group and is killed when the test ends.

use std::{fs::File, path::Path, process::Stdio, time::Duration};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::{Result, TestError};

/// A running program. Dropping it kills its whole process group.
pub struct Program {
    name: String,
    group: Pid,
    child: Child,
}

/// A command whose process is killed when the thread that started it ends, even if the test process is killed.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).stdin(Stdio::null());
    command
}

impl Program {
    /// Starts `command` in its own process group and appends its stderr to the file `log`.
    pub fn start(name: &str, command: Command, log: &Path) -> Result<Self> {
        let log = File::options().create(true).append(true).open(log).map_err(TestError::io("the log of a program"))?;
        Self::spawn(name, command, log.into())
    }

    /// Like [`Program::start`], but pipes stderr for [`Program::wait_for_stderr`].
    pub fn start_with_piped_stderr(name: &str, command: Command) -> Result<Self> {
        Self::spawn(name, command, Stdio::piped())
    }

    fn spawn(name: &str, mut command: Command, stderr: Stdio) -> Result<Self> {
        let child =
            command.process_group(0).stderr(stderr).spawn().map_err(|error| {
                TestError::Failed(format!("{name} does not start ({error}); ./dev test installs it"))
            })?;
        let group = group_of(&child, name)?;
        Ok(Self { name: name.to_owned(), group, child })
    }

    /// Everything that the program writes to its piped stderr until it exits.
    pub async fn rest_of_stderr(&mut self) -> Result<String> {
        let mut text = String::new();
        if let Some(stderr) = self.child.stderr.as_mut() {
            let read = timeout(crate::waiting::PATIENCE, stderr.read_to_string(&mut text)).await;
            read.map_err(|_| TestError::TimedOut(format!("the end of stderr of {}", self.name)))?
                .map_err(TestError::io(format!("reading stderr of {}", self.name)))?;
        }
        Ok(text)
    }

    /// Waits until a line with `word` appears on the stderr of a program that was started by
    /// [`Program::start_with_piped_stderr`].
    pub async fn wait_for_stderr(&mut self, word: &str) -> Result<()> {
        let silent = || TestError::TimedOut(format!("\"{word}\" from {}", self.name));
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

    /// The first line on the program's piped stdout.
    pub async fn first_line(&mut self) -> Result<String> {
        self.first_line_within(crate::waiting::PATIENCE).await
    }

    /// Like [`Program::first_line`], with another time limit.
    pub async fn first_line_within(&mut self, patience: Duration) -> Result<String> {
        let silent = || TestError::TimedOut(format!("the first line of {}", self.name));
        let stdout = self.child.stdout.take().ok_or_else(silent)?;
        let mut line = String::new();
        let mut stdout = BufReader::new(stdout);
        match timeout(patience, stdout.read_line(&mut line)).await {
            Ok(Ok(count)) if count > 0 => Ok(line.trim().to_owned()),
            _ => Err(silent()),
        }
    }

    /// Writes `text` to the program's piped stdin and closes the pipe.
    pub async fn write_stdin(&mut self, text: &str) -> Result<()> {
        if let Some(mut stdin) = self.child.stdin.take() {
            stdin
                .write_all(text.as_bytes())
                .await
                .map_err(TestError::io(format!("writing to stdin of {}", self.name)))?;
        }
        Ok(())
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.group.as_raw_nonzero().get().unsigned_abs()
    }

    /// Sends SIGTERM, waits up to 5 s, then kills the rest of the process group.
    pub async fn stop(mut self) {
        let signaled = kill_process(self.group, Signal::TERM);
        if signaled.is_ok() {
            let ended = timeout(Duration::from_secs(5), self.child.wait()).await;
            drop(ended);
        }
    }

    /// Waits up to `patience` for the program to exit. Returns its exit code, or `None` if a signal ended it.
    pub async fn wait_for_exit(&mut self, patience: Duration) -> Result<Option<i32>> {
        match timeout(patience, self.child.wait()).await {
            Ok(Ok(status)) => Ok(status.code()),
            _ => Err(TestError::TimedOut(format!("the exit of {}", self.name))),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if test_kill_process_group(self.group).is_ok() {
            // The group may end between the two calls.
            kill_process_group(self.group, Signal::KILL).ok();
        }
    }
}

/// Runs a program to completion and returns its stdout. Fails if it cannot start, exits with an error, or takes
/// longer than 15 s.
pub async fn run(name: &str, mut command: Command) -> Result<String> {
    command.kill_on_drop(true).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = timeout(crate::waiting::PATIENCE, command.output()).await;
    let output = match ended {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(TestError::Failed(format!("{name} does not start ({error})"))),
        Err(_) => return Err(TestError::Failed(format!("{name} does not end"))),
    };
    if !output.status.success() {
        return Err(TestError::Failed(format!("{name}: {}", String::from_utf8_lossy(&output.stderr))));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn group_of(child: &Child, name: &str) -> Result<Pid> {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    id.ok_or_else(|| TestError::Failed(format!("{name} ended at once")))
}
