//! The temporary home of a desktop and the environment variables of its programs. `desktop` starts the programs.

use std::ffi::{OsStr, OsString};

use tokio::process::Command;

use crate::{Result, home::TemporaryHome, program};

/// The home and the environment variables that all programs of one desktop share. Dropping it removes the home.
pub(crate) struct Environment {
    variables: Vec<(OsString, OsString)>,
    home: TemporaryHome,
}

impl Environment {
    /// Creates the home and the variables that need no running program.
    pub(super) fn new() -> Result<Self> {
        let home = TemporaryHome::new()?;
        let mut variables: Vec<(OsString, OsString)> =
            home.environment().into_iter().map(|(key, value)| (key.into(), value.into_os_string())).collect();
        let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
        let fixed = [("LANG", "C.UTF-8"), ("LANGUAGE", "en"), ("NO_AT_BRIDGE", "1"), ("LIBGL_ALWAYS_SOFTWARE", "1")];
        variables.push(("PATH".into(), path));
        variables.extend(fixed.map(|(key, value)| (key.into(), value.into())));
        Ok(Self { variables, home })
    }

    pub(super) fn home(&self) -> &TemporaryHome {
        &self.home
    }

    /// Removes a variable for programs that start later.
    pub(super) fn remove(&mut self, variable: &str) {
        self.variables.retain(|(key, _)| key != variable);
    }

    /// Adds a variable for programs that start later.
    pub(super) fn set(&mut self, variable: &str, value: &str) {
        self.variables.push((variable.into(), value.into()));
    }

    /// A command that gets these variables and no others.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = program::command(program);
        command.env_clear().envs(self.variables.iter().map(|(key, value)| (key, value)));
        command
    }
}
