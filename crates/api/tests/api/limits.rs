//! Time limits and size limits. Each test exercises one limit and disables the others.

use std::pin::Pin;
use std::time::{Duration, Instant};

use lapel_api::{
    ApiError, ApiErrorKind, CollaboratorQuery, Delivery, Endpoint, Fetched, Http, PictureFetchError, PictureFetcher,
    ReadMode, Secret, Timeouts, UserUpdate, login,
};
use lapel_domain::TeamRole;

use crate::server::{Response, Server, connection_with_timeouts, json_response, user_response_body};

/// Longer than any test runs.
const NO_LIMIT: Duration = Duration::from_secs(600);
/// A test fails if a request takes longer than this. Long enough for a busy computer.
const MAX_TEST_TIME: Duration = Duration::from_secs(30);

const ENDLESS: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";

fn no_limits() -> Timeouts {
    Timeouts { connect: NO_LIMIT, read_idle: NO_LIMIT, total: NO_LIMIT, upload: NO_LIMIT }
}

/// The result of a request that must end, and how long it took.
async fn measure<T>(request: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let result = tokio::time::timeout(MAX_TEST_TIME, request).await.expect("a limit ends the request");
    (result, start.elapsed())
}

/// Asserts that a request was aborted with an unknown delivery, and not before the limit.
#[track_caller]
fn assert_aborted<T: std::fmt::Debug>((result, after): (Result<T, ApiError>, Duration), limit: Duration) {
    let error = result.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::Unknown));
    assert!(after >= limit, "{after:?}");
}

#[tokio::test]
async fn a_slow_response_is_aborted_by_the_total_limit() {
    let total = Duration::from_millis(400);
    let server = Server::start(|_| Response::Drip(ENDLESS, Duration::from_millis(20))).await;
    let timeouts = Timeouts { total, ..no_limits() };
    let connection = server.connection_with_timeouts(timeouts);
    let update = UserUpdate::default();
    assert_aborted(measure(connection.profile(ReadMode::Since(None))).await, total);
    assert_aborted(measure(connection.update_user("1", &update, None)).await, total);
    let (http, endpoint, password) = (Http::new(timeouts).unwrap(), server.endpoint(), Secret::new("p".into()));
    assert_aborted(measure(login(&http, &endpoint, "a@example.com", &password, None, None)).await, total);
}

#[tokio::test]
async fn a_stalled_response_is_aborted_by_the_idle_limit() {
    let idle = Duration::from_millis(200);
    for bytes in ["", "HTTP/1.1 200 OK\r\n", ENDLESS] {
        let server = Server::start(move |_| Response::Stall(bytes)).await;
        // The limit for the response head is the sum of the connect limit and the idle limit.
        let timeouts = Timeouts { connect: idle, read_idle: idle, ..no_limits() };
        assert_aborted(measure(server.connection_with_timeouts(timeouts).profile(ReadMode::Since(None))).await, idle);
        let fetcher = PictureFetcher::new(Http::new(timeouts).unwrap()).unwrap();
        let (fetched, after) = measure(fetcher.fetch(Some(&server.endpoint()), "/a")).await;
        assert_eq!(fetched, Err(PictureFetchError::Network));
        // The total limit for a picture is not configurable. It is as long as `MAX_TEST_TIME`, so a shorter time
        // proves that the idle limit applied.
        assert!(after < MAX_TEST_TIME / 2, "{bytes:?}: {after:?}");
    }
}

/// The listener accepts TCP connections but never sends anything.
#[tokio::test]
async fn an_unanswered_tls_handshake_is_aborted_by_the_connect_limit() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = Endpoint::parse(&format!("https://{}", listener.local_addr().unwrap())).unwrap();
    let connect = Duration::from_millis(200);
    let connection = connection_with_timeouts(endpoint, Timeouts { connect, ..no_limits() });
    let (read, after) = measure(connection.profile(ReadMode::Since(None))).await;
    let error = read.unwrap_err();
    assert_eq!((error.kind, error.delivery), (ApiErrorKind::Network, Delivery::NotSent));
    assert!(after >= connect, "{after:?}");
}

#[tokio::test]
async fn an_upload_has_its_own_limit() {
    let upload = Duration::from_millis(300);
    for response in [|| Response::Stall(""), || Response::Drip(ENDLESS, Duration::from_millis(20))] {
        let server = Server::start(move |_| response()).await;
        let connection = server.connection_with_timeouts(Timeouts { upload, ..no_limits() });
        assert_aborted(measure(connection.upload_picture(vec![0; 1000], "image/png", |_, _| ())).await, upload);
    }
}

