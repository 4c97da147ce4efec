//! How long things may take and how large they may be: each limit by itself, the others far away.

use std::pin::Pin;
use std::time::{Duration, Instant};

use lapel_api::{
    ApiError, ApiErrorKind, CollaboratorQuery, Delivery, Endpoint, Fetched, Http, PictureFetchError, PictureFetcher,
    ReadMode, Secret, Timeouts, UserUpdate, login,
};
use lapel_domain::TeamRole;

use crate::server::{Answer, Server, connection_within, json, user};

/// Longer than any test may run.
const FAR: Duration = Duration::from_secs(600);
/// What a request that is ended in time never reaches, however busy the computer is.
const HANGS: Duration = Duration::from_secs(30);

const ENDLESS: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";

fn no_limits() -> Timeouts {
    Timeouts { connect: FAR, read_idle: FAR, total: FAR, upload: FAR }
}

/// How a request ended that has to end, and when.
async fn end<T>(request: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let end = tokio::time::timeout(HANGS, request).await.expect("a limit that ends this");
    (end, begun.elapsed())
}

/// That a request was broken off where nobody knows what the server made of it, and not before its time.
#[track_caller]
fn assert_cut_off<T: std::fmt::Debug>((outcome, after): (Result<T, ApiError>, Duration), limit: Duration) {
    let error = outcome.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown));
    assert!(after >= limit, "{after:?}");
}

#[tokio::test]
async fn an_answer_that_drips_is_ended_by_the_limit_of_the_whole() {
    let total = Duration::from_millis(400);
    let server = Server::start(|_| Answer::Drip(ENDLESS, Duration::from_millis(20))).await;
    let within = Timeouts { total, ..no_limits() };
    let connection = server.connection_within(within);
    let update = UserUpdate::default();
    assert_cut_off(end(connection.profile(ReadMode::Since(None))).await, total);
    assert_cut_off(end(connection.update_user("1", &update, None)).await, total);
    let (http, endpoint, password) = (Http::new(within).unwrap(), server.endpoint(), Secret::new("p".into()));
    assert_cut_off(end(login(&http, &endpoint, "a@example.com", &password, None, None)).await, total);
}

#[tokio::test]
async fn a_server_that_says_nothing_more_is_left_after_the_idle_limit() {
    let idle = Duration::from_millis(200);
    for said in ["", "HTTP/1.1 200 OK\r\n", ENDLESS] {
        let server = Server::start(move |_| Answer::Stall(said)).await;
        // Waiting for the head of an answer may include connecting.
        let within = Timeouts { connect: idle, read_idle: idle, ..no_limits() };
        assert_cut_off(end(server.connection_within(within).profile(ReadMode::Since(None))).await, idle);
        let fetcher = PictureFetcher::new(Http::new(within).unwrap()).unwrap();
        let (fetched, after) = end(fetcher.fetch(Some(&server.endpoint()), "/a")).await;
        assert_eq!(fetched, Err(PictureFetchError::Network));
        // The limit of a whole picture is no setting, and lies where this would hang.
        assert!(after < HANGS / 2, "{said:?}: {after:?}");
    }
}

/// It takes connections, as any port does that someone listens on, and then never speaks.
#[tokio::test]
async fn a_server_that_never_shakes_hands_is_left_after_the_limit_for_connecting() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let connect = Duration::from_millis(200);
    let connection = connection_within(endpoint, Timeouts { connect, ..no_limits() });
    let (read, after) = end(connection.profile(ReadMode::Since(None))).await;
    let error = read.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::NotSent));
    assert!(after >= connect, "{after:?}");
}

#[tokio::test]
async fn an_upload_has_a_limit_of_its_own() {
    let upload = Duration::from_millis(300);
    for answer in [|| Answer::Stall(""), || Answer::Drip(ENDLESS, Duration::from_millis(20))] {
        let server = Server::start(move |_| answer()).await;
        let connection = server.connection_within(Timeouts { upload, ..no_limits() });
        assert_cut_off(end(connection.upload_picture(vec![0; 1000], "image/png", |_, _| ())).await, upload);
    }
}

