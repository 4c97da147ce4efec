//! The real keyring of a desktop, and what may happen to it: locked, emptied, gone.

use std::process::Stdio;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::{
    Outcome, Trouble,
    desktop::Desktop,
    program::{self, Program},
};

const BUS_NAME: &str = "org.freedesktop.secrets";
const SERVICE: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";
/// Opens the keyring of a temporary home, so it protects nothing.
const PASSWORD: &str = "open sesame";

/// A running gnome-keyring-daemon.
pub struct Keyring {
    daemon: Program,
}

impl Keyring {
    /// Starts it on the bus of `desktop`, open.
    pub(crate) async fn start(desktop: &Desktop) -> Outcome<Self> {
        let mut command = desktop.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets", "--control-directory"]);
        command.arg(desktop.home().runtime().join("keyring"));
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut daemon = Program::start("gnome-keyring-daemon", command, &desktop.home().log("keyring"))?;
        daemon.tell(PASSWORD).await?;
        let mut wait = desktop.command("gdbus");
        wait.args(["wait", "--session", "--timeout", "10", BUS_NAME]);
        program::run("waiting for the keyring", wait).await?;
        Ok(Self { daemon })
    }

    /// Ends the daemon; its files stay.
    pub(crate) async fn end(self) {
        self.daemon.end().await;
    }

    /// Locks it: reading needs the password from now on.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the keyring refuses.
    pub async fn lock(&self, desktop: &Desktop) -> Outcome<()> {
        call(desktop, SERVICE, "org.freedesktop.Secret.Service.Lock", &[&format!("['{COLLECTION}']")]).await?;
        match self.is_locked(desktop).await? {
            true => Ok(()),
            false => Err(Trouble::Missing("the keyring did not lock".to_owned())),
        }
    }

    /// Whether it is locked.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the keyring does not answer.
    pub async fn is_locked(&self, desktop: &Desktop) -> Outcome<bool> {
        let answer = property(desktop, "Locked").await?;
        Ok(answer.contains("true"))
    }

    /// Opens it again, as signing in to the desktop does: by the daemon's own socket, since its program only starts new
    /// daemons open.
    ///
    /// # Errors
    /// [`Trouble`] where the keyring refuses.
    pub async fn unlock(&self, desktop: &Desktop) -> Outcome<()> {
        let what = || Trouble::io("unlocking the keyring");
        let socket = desktop.home().runtime().join("keyring/control");
        let mut stream = UnixStream::connect(socket).await.map_err(what())?;
        // One byte that only carries who is asking, then length, operation 1 and the password, each number in four bytes.
        let mut message = vec![0];
        let length = u32::try_from(PASSWORD.len()).unwrap_or(u32::MAX);
        for number in [length + 12, 1, length] {
            message.extend(number.to_be_bytes());
        }
        message.extend(PASSWORD.as_bytes());
        stream.write_all(&message).await.map_err(what())?;
        let mut answer = [0; 8];
        stream.read_exact(&mut answer).await.map_err(what())?;
        match self.is_locked(desktop).await? {
            false => Ok(()),
            true => Err(Trouble::Missing(format!("the keyring did not open: {answer:?}"))),
        }
    }

    /// The number of entries in it.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the keyring does not answer.
    pub async fn count(&self, desktop: &Desktop) -> Outcome<usize> {
        Ok(items(desktop).await?.len())
    }

    /// What every entry holds, as another program of the same person can read it.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the keyring is locked.
    pub async fn secrets(&self, desktop: &Desktop) -> Outcome<Vec<String>> {
        let mut held = Vec::new();
        for item in items(desktop).await? {
            let arguments = ["org.freedesktop.Secret.Item", "Attributes"];
            let attributes = call(desktop, &item, "org.freedesktop.DBus.Properties.Get", &arguments).await?;
            // Names and values in quotes, one after the other: what the lookup takes.
            let words = attributes.split('\'').skip(1).step_by(2).map(str::to_owned);
            let mut lookup = desktop.command("secret-tool");
            lookup.arg("lookup").args(words);
            held.push(program::run("reading the keyring", lookup).await?);
        }
        Ok(held)
    }

    /// Deletes every entry, behind the app's back.
    ///
    /// # Errors
    /// [`Trouble::Missing`] where the keyring refuses.
    pub async fn forget_all(&self, desktop: &Desktop) -> Outcome<()> {
        for item in items(desktop).await? {
            call(desktop, &item, "org.freedesktop.Secret.Item.Delete", &[]).await?;
        }
        Ok(())
    }
}

async fn items(desktop: &Desktop) -> Outcome<Vec<String>> {
    let answer = property(desktop, "Items").await?;
    Ok(answer.split('\'').filter(|part| part.starts_with(COLLECTION)).map(str::to_owned).collect())
}

async fn property(desktop: &Desktop, name: &str) -> Outcome<String> {
    let arguments = ["org.freedesktop.Secret.Collection", name];
    call(desktop, COLLECTION, "org.freedesktop.DBus.Properties.Get", &arguments).await
}

async fn call(desktop: &Desktop, path: &str, method: &str, arguments: &[&str]) -> Outcome<String> {
    let mut command = desktop.command("gdbus");
    command.args(["call", "--session", "--dest", BUS_NAME, "--object-path", path, "--method", method]).args(arguments);
    program::run("asking the keyring", command).await
}
