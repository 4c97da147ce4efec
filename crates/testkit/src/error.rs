//! The error type of the test tools.

use std::fmt;

/// Result with [`TestError`] as the default error.
pub type Result<T, E = TestError> = std::result::Result<T, E>;

/// A step of a test failed.
#[derive(thiserror::Error)]
pub enum TestError {
    /// The file system or a socket failed.
    #[error("{what}: {source}")]
    Io {
        /// The attempted step.
        what: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A WebDriver command failed.
    #[error("WebDriver: {0:?}")]
    Driver(#[from] fantoccini::error::CmdError),
    /// An HTTP request sent by the test itself failed.
    #[error("HTTP request of the test: {0}")]
    Http(#[from] reqwest::Error),
    /// An expected condition did not occur in time. The text names it and what was seen instead.
    #[error("timed out waiting for: {0}")]
    TimedOut(String),
    /// Any other failure: a missing program, a process that did not start, a request that was refused.
    #[error("{0}")]
    Failed(String),
}

impl TestError {
    /// Wraps an I/O error together with a description of the attempted step.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// Same as Display, because a failing test prints its error with Debug.
impl fmt::Debug for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
