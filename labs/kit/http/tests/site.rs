//! Client and server, over a real socket.

use axum::{Router, routing::get};
use labkit_http::{Site, client};

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
async fn a_second_client_can_be_made() {
    assert!(client().build().is_ok() && client().build().is_ok());
}
