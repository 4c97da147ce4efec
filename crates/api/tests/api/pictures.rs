//! Fetching pictures: from where, how much, and without telling anything. Nothing here leaves this computer, so what is
//! public is shown by refusals, and by the unit tests of the addresses.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lapel_api::{PictureFetchError, PictureFetcher};

use crate::server::{Answer, Server, http};

fn fetcher() -> PictureFetcher {
    PictureFetcher::new(http()).unwrap()
}

#[tokio::test]
async fn own_pictures_come_by_their_stored_and_their_whole_address() {
    let server = Server::start(|_| Answer::Reply(200, vec![("set-cookie", "a=b".into())], b"picture".to_vec())).await;
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
async fn only_https_and_the_public_internet_otherwise() {
    let server = Server::start(|_| Answer::Reply(200, vec![], b"secret of this network".to_vec())).await;
    let other = Server::start(|_| Answer::Reply(200, vec![], vec![])).await;
    let (fetcher, own, port) = (fetcher(), other.endpoint(), server.address.port());
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
        assert_eq!(fetcher.fetch(Some(&own), &url).await, Err(expected), "{url}");
        assert_eq!(fetcher.fetch(None, &url).await, Err(expected), "{url}");
    }
    assert_eq!(fetcher.fetch(None, "/v1/pictures/1").await, Err(PictureFetchError::Address));
    assert!(server.requests().is_empty() && other.requests().is_empty());
}

#[tokio::test]
async fn every_hop_is_checked_again() {
    let inside = Server::start(|_| Answer::Reply(200, vec![], b"secret of this network".to_vec())).await;
    let port = inside.address.port();
    for (target, expected) in [
        (format!("http://127.0.0.1:{port}/a"), PictureFetchError::Address),
        (format!("https://127.0.0.1:{port}/a"), PictureFetchError::NotPublic),
        (format!("https://localhost:{port}/a"), PictureFetchError::NotPublic),
        ("file:///etc/passwd".into(), PictureFetchError::Address),
    ] {
        let server = Server::start(move |_| Answer::Reply(302, vec![("location", target.clone())], vec![])).await;
        assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(expected));
    }
    assert!(inside.requests().is_empty());
}

#[tokio::test]
async fn redirects_within_the_api_are_followed_and_end() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /a" => Answer::Reply(302, vec![("location", "/b".into())], vec![]),
        "GET /b" => Answer::Reply(200, vec![], b"picture".to_vec()),
        _ => Answer::Reply(302, vec![("location", "/circle".into())], vec![]),
    })
    .await;
    let (fetcher, own) = (fetcher(), server.endpoint());
    assert_eq!(fetcher.fetch(Some(&own), "/a").await.unwrap(), b"picture");
    assert_eq!(fetcher.fetch(Some(&own), "/circle").await, Err(PictureFetchError::Redirects));
    assert!(server.count("GET /circle") < 30);
}

#[tokio::test]
async fn what_is_no_picture_says_why() {
    for (status, expected) in [(404, PictureFetchError::Status(404)), (302, PictureFetchError::Redirects)] {
        let server = Server::start(move |_| Answer::Reply(status, vec![], vec![])).await;
        assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(expected));
    }
    let server = Server::start(|_| Answer::Stall("")).await;
    assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(PictureFetchError::Network));
}

#[tokio::test]
async fn an_endless_picture_is_left_early() {
    let server = Server::start(|_| Answer::Flood("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")).await;
    assert_eq!(fetcher().fetch(Some(&server.endpoint()), "/a").await, Err(PictureFetchError::TooLarge));
    assert!(server.flooded.load(Ordering::Relaxed) < 50 * 1024 * 1024);
}

#[tokio::test]
async fn four_at_a_time() {
    let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (Arc::clone(&at_once), Arc::clone(&most));
    let full = Arc::new(tokio::sync::Barrier::new(4));
    let server = Server::start_async(move |_| {
        let (now, peak, full) = (Arc::clone(&now), Arc::clone(&peak), Arc::clone(&full));
        Box::pin(async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            // Answered in fours: a fifth at the same time would be counted, a fourth that never comes would hang.
            full.wait().await;
            now.fetch_sub(1, Ordering::SeqCst);
            Answer::Reply(200, vec![], vec![])
        })
    })
    .await;
    let (fetcher, own) = (fetcher(), server.endpoint());
    let fetches: Vec<_> = (0..12)
        .map(|_| {
            let (fetcher, own) = (fetcher.clone(), own.clone());
            tokio::spawn(async move { fetcher.fetch(Some(&own), "/a").await })
        })
        .collect();
    for fetch in fetches {
        fetch.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 4);
}
