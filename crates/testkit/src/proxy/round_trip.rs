//! One request and its response through the proxy, with the fault that the rules select.

use std::{
    future::pending,
    io,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Fault, fake_response, message::Message, rewrite, shared::Shared};

/// Handles one connection. I/O errors are ignored: they mean that one side has closed the connection.
pub(super) async fn handle(mut stream: TcpStream, shared: Arc<Shared>) {
    round_trip(&mut stream, &shared).await.ok();
}

async fn round_trip(stream: &mut TcpStream, shared: &Shared) -> io::Result<()> {
    let Some(mut request) = Message::read_request(stream).await? else { return Ok(()) };
    let (method, path) = request.target();
    shared.tokens.note_request(&request);
    // A request that cannot be recorded must fail, otherwise the contract check would silently miss it.
    if let Some(recorder) = &shared.recorder {
        recorder.note_request(&request).await?;
    }
    let fault = shared.rules().fault_for(&method, &path);
    let entry = shared.log.record_arrival(&request);
    match fault {
        Fault::Offline | Fault::ResetBefore => return reset(stream),
        Fault::Stall => return stall(stream).await,
        Fault::HugeBody(bytes) => return send_huge_body(stream, bytes).await,
        _ => {}
    }
    if let Some(response) = fake_response::build(&fault, &request, &shared.cache) {
        shared.recorder.iter().for_each(|recorder| recorder.note_response(&response));
        return send(stream, &response).await;
    }
    let response = deliver(&fault, &mut request, shared).await?;
    shared.log.record_response(entry);
    shared.recorder.iter().for_each(|recorder| recorder.note_response(&response));
    respond(stream, response, fault).await
}

/// Sends the request to the server and returns its response, or the one that the fault replaces it with.
async fn deliver(fault: &Fault, request: &mut Message, shared: &Shared) -> io::Result<Message> {
    rewrite::request(fault, request);
    let mut response = forward(request, shared).await?;
    shared.tokens.note_response(&response);
    match fault {
        Fault::StaleAfter => {
            let earlier = shared.cache.lookup(request).filter(|_| (200..400).contains(&response.status()));
            Ok(earlier.map_or(response, |document| document.to_response()))
        }
        Fault::RespondAfter(other) => Ok(fake_response::message(other)),
        _ => {
            shared.cache.store(request, &response);
            rewrite::response(fault, &mut response, shared.responses.fetch_add(1, Ordering::Relaxed));
            Ok(response)
        }
    }
}

async fn forward(request: &Message, shared: &Shared) -> io::Result<Message> {
    let mut upstream = TcpStream::connect(shared.upstream).await?;
    upstream.write_all(&request.head_bytes()).await?;
    upstream.write_all(&request.body).await?;
    Message::read_response(&mut upstream).await?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Sends the response to the client, unless the fault delays it, damages it, cuts it off or suppresses it.
async fn respond(stream: &mut TcpStream, mut response: Message, fault: Fault) -> io::Result<()> {
    match fault {
        Fault::ResetAfter => reset(stream),
        Fault::StallAfter => stall(stream).await,
        Fault::Latency(time) => {
            tokio::time::sleep(time).await;
            send(stream, &response).await
        }
        Fault::Truncate(bytes) => {
            response.body.truncate(bytes);
            send(stream, &response).await
        }
        Fault::CorruptBody => {
            for byte in response.body.iter_mut().step_by(3) {
                *byte ^= 0x55;
            }
            send(stream, &response).await
        }
        _ => send(stream, &response).await,
    }
}

async fn send(stream: &mut TcpStream, response: &Message) -> io::Result<()> {
    stream.write_all(&response.head_bytes()).await?;
    stream.write_all(&response.body).await?;
    stream.shutdown().await
}

/// Makes the socket send RST instead of FIN when it is closed, and discard unsent data.
fn reset(stream: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO))
}

/// Keeps the connection open without a response until the task is aborted.
async fn stall(stream: &mut TcpStream) -> io::Result<()> {
    let mut sink = [0; 1024];
    while stream.read(&mut sink).await? > 0 {}
    // End of input does not mean that the client is gone: it may have closed only its sending half.
    pending().await
}

/// Sends a JSON response of `bytes` bytes that starts well-formed and continues with filler.
async fn send_huge_body(stream: &mut TcpStream, bytes: u64) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let start = br#"{"status":true,"data":{"firstName":""#;
    stream.write_all(start).await?;
    let filler = vec![b'x'; 64 * 1024];
    let mut remaining = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_sub(start.len());
    while remaining > 0 {
        let piece = remaining.min(filler.len());
        stream.write_all(&filler[..piece]).await?;
        remaining -= piece;
    }
    stream.shutdown().await
}
