//! A minimal HTTP/1.1 message: enough to read it from one socket and write it to another.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

const HEAD_LIMIT: usize = 64 * 1024;
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// A request or response. Headers and body are unparsed; the body of a chunked message still contains the chunk
/// framing.
pub(super) struct Message {
    pub(super) first_line: String,
    pub(super) headers: Vec<String>,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// Reads a request. `None` if the client closed the connection before the end of the headers.
    pub(super) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let Some((mut message, mut rest)) = read_head(stream).await? else { return Ok(None) };
        let length = message.header("content-length").and_then(|value| value.parse::<usize>().ok());
        let chunked = message.is_chunked();
        let complete = |body: &[u8]| match length {
            Some(length) => body.len() >= length,
            None => !chunked || body.ends_with(b"\r\n0\r\n\r\n") || body == b"0\r\n\r\n",
        };
        while !complete(&rest) {
            if rest.len() > BODY_LIMIT || stream.read_buf(&mut rest).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        message.body = rest;
        Ok(Some(message))
    }

    /// Reads a response until the server closes the connection.
    pub(super) async fn read_response(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let Some((mut message, mut rest)) = read_head(stream).await? else { return Ok(None) };
        stream.take(BODY_LIMIT as u64).read_to_end(&mut rest).await?;
        message.body = rest;
        Ok(Some(message))
    }

    /// Builds a response with a body.
    pub(super) fn response(status: u16, kind: &str, body: &str) -> Self {
        let headers = vec![format!("content-type: {kind}"), format!("content-length: {}", body.len())];
        Self { first_line: format!("HTTP/1.1 {status} Status"), headers, body: body.as_bytes().to_vec() }
    }

    /// Builds a response without a body.
    pub(super) fn without_body(status: u16) -> Self {
        Self { first_line: format!("HTTP/1.1 {status} Status"), headers: Vec::new(), body: Vec::new() }
    }

    /// The status of a response; 0 if it cannot be parsed.
    pub(super) fn status(&self) -> u16 {
        self.first_line.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
    }

    /// The body with chunked transfer encoding decoded.
    pub(super) fn content(&self) -> Vec<u8> {
        if !self.is_chunked() {
            return self.body.clone();
        }
        let (mut content, mut rest) = (Vec::new(), self.body.as_slice());
        while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
            let size = std::str::from_utf8(&rest[..end]).ok().and_then(|line| line.split(';').next());
            let size = size.and_then(|size| usize::from_str_radix(size.trim(), 16).ok()).unwrap_or_default();
            let Some((chunk, after)) = rest[end + 2..].split_at_checked(size).filter(|_| size > 0) else { break };
            content.extend_from_slice(chunk);
            rest = after.strip_prefix(b"\r\n").unwrap_or_default();
        }
        content
    }

    /// Replaces the body and updates its length header.
    pub(super) fn set_content(&mut self, content: String) {
        self.remove_header("transfer-encoding");
        self.remove_header("content-length");
        self.headers.push(format!("content-length: {}", content.len()));
        self.body = content.into_bytes();
    }

    pub(super) fn remove_header(&mut self, name: &str) {
        let is_it = |line: &String| line.split_once(':').is_some_and(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        self.headers.retain(|line| !is_it(line));
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .filter_map(|line| line.split_once(':'))
            .find_map(|(key, value)| key.trim().eq_ignore_ascii_case(name).then_some(value.trim()))
    }

    /// Method and path (with query) of a request.
    pub(super) fn target(&self) -> (String, String) {
        let mut words = self.first_line.split(' ').map(str::to_owned);
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }

    /// First line and headers as bytes, with `connection: close`.
    pub(super) fn head_bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        let lines: String = headers.map(|line| format!("{line}\r\n")).collect();
        format!("{}\r\n{lines}connection: close\r\n\r\n", self.first_line).into_bytes()
    }
}

/// Reads up to the empty line after the headers. Also returns the bytes already read beyond it.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<(Message, Vec<u8>)>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > HEAD_LIMIT || stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let rest = bytes.split_off(end + 4);
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = text.split("\r\n").map(str::to_owned);
    let first_line = lines.next().unwrap_or_default();
    Ok(Some((Message { first_line, headers: lines.collect(), body: Vec::new() }, rest)))
}
