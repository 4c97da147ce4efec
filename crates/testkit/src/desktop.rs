//! A desktop of its own for one app under test: screen, window manager, session bus, keyring, all in one temporary home.
//!
//! Nothing of the computer's own desktop is reached: the environment is built from nothing, and the bus starts no
//! service by itself.

use std::{ffi::OsString, fs, process::Stdio};

use tokio::process::Command;

use crate::{
    Outcome, Trouble,
    home::TemporaryHome,
    keyring::Keyring,
    program::{self, Program},
};

/// The keyring that the app finds when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyringAtStart {
    /// Running, and open.
    Unlocked,
    /// There is none, and none can be started.
    Absent,
}

/// The desktop. Dropping it ends all of it.
pub struct Desktop {
    keyring: Option<Keyring>,
    environment: Vec<(OsString, OsString)>,
    /// Held for their Drop only, in the order in which they end.
    _window_manager: Program,
    _bus: Program,
    _screen: Program,
    home: TemporaryHome,
}

impl Desktop {
    /// Starts everything.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where a program of the desktop is not installed.
    pub async fn start(keyring: KeyringAtStart) -> Outcome<Self> {
        let home = TemporaryHome::new()?;
        let mut environment = base_environment(&home);

        let mut screen = with(program::command("Xvfb"), &environment);
        screen.args(["-displayfd", "1", "-screen", "0", "1280x960x24", "-nolisten", "tcp", "-noreset"]);
        screen.stdout(Stdio::piped());
        let mut screen = Program::start("Xvfb", screen, &home.log("screen"))?;
        environment.push(("DISPLAY".into(), format!(":{}", screen.first_line().await?).into()));

        let mut bus = with(program::command("dbus-daemon"), &environment);
        let configuration = home.root().join("logs/bus.conf");
        fs::write(&configuration, bus_configuration(&home)).map_err(Trouble::io("the bus configuration"))?;
        bus.arg(format!("--config-file={}", configuration.display())).args(["--nofork", "--print-address=1"]);
        bus.stdout(Stdio::piped());
        let mut bus = Program::start("dbus-daemon", bus, &home.log("bus"))?;
        environment.push(("DBUS_SESSION_BUS_ADDRESS".into(), bus.first_line().await?.into()));

        let mut window_manager = with(program::command("openbox"), &environment);
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

    /// The keyring, where there is one.
    ///
    /// # Errors
    /// [`Trouble::Missing`] on a desktop without one.
    pub fn keyring(&self) -> Outcome<&Keyring> {
        self.keyring.as_ref().ok_or_else(|| Trouble::Missing("this desktop has no keyring".to_owned()))
    }

    /// Ends the keyring; from then on there is none.
    pub async fn end_keyring(&mut self) {
        if let Some(keyring) = self.keyring.take() {
            keyring.end().await;
        }
    }

    /// Starts the keyring, open.
    ///
    /// # Errors
    /// [`Trouble`] where it does not start.
    pub async fn start_keyring(&mut self) -> Outcome<()> {
        let keyring = Keyring::start(self).await?;
        self.keyring = Some(keyring);
        Ok(())
    }

    /// A command with exactly this desktop's environment.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        with(program::command(program), &self.environment)
    }
}

fn with(mut command: Command, environment: &[(OsString, OsString)]) -> Command {
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

/// A session bus that starts no service by itself: what is absent stays absent.
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
