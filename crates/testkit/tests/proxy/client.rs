//! Requests by hand, so that a test sees exactly what came back, and the servers that they go to.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use lapel_sandbox::Sandbox;
use lapel_testkit::{
    person::DEMO_PASSWORD,
    proxy::{Proxy, TEST_HEADER},
    stage::demo,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What the tiny server answers.
pub(crate) const BODY: &str = r#"{"status":true,"data":{"firstName":"Olivia"}}"#;

/// Answers every request with this body and counts them.
pub(crate) async fn tiny_server(body: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
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

/// The tiny server behind a proxy.
pub(crate) async fn started() -> (Proxy, Arc<AtomicUsize>) {
    let (upstream, count) = tiny_server(BODY).await;
    (Proxy::start(upstream).await.unwrap(), count)
}

pub(crate) fn address(proxy: &Proxy) -> SocketAddr {
    proxy.base_url().replace("http://", "").replace("/v1", "").parse().unwrap()
}

/// One request by hand: what came back, or the failure of the socket.
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
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// An answer, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// What the envelope holds.
    pub(crate) fn data(&self) -> Value {
        let mut envelope: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(envelope["status"], true, "{}", self.body);
        envelope["data"].take()
    }
}

/// The real server behind a proxy, and somebody who is signed in to it.
pub(crate) struct SignedIn {
    pub(crate) sandbox: Sandbox,
    pub(crate) proxy: Proxy,
    bearer: String,
    /// Id on the server.
    pub(crate) id: String,
}

impl SignedIn {
    pub(crate) async fn new(email: &str) -> Self {
        let sandbox = Sandbox::start(demo()).await.unwrap();
        let proxy = Proxy::start(sandbox.address()).await.unwrap();
        let (bearer, id) = sign_in(sandbox.address(), email).await;
        Self { sandbox, proxy, bearer, id }
    }

    /// The other person's credentials from now on.
    pub(crate) async fn become_another(&mut self, email: &str) {
        (self.bearer, self.id) = sign_in(self.sandbox.address(), email).await;
    }

    /// Through the proxy.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.ask_at(address(&self.proxy), method, path, headers, body).await
    }

    /// Around the proxy.
    pub(crate) async fn ask_server(&self, method: &str, path: &str, body: Value) -> Answer {
        self.ask_at(self.sandbox.address(), method, path, &[], body).await
    }

    /// The profile through the proxy.
    pub(crate) async fn read(&self) -> Answer {
        self.ask("GET", "/v1/users/profile", &[], Value::Null).await
    }

    /// A change of the profile through the proxy.
    pub(crate) async fn put(&self, fields: Value) -> Answer {
        self.ask("PUT", &self.path(), &[], fields).await
    }

    /// A change of the profile that the proxy knows nothing of.
    pub(crate) async fn put_elsewhere(&self, fields: Value) {
        assert_eq!(self.ask_server("PUT", &self.path(), fields).await.status, 200);
    }

    /// A field as the server has it.
    pub(crate) async fn held(&self, field: &str) -> Value {
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
    ) -> Answer {
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

fn parsed(answer: &str) -> Answer {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}
