//! Picture downloads: allowed addresses, limits, and privacy. These tests send nothing to the internet, so they fetch
//! pictures only from the API; the unit tests of `public_address` check which addresses count as public.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lapel_api::{PictureFetchError, PictureFetcher};

use crate::server::{Response, Server, http};

fn fetcher() -> PictureFetcher {
    PictureFetcher::new(http()).unwrap()
}

#[tokio::test]
async fn api_pictures_are_fetched_by_stored_and_by_full_address() {
    let server =
        Server::start(|_| Response::Complete(200, vec![("set-cookie", "a=b".into())], b"picture".to_vec())).await;
    let (fetcher, endpoint) = (fetcher(), server.endpoint());
    for url in ["/v1/pictures/1".to_owned(), format!("http://{}/v1/pictures/1", server.address)] {
        assert_eq!(fetcher.fetch(Some(&endpoint), &url).await.unwrap(), b"picture");
    }
    for request in server.requests() {
        assert_eq!(request.line, "GET /v1/pictures/1");
        for header in ["authorization", "cookie", "referer"] {
            assert_eq!(request.header(header), None);
        }
    }
}

#[tokio::test]
async fn other_pictures_need_https_and_a_public_host() {
    let server = Server::start(|_| Response::Complete(200, vec![], b"secret of this network".to_vec())).await;
    let other = Server::start(|_| Response::Complete(200, vec![], vec![])).await;
    let (fetcher, api, port) = (fetcher(), other.endpoint(), server.address.port());
    for (url, expected) in [
        (format!("http://127.0.0.1:{port}/a"), PictureFetchError::Address),
        ("http://example.com/a.png".into(), PictureFetchError::Address),
        ("file:///etc/passwd".into(), PictureFetchError::Address),
        ("data:image/png;base64,AA==".into(), PictureFetchError::Address),
        ("https://me:secret@example.com/a".into(), PictureFetchError::Address),
        ("a.png".into(), PictureFetchError::Address),
        (String::new(), PictureFetchError::Address),
        (format!("https://127.0.0.1:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://2130706433:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://0x7f.1:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://0177.0.0.1:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://127.1:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://[::1]:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://[::ffff:127.0.0.1]:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://localhost:{port}/a"), PictureFetchError::NotPublic),
        ("https://169.254.169.254/latest/meta-data".into(), PictureFetchError::NotPublic),
        ("https://10.0.0.1/a".into(), PictureFetchError::NotPublic),
        ("https://[fe80::1]/a".into(), PictureFetchError::NotPublic),
    ] {
        assert_eq!(fetcher.fetch(Some(&api), &url).await, Err(expected), "{url}");
        assert_eq!(fetcher.fetch(None, &url).await, Err(expected), "{url}");
    }
    assert_eq!(fetcher.fetch(None, "/v1/pictures/1").await, Err(PictureFetchError::Address));
    assert!(server.requests().is_empty() && other.requests().is_empty());
}

#[tokio::test]
async fn every_redirect_target_is_checked() {
    let local = Server::start(|_| Response::Complete(200, vec![], b"secret of this network".to_vec())).await;
    let port = local.address.port();
    for (target, expected) in [
        (format!("http://127.0.0.1:{port}/a"), PictureFetchError::Address),
        (format!("https://127.0.0.1:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://localhost:{port}/a"), PictureFetchError::NotPublic),
        ("file:///etc/passwd".into(), PictureFetchError::Address),
    ] {
        let server = Server::start(move |_| Response::Complete(302, vec![("location", target.clone())], vec![])).await;
        assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(expected));
    }
    assert!(local.requests().is_empty());
}

#[tokio::test]
async fn redirects_within_the_api_are_followed_up_to_a_limit() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /a" => Response::Complete(302, vec![("location", "/b".into())], vec![]),
        "GET /b" => Response::Complete(200, vec![], b"picture".to_vec()),
        _ => Response::Complete(302, vec![("location", "/loop".into())], vec![]),
    })
    .await;
    let (fetcher, api) = (fetcher(), server.endpoint());
    assert_eq!(fetcher.fetch(Some(&api), "/a").await.unwrap(), b"picture");
    assert_eq!(fetcher.fetch(Some(&api), "/loop").await, Err(PictureFetchError::Redirects));
    assert!(server.count("GET /loop") < 30);
}

#[tokio::test]
async fn a_failed_download_reports_the_reason() {
    for (status, expected) in [(404, PictureFetchError::Status(404)), (302, PictureFetchError::Redirects)] {
        let server = Server::start(move |_| Response::Complete(status, vec![], vec![])).await;
        assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(expected));
    }
    let server = Server::start(|_| Response::Stall("")).await;
    assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(PictureFetchError::Network));
}

#[tokio::test]
async fn an_endless_picture_is_aborted() {
    let server = Server::start(|_| Response::Flood("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")).await;
    assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(PictureFetchError::TooLarge));
    assert!(server.flood_bytes_written.load(Ordering::Relaxed) < 50 * 1024 * 1024);
}

#[tokio::test]
async fn four_pictures_are_fetched_at_a_time() {
    let (running, max_running) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&running), Arc::clone(&max_running));
    let barrier = Arc::new(tokio::sync::Barrier::new(4));
    let server = Server::start_async(move |_| {
        let (now, peak, barrier) = (Arc::clone(&now), Arc::clone(&peak), Arc::clone(&barrier));
        Box::pin(async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Respond to four requests at once. A fifth concurrent request would raise the peak; with fewer than four
            // the test would hang.
            barrier.wait().await;
            now.fetch_sub(1, Ordering::SeqCst);
            Response::Complete(200, vec![], vec![])
        })
    })
    .await;
    let (fetcher, api) = (fetcher(), server.endpoint());
    let fetches: Vec<_> = (0..12)
        .map(|_| {
            let (fetcher, api) = (fetcher.clone(), api.clone());
            tokio::spawn(async move { fetcher.fetch(Some(&api), "/a").await })
        })
        .collect();
    for fetch in fetches {
        fetch.await.unwrap().unwrap();
    }
    assert_eq!(max_running.load(Ordering::SeqCst), 4);
}
