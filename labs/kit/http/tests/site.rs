//! Client and server, over a real socket.

use axum::{Router, routing::get};
use labkit_http::{NeverResolves, Site, Stalls, causes, client, timed_out};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test]
async fn a_site_answers_until_it_is_dropped() {
    let site = Site::start(Router::new().route("/", get("hello"))).await.unwrap();
    let url = site.url("/");
    let client = client().pool_max_idle_per_host(0).build().unwrap();
    assert_eq!(client.get(&url).send().await.unwrap().text().await.unwrap(), "hello");

    assert_eq!(site.accepted(), 1);

    drop(site);
    tokio::task::yield_now().await;
    assert!(client.get(&url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn each_read_of_the_server_is_heard_and_the_end_of_the_stream_as_well() {
    let reads = Arc::new(Mutex::new(vec![]));
    let heard = reads.clone();
    let app = Router::new().route("/", get("hello"));
    let site = Site::start_heard(app, move |n| heard.lock().unwrap().push(n)).await.unwrap();
    let mut stream = TcpStream::connect(site.addr()).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: lab\r\n\r\n";
    stream.write_all(request).await.unwrap();
    stream.shutdown().await.unwrap();
    // The server closes its side after it has seen the end of ours.
    stream.read_to_end(&mut vec![]).await.unwrap();

    let reads = reads.lock().unwrap();
    assert_eq!((reads.iter().sum::<usize>(), reads.last()), (request.len(), Some(&0)));
}

#[tokio::test]
async fn a_peer_stalls_in_its_own_phase_and_in_no_earlier_one() {
    let limit = Duration::from_millis(100);
    let stalls = Stalls::start(limit, limit / 10).await.unwrap();
    let client = client().dns_resolver(NeverResolves).timeout(limit).build().unwrap();
    for (phase, url) in &stalls.urls {
        let answer = client.get(url).send().await;
        if phase.starts_with("body") {
            assert!(timed_out(&answer.unwrap().bytes().await), "{phase}");
        } else {
            assert!(timed_out(&answer), "{phase}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_behind_an_error_is_said() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let why = client().build().unwrap().get(format!("http://{nobody}/")).send().await.unwrap_err();
    assert!(causes(&why).contains("tcp connect error: Connection refused"), "{}", causes(&why));
}

#[tokio::test]
async fn a_second_client_can_be_made() {
    assert!(client().build().is_ok() && client().build().is_ok());
}
