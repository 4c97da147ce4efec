//! What can go wrong around a test, in words that tell a failed test apart from a broken computer.

use std::fmt;

/// What the tools answer.
pub type Outcome<T> = Result<T, Trouble>;

/// A tool could not do its part.
#[derive(thiserror::Error)]
pub enum Trouble {
    /// The file system or a socket failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The driver of the window failed.
    #[error("the driver of the window: {0:?}")]
    Driver(#[from] fantoccini::error::CmdError),
    /// The other side of a request failed.
    #[error("a request of the test itself: {0}")]
    Http(#[from] reqwest::Error),
    /// What was awaited did not happen in time; the text says what was seen instead.
    #[error("not seen in time: {0}")]
    NotSeen(String),
    /// Something needed for the test is missing on this computer, or did not start.
    #[error("{0}")]
    Missing(String),
}

impl Trouble {
    /// Names what was being done when the file system or a socket failed.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// As plain as Display: a test that answers a trouble prints it by Debug.
impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
