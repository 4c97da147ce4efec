//! Controls the real keyring (gnome-keyring) of a test desktop: lock, unlock, read and delete entries. The desktop
//! starts and stops it.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

pub use crate::desktop::keyring_daemon::Keyring;
use crate::{
    Result, TestError,
    desktop::{
        Desktop,
        keyring_daemon::{BUS_NAME, PASSWORD},
    },
    program::{self, Program},
};

const SERVICE: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

impl Keyring {
    /// Locks the keyring.
    pub async fn lock(&self, desktop: &Desktop) -> Result<()> {
        call(desktop, SERVICE, "org.freedesktop.Secret.Service.Lock", &[&format!("['{COLLECTION}']")]).await?;
        match self.is_locked(desktop).await? {
            true => Ok(()),
            false => Err(TestError::Failed("the keyring did not lock".to_owned())),
        }
    }

    /// Whether the keyring is locked.
    pub async fn is_locked(&self, desktop: &Desktop) -> Result<bool> {
        let answer = property(desktop, "Locked").await?;
        Ok(answer.contains("true"))
    }

    /// Unlocks the keyring through the daemon's control socket, as a desktop login does. The command line tool can
    /// unlock only a daemon that it starts itself.
    pub async fn unlock(&self, desktop: &Desktop) -> Result<()> {
        let what = || TestError::io("unlocking the keyring");
        let socket = desktop.home().runtime().join("keyring/control");
        let mut stream = UnixStream::connect(socket).await.map_err(what())?;
        // A zero byte that carries the peer credentials, then total length, operation 1 (unlock), password length and
        // password. Numbers are 32-bit big-endian.
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
            true => Err(TestError::Failed(format!("the keyring did not open: {answer:?}"))),
        }
    }

    /// The number of entries.
    pub async fn entry_count(&self, desktop: &Desktop) -> Result<usize> {
        Ok(items(desktop).await?.len())
    }

    /// The secret of every entry, as another program of the same user can read it. Fails while the keyring is locked.
    pub async fn secrets(&self, desktop: &Desktop) -> Result<Vec<String>> {
        let mut secrets = Vec::new();
        for item in items(desktop).await? {
            let mut lookup = desktop.command("secret-tool");
            lookup.arg("lookup").args(attributes(desktop, &item).await?);
            secrets.push(program::run("reading the keyring", lookup).await?);
        }
        Ok(secrets)
    }

    /// Gives all entries another service name, which is a part of their attributes.
    pub async fn rename_services(&self, desktop: &Desktop, service: &str) -> Result<()> {
        for item in items(desktop).await? {
            let arguments = ["org.freedesktop.Secret.Item", "Attributes"];
            let attributes = call(desktop, &item, "org.freedesktop.DBus.Properties.Get", &arguments).await?;
            let words: Vec<&str> = attributes.split('\'').skip(1).step_by(2).collect();
            let renamed = words.chunks(2).filter_map(|pair| match pair {
                ["service", _] => Some(format!("'service': '{service}'")),
                [name, value] => Some(format!("'{name}': '{value}'")),
                _ => None,
            });
            let renamed = format!("<{{{}}}>", renamed.collect::<Vec<_>>().join(", "));
            let arguments = ["org.freedesktop.Secret.Item", "Attributes", &renamed];
            call(desktop, &item, "org.freedesktop.DBus.Properties.Set", &arguments).await?;
        }
        Ok(())
    }

    /// Copies every entry, as another program may do: afterwards two entries have the name of each.
    pub async fn copy_all_entries(&self, desktop: &Desktop) -> Result<()> {
        for (item, secret) in items(desktop).await?.into_iter().zip(self.secrets(desktop).await?) {
            let mut store = desktop.command("secret-tool");
            // The additional attribute keeps the keyring from replacing the entry.
            store
                .args(["store", "--label=copy", "copied-by", "another-program"])
                .args(attributes(desktop, &item).await?);
            store.stdin(Stdio::piped());
            let mut store = Program::start("secret-tool", store, &desktop.home().log("secret-tool"))?;
            store.write_stdin(&secret).await?;
            store.wait_for_exit(Duration::from_secs(10)).await?;
        }
        Ok(())
    }

    /// Deletes every entry without the app's knowledge.
    pub async fn delete_all_entries(&self, desktop: &Desktop) -> Result<()> {
        for item in items(desktop).await? {
            call(desktop, &item, "org.freedesktop.Secret.Item.Delete", &[]).await?;
        }
        Ok(())
    }
}

/// The names and values of an entry's attributes, in the order of the arguments of `secret-tool`.
async fn attributes(desktop: &Desktop, item: &str) -> Result<Vec<String>> {
    let arguments = ["org.freedesktop.Secret.Item", "Attributes"];
    let attributes = call(desktop, item, "org.freedesktop.DBus.Properties.Get", &arguments).await?;
    // Names and values alternate in quotes.
    Ok(attributes.split('\'').skip(1).step_by(2).map(str::to_owned).collect())
}

async fn items(desktop: &Desktop) -> Result<Vec<String>> {
    let answer = property(desktop, "Items").await?;
    Ok(answer.split('\'').filter(|part| part.starts_with(COLLECTION)).map(str::to_owned).collect())
}

async fn property(desktop: &Desktop, name: &str) -> Result<String> {
    let arguments = ["org.freedesktop.Secret.Collection", name];
    call(desktop, COLLECTION, "org.freedesktop.DBus.Properties.Get", &arguments).await
}

async fn call(desktop: &Desktop, path: &str, method: &str, arguments: &[&str]) -> Result<String> {
    let mut command = desktop.command("gdbus");
    command.args(["call", "--session", "--dest", BUS_NAME, "--object-path", path, "--method", method]).args(arguments);
    program::run("asking the keyring", command).await
}
