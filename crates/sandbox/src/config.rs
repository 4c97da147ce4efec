//! What a sandbox is started with. No behaviour here.

use std::path::PathBuf;
use std::time::Duration;

/// Where the sandbox keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file; created where it does not exist.
    File(PathBuf),
    /// A file that is the demo's alone: where it is damaged it is moved aside, and the demo begins anew.
    Own(PathBuf),
    /// Nothing outlives the sandbox.
    Memory,
}

/// What an empty database is filled with. A database that holds people is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// The five demo people of Acme Industries, password `lapel-demo`.
    Demo {
        /// How many generated members to add to the team.
        members: u32,
    },
}

/// How hard new passwords are hashed (argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCost {
    /// For people: 19 MiB, two passes.
    Interactive,
    /// For tests: as little as the algorithm allows.
    Minimal,
}

/// What becomes of an uploaded picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uploads {
    /// It is stored.
    #[default]
    Accepted,
    /// 403 with code 4003.
    Refused403,
    /// 404, as if the route did not exist.
    Missing404,
}

/// Which HTTP status goes with 4014 (code wanted) and 4013 (wrong code) at sign-in; the service does not document it.
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

/// What becomes of a list that is asked for with many rows a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PageLimit {
    /// Up to 1,000, as the contract says.
    #[default]
    Contract,
    /// 400 with code 5000 for more rows than this.
    RefusedAbove(u16),
    /// At most so many rows (at least one) are answered, and the answer's `limit` says so.
    CutTo(u16),
}

/// Ways in which other servers of the same contract differ from this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// Sends no ETag and ignores If-Match and If-None-Match.
    pub no_etag: bool,
    /// First name, last name, picture and language are emptied where a PUT of a user leaves them out.
    pub resets_omitted: bool,
    /// What becomes of an uploaded picture.
    pub uploads: Uploads,
    /// 404 for sign-out, as if the route did not exist; the session lives on.
    pub no_logout: bool,
    /// Which HTTP status goes with the two codes about two-factor authentication.
    pub code_status: CodeStatus,
    /// A renewal answers a new access token alone; the refresh token stays as it is.
    pub keeps_refresh_token: bool,
    /// A PUT of a user or of a row of the team is answered 204, without a body and without an ETag.
    pub bare_writes: bool,
    /// How many rows a page of a list may have.
    pub page_limit: PageLimit,
    /// Sends weak ETags, as something between that rewrites them does: no If-Match holds but `*`.
    pub weak_etags: bool,
}

/// What a sandbox is started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Where the data is kept.
    pub database: Database,
    /// What an empty database is filled with.
    pub seed: Option<Seed>,
    /// How long an access token lives.
    pub access_token_ttl: Duration,
    /// How long a refresh token lives.
    pub refresh_token_ttl: Duration,
    /// Waiting time before every answer.
    pub latency: Duration,
    /// Least time between two mails of one kind to one address; sooner is refused with 4007.
    pub mail_interval: Duration,
    /// How hard new passwords are hashed.
    pub password_cost: PasswordCost,
    /// How the server differs from the ordinary one.
    pub quirks: Quirks,
}

impl Config {
    /// The demo as a person meets it: a free port, the demo people, tokens of 15 minutes and 30 days, no latency,
    /// half a minute between mails.
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
