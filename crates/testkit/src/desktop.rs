//! An isolated desktop for one app under test: X server, window manager, session bus and keyring in a temporary home.
//!
//! It cannot reach the host's desktop: the environment starts empty, and the session bus does not activate services.

use std::{ffi::OsString, fs, process::Stdio};

use tokio::process::Command;

use crate::{
    Result, TestError,
    home::TemporaryHome,
    keyring::Keyring,
    program::{self, Program},
};

/// State of the keyring when the app starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyringAtStart {
    /// Running and unlocked.
    Unlocked,
    /// Not running, and the bus cannot activate one.
    Absent,
}

/// A running desktop. Dropping it stops all its programs.
pub struct Desktop {
    keyring: Option<Keyring>,
    environment: Vec<(OsString, OsString)>,
    /// Held for their Drop only, in the order in which they must stop.
    _window_manager: Program,
    _bus: Program,
    _screen: Program,
    home: TemporaryHome,
}

impl Desktop {
    /// Starts all programs of the desktop. Fails when one of them is not installed.
    pub async fn start(keyring: KeyringAtStart) -> Result<Self> {
        let home = TemporaryHome::new()?;
        let mut environment = base_environment(&home);

        let mut screen = with_environment(program::command("Xvfb"), &environment);
        screen.args(["-displayfd", "1", "-screen", "0", "1280x960x24", "-nolisten", "tcp", "-noreset"]);
        screen.stdout(Stdio::piped());
        let mut screen = Program::start("Xvfb", screen, &home.log("screen"))?;
        environment.push(("DISPLAY".into(), format!(":{}", screen.first_line().await?).into()));

        let mut bus = with_environment(program::command("dbus-daemon"), &environment);
        let configuration = home.root().join("logs/bus.conf");
        fs::write(&configuration, bus_configuration(&home)).map_err(TestError::io("the bus configuration"))?;
        bus.arg(format!("--config-file={}", configuration.display())).args(["--nofork", "--print-address=1"]);
        bus.stdout(Stdio::piped());
        let mut bus = Program::start("dbus-daemon", bus, &home.log("bus"))?;
        environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), bus.first_line().await?.into()));

        let mut window_manager = with_environment(program::command("openbox"), &environment);
        window_manager.stdout(Stdio::null());
        let window_manager = Program::start("openbox", window_manager, &home.log("openbox"))?;

        let mut desktop =
            Self { keyring: None, environment, _window_manager: window_manager, _bus: bus, _screen: screen, home };
        if keyring == KeyringAtStart::Unlocked {
            desktop.start_keyring().await?;
        }
        Ok(desktop)
    }

    /// The home of this desktop.
    pub fn home(&self) -> &TemporaryHome {
        &self.home
    }

    /// The running keyring, or an error when none is running.
    pub fn keyring(&self) -> Result<&Keyring> {
        self.keyring.as_ref().ok_or_else(|| TestError::Failed("this desktop has no keyring".to_owned()))
    }

    /// Stops the keyring.
    pub async fn stop_keyring(&mut self) {
        if let Some(keyring) = self.keyring.take() {
            keyring.stop().await;
        }
    }

    /// Starts the keyring unlocked.
    pub async fn start_keyring(&mut self) -> Result<()> {
        let keyring = Keyring::start(self).await?;
        self.keyring = Some(keyring);
        Ok(())
    }

    /// A command whose environment is this desktop's environment and nothing else.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        with_environment(program::command(program), &self.environment)
    }
}

fn with_environment(mut command: Command, environment: &[(OsString, OsString)]) -> Command {
    command.env_clear().envs(environment.iter().map(|(key, value)| (key, value)));
    command
}

fn base_environment(home: &TemporaryHome) -> Vec<(OsString, OsString)> {
    let mut environment: Vec<(OsString, OsString)> =
        home.environment().into_iter().map(|(key, value)| (key.into(), value.into_os_string())).collect();
    let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into());
    let fixed = [("LANG", "C.UTF-8"), ("LANGUAGE", "en"), ("NO_AT_BRIDGE", "1"), ("LIBGL_ALWAYS_SOFTWARE", "1")];
    environment.push(("PATH".into(), path));
    environment.extend(fixed.map(|(key, value)| (key.into(), value.into())));
    environment
}

/// A session bus configuration without service activation, so that a stopped keyring is not started again.
fn bus_configuration(home: &TemporaryHome) -> String {
    let socket = home.runtime().join("bus");
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}
