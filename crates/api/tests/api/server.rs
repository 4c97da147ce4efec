//! A server that speaks just enough HTTP/1.1 to misbehave in every way: one request per connection.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lapel_api::{
    Connection, Endpoint, Http, LoadingTokens, SavingTokens, Secret, Timeouts, TokenSaveError, TokenStore, Tokens,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET /v1/users/profile`.
    pub(crate) line: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn bearer(&self) -> &str {
        self.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("none")
    }
}

/// What the server does with a request.
pub(crate) enum Answer {
    /// Status, extra headers, body.
    Reply(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// These bytes and the end of the connection.
    Raw(Vec<u8>),
    /// A TCP reset.
    Reset,
    /// These bytes and then nothing, until the client goes away.
    Stall(&'static str),
    /// A head, then a body without end.
    Flood(&'static str),
    /// A head, then a byte of its body now and then, for ever.
    Drip(&'static str, Duration),
}

pub(crate) fn json(status: u16, body: serde_json::Value) -> Answer {
    Answer::Reply(status, vec![("content-type", "application/json".into())], body.to_string().into_bytes())
}

pub(crate) fn user() -> serde_json::Value {
    serde_json::from_str(include_str!("../../../../tests/contract/examples/put-user.200.json")).unwrap()
}

/// A session that ends in `seconds` by the clock of the server, which is `date`.
pub(crate) fn session(access: &str, refresh: &str, seconds: u32) -> Answer {
    let expire_at = format!("2024-01-01T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let body = serde_json::json!({ "status": true, "data": {
        "accessToken": { "token": access, "expireAt": expire_at },
        "refreshToken": { "token": refresh, "expireAt": "2024-02-01T00:00:00Z" },
        "user": user()["data"],
    } });
    let headers = vec![("date", "Mon, 01 Jan 2024 00:00:00 GMT".into())];
    Answer::Reply(200, headers, body.to_string().into_bytes())
}

type Handling = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// The server, for the time of a test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    /// Bytes of floods that the client took.
    pub(crate) flooded: Arc<AtomicU64>,
    running: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Server {
    pub(crate) async fn start(handle: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_async(move |request| {
            let answer = handle(&request);
            Box::pin(async move { answer })
        })
        .await
    }

    pub(crate) async fn start_async(handle: impl Fn(Request) -> Handling + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let flooded = Arc::new(AtomicU64::new(0));
        let (log, flood, handle) = (Arc::clone(&requests), Arc::clone(&flooded), Arc::new(handle));
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, flood, handle) = (Arc::clone(&log), Arc::clone(&flood), Arc::clone(&handle));
                tokio::spawn(async move {
                    // The client may leave at any time; what matters is what it made of it.
                    let _left = serve(stream, &log, &flood, &*handle).await;
                });
            }
        });
        Self { address, requests, flooded, running }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// How many requests had this line.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.requests().iter().filter(|request| request.line == line).count()
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("http://{}/v1", self.address)).unwrap()
    }

    /// A connection with an API token.
    pub(crate) fn connection(&self) -> Connection {
        self.connection_with(Tokens::api_token(Secret::new("key".into())), Arc::new(Keeper::default()))
    }

    pub(crate) fn connection_with(&self, tokens: Tokens, keeper: Arc<dyn TokenStore>) -> Connection {
        Connection::new(http(), self.endpoint(), tokens, keeper)
    }

    /// A connection with an API token and these limits.
    pub(crate) fn connection_within(&self, timeouts: Timeouts) -> Connection {
        connection_within(self.endpoint(), timeouts)
    }
}

/// A connection with an API token and these limits.
pub(crate) fn connection_within(endpoint: Endpoint, timeouts: Timeouts) -> Connection {
    let token = Tokens::api_token(Secret::new("key".into()));
    Connection::new(Http::new(timeouts).unwrap(), endpoint, token, Arc::new(Keeper::default()))
}

/// Clients with short limits.
pub(crate) fn http() -> Http {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        read_idle: Duration::from_millis(1500),
        total: Duration::from_secs(20),
        upload: Duration::from_secs(20),
    };
    Http::new(timeouts).unwrap()
}

/// Remembers which tokens it was given, and fails where it is told to.
#[derive(Default)]
pub(crate) struct Keeper {
    pub(crate) kept: Mutex<Vec<Tokens>>,
    pub(crate) fails: bool,
    /// What another process has kept there meanwhile.
    pub(crate) by_another: Mutex<Option<Tokens>>,
}

impl TokenStore for Keeper {
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async move {
            self.kept.lock().unwrap().push(tokens.clone());
            if self.fails { Err(TokenSaveError("the keyring is locked".into())) } else { Ok(()) }
        })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async { self.by_another.lock().unwrap().clone() })
    }
}

async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    flooded: &AtomicU64,
    handle: &(impl Fn(Request) -> Handling + Send + Sync),
) -> io::Result<()> {
    let request = read_request(&mut stream).await?;
    log.lock().unwrap().push(request.clone());
    match handle(request).await {
        Answer::Reply(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            head += &format!("content-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            stream.shutdown().await
        }
        Answer::Raw(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Answer::Reset => stream.set_zero_linger(),
        Answer::Stall(bytes) => {
            stream.write_all(bytes.as_bytes()).await?;
            stream.read_to_end(&mut Vec::new()).await.map(drop)
        }
        Answer::Flood(head) => {
            stream.write_all(head.as_bytes()).await?;
            let piece = vec![b' '; 64 * 1024];
            while flooded.load(Ordering::Relaxed) < 100 * 1024 * 1024 {
                stream.write_all(&piece).await?;
                flooded.fetch_add(piece.len() as u64, Ordering::Relaxed);
            }
            Ok(())
        }
        Answer::Drip(head, pause) => {
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(pause).await;
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut request = Request { line, headers, body: bytes.split_off(head_end + 4) };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(request)
}