#[tokio::test]
async fn an_upload_may_take_longer_than_a_document() {
    let short = Duration::from_millis(150);
    let server = Server::start_async(move |_| -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        Box::pin(async move {
            // The time itself is what this is about.
            tokio::time::sleep(4 * short).await;
            json(200, serde_json::json!({ "status": true, "data": { "url": "/v1/pictures/1" } }))
        })
    })
    .await;
    let within = Timeouts { connect: short, read_idle: short, total: short, ..no_limits() };
    let connection = server.connection_within(within);
    let uploaded = connection.upload_picture(vec![0; 1000], "image/png", |_, _| ()).await;
    assert_eq!(uploaded.unwrap(), "/v1/pictures/1");
    // The others keep their limits.
    assert_cut_off(end(connection.profile(ReadMode::Since(None))).await, short);
}

/// The answer with spaces after it, so that it has this length; announced or until the end of the connection.
fn padded(bytes: Vec<u8>, length: usize, announced: bool) -> Answer {
    let padding = vec![b' '; length - bytes.len()];
    let head = if announced { format!("content-length: {length}") } else { "connection: close".to_owned() };
    Answer::Raw([format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").into_bytes(), bytes, padding].concat())
}

#[tokio::test]
async fn a_document_has_two_mebibytes_at_most() {
    const MOST: usize = 2 * 1024 * 1024;
    for announced in [true, false] {
        let server = Server::start(move |_| padded(user().to_string().into_bytes(), MOST, announced)).await;
        let read = server.connection_within(no_limits()).profile(ReadMode::Since(None)).await.unwrap();
        assert!(matches!(read, Fetched::Profile(read) if read.profile.first_name == "John"));
        let server = Server::start(move |_| padded(user().to_string().into_bytes(), MOST + 1, announced)).await;
        let error = server.connection_within(no_limits()).profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::TooLarge, Delivery::Unknown));
    }
}

#[tokio::test]
async fn a_page_of_a_team_has_eight_mebibytes_at_most() {
    const MOST: usize = 8 * 1024 * 1024;
    let query = CollaboratorQuery { page: 1, limit: 1000, sort: None, email: None };
    let page = serde_json::json!({ "status": true, "data": { "items": [{ "id": "1" }], "totalDocs": 1 } }).to_string();
    for announced in [true, false] {
        for (length, fits) in [(MOST, true), (MOST + 1, false)] {
            let page = page.clone();
            let server = Server::start(move |_| padded(page.clone().into_bytes(), length, announced)).await;
            let connection = server.connection_within(no_limits());
            let read = connection.collaborators("1", &query).await;
            let expected = if fits { Ok(1) } else { Err((ApiErrorKind::TooLarge, Delivery::Unknown)) };
            assert_eq!(read.map(|page| page.items.len()).map_err(|error| (error.kind, error.delivery)), expected);
            // Nothing else about teams is as large.
            assert_eq!(connection.organizations(1).await.unwrap_err().kind, ApiErrorKind::TooLarge);
            let changed = connection.update_collaborator("1", "2", &TeamRole::Editor).await;
            assert_eq!(changed.unwrap_err().kind, ApiErrorKind::TooLarge);
        }
    }
}

#[tokio::test]
async fn a_picture_has_sixteen_mebibytes_at_most() {
    const MOST: usize = 16 * 1024 * 1024;
    let fetcher = PictureFetcher::new(Http::new(no_limits()).unwrap()).unwrap();
    for announced in [true, false] {
        let server = Server::start(move |request| {
            padded(b"picture".to_vec(), if request.line == "GET /most" { MOST } else { MOST + 1 }, announced)
        })
        .await;
        let own = server.endpoint();
        let length = |fetched: Result<Vec<u8>, PictureFetchError>| fetched.map(|bytes| bytes.len());
        assert_eq!(length(fetcher.fetch(Some(&own), "/most").await), Ok(MOST));
        assert_eq!(length(fetcher.fetch(Some(&own), "/more").await), Err(PictureFetchError::TooLarge));
    }
}
