//! One request through the proxy, with its fault.

use std::{
    future::pending,
    io,
    sync::{Arc, atomic::Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Fault, Shared, instead, message::Message, rewrite};

/// Takes one request from `stream` and does to it what the rules say. Where a side goes away there is nobody left to
/// tell, so that is the end of the exchange and no error.
pub(super) async fn handle(mut stream: TcpStream, shared: Arc<Shared>) {
    exchange(&mut stream, &shared).await.ok();
}

async fn exchange(stream: &mut TcpStream, shared: &Shared) -> io::Result<()> {
    let Some(mut request) = Message::request(stream).await? else { return Ok(()) };
    let (method, path) = request.target();
    shared.secrets.note_request(&request);
    // Where it cannot be recorded, the test must notice.
    if let Some(recorder) = &shared.recorder {
        recorder.note_request(&request).await?;
    }
    let fault = shared.rules().fault_for(&method, &path);
    let entry = shared.log.arrived(&method, &path);
    match fault {
        Fault::Offline | Fault::ResetBefore => return reset(stream),
        Fault::Stall => return stalled(stream).await,
        Fault::HugeBody(bytes) => return huge(stream, bytes).await,
        _ => {}
    }
    if let Some(answer) = instead::answer(&fault, &request, shared) {
        shared.recorder.iter().for_each(|recorder| recorder.note_answer(&answer));
        return send(stream, &answer).await;
    }
    let answer = deliver(&fault, &mut request, shared).await?;
    shared.log.delivered(entry);
    shared.recorder.iter().for_each(|recorder| recorder.note_answer(&answer));
    back(stream, answer, fault).await
}

/// Hands the request to the server behind, answers what it answers, and notes that.
async fn deliver(fault: &Fault, request: &mut Message, shared: &Shared) -> io::Result<Message> {
    rewrite::request(fault, request);
    let mut answer = ask(request, shared).await?;
    shared.secrets.note_answer(&answer);
    match fault {
        Fault::StaleAfter => {
            let earlier = shared.memory.recall(request).filter(|_| (200..400).contains(&answer.status()));
            Ok(earlier.map_or(answer, |document| document.answer()))
        }
        Fault::AnswerAfter(other) => Ok(instead::chosen(other)),
        _ => {
            shared.memory.note(request, &answer);
            rewrite::answer(fault, &mut answer, shared.answers.fetch_add(1, Ordering::Relaxed));
            Ok(answer)
        }
    }
}

async fn ask(request: &Message, shared: &Shared) -> io::Result<Message> {
    let mut upstream = TcpStream::connect(shared.upstream).await?;
    upstream.write_all(&request.head_bytes()).await?;
    upstream.write_all(&request.body).await?;
    Message::answer(&mut upstream).await?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Hands the server's answer back, or what the fault leaves of it.
async fn back(stream: &mut TcpStream, mut answer: Message, fault: Fault) -> io::Result<()> {
    match fault {
        Fault::ResetAfter => reset(stream),
        Fault::StallAfter => stalled(stream).await,
        Fault::Latency(time) => {
            tokio::time::sleep(time).await;
            send(stream, &answer).await
        }
        Fault::Truncate(bytes) => {
            answer.body.truncate(bytes);
            send(stream, &answer).await
        }
        Fault::CorruptBody => {
            for byte in answer.body.iter_mut().step_by(3) {
                *byte ^= 0x55;
            }
            send(stream, &answer).await
        }
        _ => send(stream, &answer).await,
    }
}

async fn send(stream: &mut TcpStream, answer: &Message) -> io::Result<()> {
    stream.write_all(&answer.head_bytes()).await?;
    stream.write_all(&answer.body).await?;
    stream.shutdown().await
}

/// Ends the connection by RST rather than in good order, by dropping what would still be sent.
fn reset(stream: &TcpStream) -> io::Result<()> {
    socket2::SockRef::from(stream).set_linger(Some(std::time::Duration::ZERO))
}

/// Keeps the connection open until the other side gives up.
async fn stalled(stream: &mut TcpStream) -> io::Result<()> {
    let mut sink = [0; 1024];
    while stream.read(&mut sink).await? > 0 {}
    // The app may close only its sending half, and still wait for an answer.
    pending().await
}

/// A well-formed beginning of a document that goes on and on.
async fn huge(stream: &mut TcpStream, bytes: u64) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let start = br#"{"status":true,"data":{"firstName":""#;
    stream.write_all(start).await?;
    let filling = vec![b'x'; 64 * 1024];
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX).saturating_sub(start.len());
    while left > 0 {
        let piece = left.min(filling.len());
        stream.write_all(&filling[..piece]).await?;
        left -= piece;
    }
    stream.shutdown().await
}
