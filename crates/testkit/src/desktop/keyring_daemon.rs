//! Starts and stops the keyring of a desktop. The module `keyring` controls the running one.

use std::process::Stdio;

use super::environment::Environment;
use crate::{
    Result,
    program::{self, Program},
};

/// The name of the keyring on the session bus.
pub(crate) const BUS_NAME: &str = "org.freedesktop.secrets";
/// Password of a keyring in a temporary home; it protects nothing.
pub(crate) const PASSWORD: &str = "open sesame";

/// A running gnome-keyring-daemon.
pub struct Keyring {
    daemon: Program,
}

impl Keyring {
    /// Starts the daemon on the session bus: unlocked, or without a keyring for entries.
    pub(super) async fn start(environment: &Environment, unlocks: bool) -> Result<Self> {
        let mut command = environment.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]);
        if unlocks {
            command.arg("--unlock");
        }
        command.arg("--control-directory");
        command.arg(environment.home().runtime().join("keyring"));
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut daemon = Program::start("gnome-keyring-daemon", command, &environment.home().log("keyring"))?;
        daemon.write_stdin(if unlocks { PASSWORD } else { "" }).await?;
        let mut wait = environment.command("gdbus");
        wait.args(["wait", "--session", "--timeout", "10", BUS_NAME]);
        program::run("waiting for the keyring", wait).await?;
        Ok(Self { daemon })
    }

    /// Stops the daemon. Its files stay.
    pub(super) async fn stop(self) {
        self.daemon.stop().await;
    }
}
