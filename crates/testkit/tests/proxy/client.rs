//! A hand-written HTTP client, which shows the exact bytes of a response, and the servers for it.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lapel_sandbox::Sandbox;
use lapel_testkit::{
    other_client::DEMO_PASSWORD,
    proxy::{Proxy, TEST_HEADER},
    test_world::demo_config,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Response body of the server that [`proxy_and_count`] starts.
pub(crate) const BODY: &str = r#"{"status":true,"data":{"firstName":"Olivia"}}"#;

/// Starts a server that sends this body for every request and counts the requests.
pub(crate) async fn counting_server(body: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.unwrap() > 0 {}
            counted.fetch_add(1, Ordering::SeqCst);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).await.unwrap();
        }
    });
    (address, count)
}

/// A proxy in front of a counting server that sends [`BODY`], and the number of requests that reached the server.
pub(crate) async fn proxy_and_count() -> (Proxy, Arc<AtomicUsize>) {
    let (upstream, count) = counting_server(BODY).await;
    (Proxy::start(upstream).await.unwrap(), count)
}

pub(crate) fn address(proxy: &Proxy) -> SocketAddr {
    proxy.base_url().replace("http://", "").replace("/v1", "").parse().unwrap()
}

/// Sends one request and returns the whole response as text, or the socket error.
pub(crate) async fn ask(proxy: &Proxy, method: &str, path: &str) -> std::io::Result<String> {
    send(address(proxy), method, path, &[], "").await
}

async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{TEST_HEADER}: 1\r\n");
    headers.iter().for_each(|(name, value)| request += &format!("{name}: {value}\r\n"));
    if !body.is_empty() {
        request += &format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    }
    request += "connection: close\r\n\r\n";
    stream.write_all((request + body).as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    Ok(response)
}

/// A parsed response.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The `data` of the API envelope.
    pub(crate) fn data(&self) -> Value {
        let mut envelope: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(envelope["status"], true, "{}", self.body);
        envelope["data"].take()
    }
}

/// A signed-in user of the demo server behind a proxy.
pub(crate) struct SignedIn {
    pub(crate) sandbox: Sandbox,
    pub(crate) proxy: Proxy,
    bearer: String,
    /// The user's id on the server.
    pub(crate) id: String,
}

impl SignedIn {
    pub(crate) async fn new(email: &str) -> Self {
        let sandbox = Sandbox::start(demo_config()).await.unwrap();
        let proxy = Proxy::start(sandbox.address()).await.unwrap();
        let (bearer, id) = sign_in(sandbox.address(), email).await;
        Self { sandbox, proxy, bearer, id }
    }

    /// Switches to another user's credentials.
    pub(crate) async fn become_another(&mut self, email: &str) {
        (self.bearer, self.id) = sign_in(self.sandbox.address(), email).await;
    }

    /// Sends a request through the proxy.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Response {
        self.ask_at(address(&self.proxy), method, path, headers, body).await
    }

    /// Sends a request directly to the server.
    pub(crate) async fn ask_server(&self, method: &str, path: &str, body: Value) -> Response {
        self.ask_at(self.sandbox.address(), method, path, &[], body).await
    }

    /// Reads the profile through the proxy.
    pub(crate) async fn read(&self) -> Response {
        self.ask("GET", "/v1/users/profile", &[], Value::Null).await
    }

    /// Changes the profile through the proxy.
    pub(crate) async fn put(&self, fields: Value) -> Response {
        self.ask("PUT", &self.path(), &[], fields).await
    }

    /// Changes the profile directly on the server.
    pub(crate) async fn put_without_proxy(&self, fields: Value) {
        assert_eq!(self.ask_server("PUT", &self.path(), fields).await.status, 200);
    }

    /// A profile field, read directly from the server.
    pub(crate) async fn server_field(&self, field: &str) -> Value {
        self.ask_server("GET", "/v1/users/profile", Value::Null).await.data()[field].take()
    }

    fn path(&self) -> String {
        format!("/v1/users/{}", self.id)
    }

    async fn ask_at(
        &self,
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Response {
        let headers = [&[("authorization", self.bearer.as_str())], headers].concat();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        parsed(&send(address, method, path, &headers, &body).await.unwrap())
    }
}

async fn sign_in(address: SocketAddr, email: &str) -> (String, String) {
    let body = json!({ "provider": "traditional", "payload": { "email": email, "password": DEMO_PASSWORD } });
    let data = parsed(&send(address, "POST", "/v1/auth/login", &[], &body.to_string()).await.unwrap()).data();
    let text = |pointer: &str| data.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    (format!("Bearer {}", text("/accessToken/token")), text("/user/id"))
}

fn parsed(response: &str) -> Response {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head: head.to_owned(), body: body.to_owned() }
}
