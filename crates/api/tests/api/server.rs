//! A small HTTP/1.1 server for tests. It can break the protocol and the connection in many ways, because the client
//! must survive that. It handles one request per connection.

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

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Method and path, such as `GET /v1/users/profile`.
    pub(crate) line: String,
    /// Names and values. The names are in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The access token in the `authorization` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }
}

/// How the server responds to a request.
pub(crate) enum Response {
    /// Sends a complete response with this status, these headers and this body.
    Complete(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Sends these bytes and closes the connection.
    Raw(Vec<u8>),
    /// Resets the TCP connection.
    Reset,
    /// Sends these bytes and then nothing until the client disconnects.
    Stall(&'static str),
    /// Sends this head, then a body of up to 100 MiB, which is more than the client accepts. The server stops there, so
    /// that a client without a limit fails its test soon.
    Flood(&'static str),
    /// Sends this head, then one byte of body after another with a pause between them, until the client disconnects.
    Drip(&'static str, Duration),
}

/// A complete response with a JSON body.
pub(crate) fn json_response(status: u16, body: serde_json::Value) -> Response {
    Response::Complete(status, vec![("content-type", "application/json".into())], body.to_string().into_bytes())
}

/// The body of a response that contains a user.
pub(crate) fn user_response_body() -> serde_json::Value {
    serde_json::from_str(include_str!("../../../../tests/contract/examples/put-user.200.json")).unwrap()
}

/// A response with a new session. The access token expires `seconds` after the time in the `date` header of the
/// response. `seconds` must be less than a day.
pub(crate) fn session_response(access: &str, refresh: &str, seconds: u32) -> Response {
    let expire_at = format!("2024-01-01T{:02}:{:02}:{:02}Z", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let body = serde_json::json!({ "status": true, "data": {
        "accessToken": { "token": access, "expireAt": expire_at },
        "refreshToken": { "token": refresh, "expireAt": "2024-02-01T00:00:00Z" },
        "user": user_response_body()["data"],
    } });
    let headers = vec![("date", "Mon, 01 Jan 2024 00:00:00 GMT".into())];
    Response::Complete(200, headers, body.to_string().into_bytes())
}

type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A running server. Stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    /// How many bytes of [`Response::Flood`] bodies the server has written, for all its responses together. The client
    /// may have read fewer, because the sockets buffer data.
    pub(crate) flood_bytes_written: Arc<AtomicU64>,
    running: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Server {
    /// Starts a server that responds to each request with the result of `handle`.
    pub(crate) async fn start(handle: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Self::start_async(move |request| {
            let response = handle(&request);
            Box::pin(async move { response })
        })
        .await
    }

    /// Like [`Server::start`], for a `handle` that waits before it responds.
    pub(crate) async fn start_async(handle: impl Fn(Request) -> ResponseFuture + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let flood_bytes_written = Arc::new(AtomicU64::new(0));
        let (log, written, handle) = (Arc::clone(&requests), Arc::clone(&flood_bytes_written), Arc::new(handle));
        let running = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, written, handle) = (Arc::clone(&log), Arc::clone(&written), Arc::clone(&handle));
                tokio::spawn(async move {
                    // The client may disconnect at any time, so errors here are ignored; the tests check the client's
                    // result.
                    let _ignored = serve(stream, &log, &written, &*handle).await;
                });
            }
        });
        Self { address, requests, flood_bytes_written, running }
    }

    /// All requests that the server has received, oldest first.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The number of received requests whose [`Request::line`] is `line`.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.requests().iter().filter(|request| request.line == line).count()
    }

    /// The base address of the API on this server.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::parse(&format!("http://{}/v1", self.address)).unwrap()
    }

    /// A connection with the API token `key`.
    pub(crate) fn connection(&self) -> Connection {
        self.connection_with(Tokens::api_token(Secret::new("key".into())), Arc::new(TestTokenStore::default()))
    }

    /// A connection with these tokens.
    pub(crate) fn connection_with(&self, tokens: Tokens, token_store: Arc<dyn TokenStore>) -> Connection {
        Connection::new(http(), self.endpoint(), tokens, token_store)
    }

    /// A connection with the API token `key` and these timeouts.
    pub(crate) fn connection_with_timeouts(&self, timeouts: Timeouts) -> Connection {
        connection_with_timeouts(self.endpoint(), timeouts)
    }
}

/// A connection with the API token `key` and these timeouts.
pub(crate) fn connection_with_timeouts(endpoint: Endpoint, timeouts: Timeouts) -> Connection {
    let token = Tokens::api_token(Secret::new("key".into()));
    Connection::new(Http::new(timeouts).unwrap(), endpoint, token, Arc::new(TestTokenStore::default()))
}

/// An [`Http`] with short timeouts.
pub(crate) fn http() -> Http {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        read_idle: Duration::from_millis(1500),
        total: Duration::from_secs(20),
        upload: Duration::from_secs(20),
    };
    Http::new(timeouts).unwrap()
}

/// A token store in memory.
#[derive(Default)]
pub(crate) struct TestTokenStore {
    /// All tokens passed to `save`, oldest first, even if saving failed.
    pub(crate) saved: Mutex<Vec<Tokens>>,
    /// Whether `save` returns an error.
    pub(crate) fails: bool,
    /// The tokens that another process has saved; [`TokenStore::load`] returns them.
    pub(crate) saved_by_other_process: Mutex<Option<Tokens>>,
}

impl TokenStore for TestTokenStore {
    fn save<'a>(&'a self, tokens: &'a Tokens) -> SavingTokens<'a> {
        Box::pin(async move {
            self.saved.lock().unwrap().push(tokens.clone());
            if self.fails { Err(TokenSaveError("the keyring is locked".into())) } else { Ok(()) }
        })
    }

    fn load(&self) -> LoadingTokens<'_> {
        Box::pin(async { self.saved_by_other_process.lock().unwrap().clone() })
    }
}

/// Reads one request, adds it to `log`, and responds to it.
async fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    flood_bytes_written: &AtomicU64,
    handle: &(impl Fn(Request) -> ResponseFuture + Send + Sync),
) -> io::Result<()> {
    let request = read_request(&mut stream).await?;
    log.lock().unwrap().push(request.clone());
    match handle(request).await {
        Response::Complete(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            head += &format!("content-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            stream.shutdown().await
        }
        Response::Raw(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        // The connection is reset when `stream` is dropped.
        Response::Reset => stream.set_zero_linger(),
        Response::Stall(bytes) => {
            stream.write_all(bytes.as_bytes()).await?;
            stream.read_to_end(&mut Vec::new()).await.map(drop)
        }
        Response::Flood(head) => {
            stream.write_all(head.as_bytes()).await?;
            let chunk = vec![b' '; 64 * 1024];
            while flood_bytes_written.load(Ordering::Relaxed) < 100 * 1024 * 1024 {
                stream.write_all(&chunk).await?;
                flood_bytes_written.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            }
            Ok(())
        }
        Response::Drip(head, pause) => {
            stream.write_all(head.as_bytes()).await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// Reads a request with a `content-length` or without a body.
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
