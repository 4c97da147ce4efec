//! The configuration of a sandbox.

use std::path::PathBuf;
use std::time::Duration;

/// Where the sandbox stores its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file. It is created if it does not exist.
    File(PathBuf),
    /// A SQLite file that belongs to the demo. If it is damaged, it is renamed and the demo starts with a new file.
    Own(PathBuf),
    /// In memory: the data is lost when the sandbox stops.
    Memory,
}

/// The initial data. It is written only into an empty database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// The five demo people of Acme Industries, password `lapel-demo`.
    Demo {
        /// Number of generated members to add to the team.
        members: u32,
    },
}

/// The cost of hashing new passwords (argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCost {
    /// For real use: 19 MiB, two passes.
    Interactive,
    /// For tests: the minimum of the algorithm.
    Minimal,
}

/// The response to a picture upload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uploads {
    /// The picture is stored.
    #[default]
    Accepted,
    /// 403 with code 4003.
    Refused403,
    /// 404, as if the route did not exist.
    Missing404,
}

/// The HTTP status for the codes 4014 (code required) and 4013 (wrong code) at sign-in. The service does not document
/// it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeStatus {
    /// 401.
    #[default]
    Unauthorized401,
    /// 400.
    BadRequest400,
    /// 403.
    Forbidden403,
}

/// The limit for the rows per page of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageLimit {
    /// Up to 1,000, as the contract says.
    #[default]
    Contract,
    /// A request for more rows than this gets 400 with code 5000.
    RefusedAbove(u16),
    /// At most this number of rows are returned (0 counts as 1). The `limit` in the response is reduced, too.
    CutTo(u16),
}

/// Deviations of other servers that implement the same contract. The default has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Sends no ETag and ignores If-Match and If-None-Match.
    pub no_etag: bool,
    /// A PUT of a user clears first name, last name, picture and language if it omits them.
    pub put_replaces_all: bool,
    /// The response to a picture upload.
    pub uploads: Uploads,
    /// Sign-out returns 404, as if the route did not exist. The session stays valid.
    pub no_logout: bool,
    /// The HTTP status for the two codes about two-factor authentication.
    pub code_status: CodeStatus,
    /// Renewal returns only a new access token. The refresh token stays valid.
    pub keeps_refresh_token: bool,
    /// A PUT of a user or of a team row returns 204, without a body and without an ETag.
    pub bare_writes: bool,
    /// The limit for the rows per page of a list.
    pub page_limit: PageLimit,
    /// Sends weak ETags, like an intermediary (proxy) that rewrites them. Only `If-Match: *` then matches.
    pub weak_etags: bool,
}

/// The configuration of a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Port on 127.0.0.1; 0 selects a free port.
    pub port: u16,
    /// Where the data is stored.
    pub database: Database,
    /// The initial data of an empty database.
    pub seed: Option<Seed>,
    /// Lifetime of an access token.
    pub access_token_ttl: Duration,
    /// Lifetime of a refresh token.
    pub refresh_token_ttl: Duration,
    /// Delay before every response.
    pub latency: Duration,
    /// Minimum time between two mails of the same kind to the same address. A request before that gets the code 4007.
    pub mail_interval: Duration,
    /// The cost of hashing new passwords.
    pub password_cost: PasswordCost,
    /// Deviations from the default behavior.
    pub quirks: Quirks,
}

impl Config {
    /// The configuration of the demo: a free port, the demo people, token lifetimes of 15 minutes and 30 days, no
    /// latency, 30 seconds between mails.
    pub fn demo(database: Database) -> Self {
        Self {
            port: 0,
            database,
            seed: Some(Seed::Demo { members: 0 }),
            access_token_ttl: Duration::from_secs(15 * 60),
            refresh_token_ttl: Duration::from_secs(30 * 24 * 60 * 60),
            latency: Duration::ZERO,
            mail_interval: Duration::from_secs(30),
            password_cost: PasswordCost::Interactive,
            quirks: Quirks::default(),
        }
    }
}