#[tokio::test]
async fn an_upload_may_take_longer_than_a_document() {
    let short = Duration::from_millis(150);
    let server = Server::start_async(move |_| -> Pin<Box<dyn Future<Output = Response> + Send>> {
        Box::pin(async move {
            // This test is about real time, so it has to wait.
            tokio::time::sleep(4 * short).await;
            json_response(200, serde_json::json!({ "status": true, "data": { "url": "/v1/pictures/1" } }))
        })
    })
    .await;
    let timeouts = Timeouts { connect: short, read_idle: short, total: short, ..no_limits() };
    let connection = server.connection_with_timeouts(timeouts);
    let uploaded = connection.upload_picture(vec![0; 1000], "image/png", |_, _| ()).await;
    assert_eq!(uploaded.unwrap(), "/v1/pictures/1");
    // Other requests keep their limits.
    assert_aborted(measure(connection.profile(ReadMode::Since(None))).await, short);
}

/// A response whose body is padded with spaces to this length. If `announced`, the length is sent as `content-length`;
/// otherwise the body ends when the connection is closed.
fn padded(bytes: Vec<u8>, length: usize, announced: bool) -> Response {
    let padding = vec![b' '; length - bytes.len()];
    let head = if announced { format!("content-length: {length}") } else { "connection: close".to_owned() };
    Response::Raw([format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").into_bytes(), bytes, padding].concat())
}

#[tokio::test]
async fn a_document_is_limited_to_two_mebibytes() {
    const MAX_BYTES: usize = 2 * 1024 * 1024;
    for announced in [true, false] {
        let server =
            Server::start(move |_| padded(user_response_body().to_string().into_bytes(), MAX_BYTES, announced)).await;
        let read = server.connection_with_timeouts(no_limits()).profile(ReadMode::Since(None)).await.unwrap();
        assert!(matches!(read, Fetched::Profile(read) if read.profile.first_name == "John"));
        let server =
            Server::start(move |_| padded(user_response_body().to_string().into_bytes(), MAX_BYTES + 1, announced))
                .await;
        let error = server.connection_with_timeouts(no_limits()).profile(ReadMode::Since(None)).await.unwrap_err();
        assert_eq!((error.kind, error.delivery), (ApiErrorKind::TooLarge, Delivery::Unknown));
    }
}

#[tokio::test]
async fn a_page_of_a_team_is_limited_to_eight_mebibytes() {
    const MAX_BYTES: usize = 8 * 1024 * 1024;
    let query = CollaboratorQuery { page: 1, limit: 1000, sort: None, email: None };
    let page = serde_json::json!({ "status": true, "data": { "items": [{ "id": "1" }], "totalDocs": 1 } }).to_string();
    for announced in [true, false] {
        for (length, is_accepted) in [(MAX_BYTES, true), (MAX_BYTES + 1, false)] {
            let page = page.clone();
            let server = Server::start(move |_| padded(page.clone().into_bytes(), length, announced)).await;
            let connection = server.connection_with_timeouts(no_limits());
            let read = connection.collaborators("1", &query).await;
            let expected = if is_accepted { Ok(1) } else { Err((ApiErrorKind::TooLarge, Delivery::Unknown)) };
            assert_eq!(read.map(|page| page.items.len()).map_err(|error| (error.kind, error.delivery)), expected);
            // The other team requests have the limit of documents.
            assert_eq!(connection.organizations(1).await.unwrap_err().kind, ApiErrorKind::TooLarge);
            let changed = connection.update_team_role("1", "2", &TeamRole::Editor).await;
            assert_eq!(changed.unwrap_err().kind, ApiErrorKind::TooLarge);
        }
    }
}

#[tokio::test]
async fn a_picture_is_limited_to_sixteen_mebibytes() {
    const MAX_BYTES: usize = 16 * 1024 * 1024;
    let fetcher = PictureFetcher::new(Http::new(no_limits()).unwrap()).unwrap();
    for announced in [true, false] {
        let server = Server::start(move |request| {
            padded(b"picture".to_vec(), if request.line == "GET /max" { MAX_BYTES } else { MAX_BYTES + 1 }, announced)
        })
        .await;
        let api = server.endpoint();
        let length = |fetched: Result<Vec<u8>, PictureFetchError>| fetched.map(|bytes| bytes.len());
        assert_eq!(length(fetcher.fetch(Some(&api), "/max").await), Ok(MAX_BYTES));
        assert_eq!(length(fetcher.fetch(Some(&api), "/too-large").await), Err(PictureFetchError::TooLarge));
    }
}
