//! The built site: what it allows a page, and what it does not give away.

use crate::support::{Server, request};
use flate2::read::GzDecoder;
use std::{fs, io::Read, os::unix::fs::symlink};
use tempfile::TempDir;

fn site() -> (TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    fs::create_dir_all(book.join("tasks")).unwrap();
    fs::write(folder.path().join("secret"), "secret").unwrap();
    fs::write(book.join("index.html"), "<script>1</script>").unwrap();
    fs::write(book.join("tasks/index.html"), "<script>2</script>").unwrap();
    fs::write(book.join("toc.html"), "").unwrap();
    fs::write(book.join("404.html"), "<base href=\"/\">gone").unwrap();
    fs::write(book.join("book-0123abcd.js"), "let a = 1;".repeat(100)).unwrap();
    fs::write(
        book.join("still-running.json"),
        r#"{"mode":"recorded","client":"client/c.js","built":"x"}"#,
    )
    .unwrap();
    symlink(folder.path().join("secret"), book.join("link")).unwrap();
    let server = Server::start(&["--site", book.to_str().unwrap()]);
    (folder, server)
}

#[tokio::test]
async fn each_page_may_run_its_own_inline_scripts_and_nothing_else() {
    let (_folder, server) = site();
    let policy =
        |page: &crate::support::Answer| page.header("content-security-policy").unwrap().to_owned();
    let (root, tasks) = (server.ask("GET /").await, server.ask("GET /tasks/").await);
    let hash = "'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='";
    assert!(policy(&root).contains(hash) && !policy(&tasks).contains(hash), "{}", policy(&root));
    for wanted in
        ["default-src 'none'", "'wasm-unsafe-eval'", "frame-ancestors 'none'", "connect-src 'self'"]
    {
        assert!(policy(&root).contains(wanted));
    }
    let scripts = policy(&root).split(';').find(|d| d.contains("script-src")).unwrap().to_owned();
    assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"));
    assert_eq!(root.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(root.header("cross-origin-opener-policy"), Some("same-origin"));
}

#[tokio::test]
async fn the_contents_may_be_framed_by_the_book_itself_and_nothing_by_others() {
    let (_folder, server) = site();
    for (page, framers) in
        [("/toc.html", "frame-ancestors 'self'"), ("/", "frame-ancestors 'none'")]
    {
        let answer = server.ask(&format!("GET {page}")).await;
        assert!(answer.header("content-security-policy").unwrap().contains(framers), "{page}");
    }
}

#[tokio::test]
async fn a_missing_page_is_the_books_own_and_may_set_its_base() {
    let (_folder, server) = site();
    let missing = server.ask("GET /no/such/page.html").await;
    assert_eq!((missing.status, missing.text().ends_with("gone")), (404, true));
    assert!(missing.header("content-security-policy").unwrap().contains("base-uri 'self'"));
}

#[tokio::test]
async fn no_path_leads_out_of_the_site() {
    let (_folder, server) = site();
    for path in [
        "/../secret",
        "/%2e%2e/secret",
        "/tasks/..%2f..%2fsecret",
        "/link",
        "/..%5csecret",
        "//secret",
        "/tasks/../../secret",
    ] {
        let answer = server.ask(&format!("GET {path}")).await;
        assert!(
            answer.status == 404 && !answer.text().contains("secret"),
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(server.ask("GET /tasks").await.header("location"), Some("/tasks/"));
}

#[tokio::test]
async fn pages_are_asked_for_again_and_hashed_names_never() {
    let (_folder, server) = site();
    let page = server.ask("GET /").await;
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let host = server.addr.to_string();
    let known = [("host", host.as_str()), ("if-none-match", page.header("etag").unwrap())];
    let again = request(server.addr, "GET /", &known, b"").await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    let script = server.ask("GET /book-0123abcd.js").await;
    assert!(script.header("cache-control").unwrap().contains("immutable"));
    let small = request(
        server.addr,
        "GET /book-0123abcd.js",
        &[("host", &host), ("accept-encoding", "br")],
        b"",
    )
    .await;
    assert_eq!(small.header("content-encoding"), Some("br"));
    assert!(small.body.len() < script.body.len());
}

#[tokio::test]
async fn a_page_that_was_built_anew_shows_at_once_compressed_or_not() {
    let (folder, server) = site();
    let page = folder.path().join("book/index.html");
    let host = server.addr.to_string();
    for letter in ["a", "b", "c"] {
        fs::write(&page, letter.repeat(500)).unwrap();
        let plain = server.ask("GET /").await;
        assert_eq!(plain.text(), letter.repeat(500));
        let asked = [("host", host.as_str()), ("accept-encoding", "gzip, deflate")];
        let small = request(server.addr, "GET /", &asked, b"").await;
        assert_eq!(small.header("content-encoding"), Some("gzip"));
        assert_eq!(small.header("vary"), Some("accept-encoding"));
        let mut read = String::new();
        GzDecoder::new(&*small.body).read_to_string(&mut read).unwrap();
        assert_eq!(read, letter.repeat(500));
        assert_eq!(small.header("etag"), plain.header("etag"));
    }
}

#[tokio::test]
async fn a_page_learns_that_there_is_a_server() {
    let (_folder, server) = site();
    let manifest = server.ask("GET /still-running.json").await.json();
    assert_eq!(
        (manifest["mode"].as_str(), manifest["client"].as_str()),
        (Some("live"), Some("client/c.js"))
    );
    let bare = Server::start(&["--site", "/nonexistent"]);
    assert_eq!(bare.ask("GET /still-running.json").await.json()["mode"], "live");
    let page = bare.ask("GET /").await;
    assert!(page.status == 200 && page.text().contains("cargo xtask serve"));
    assert_eq!(bare.ask("GET /healthz").await.text(), "ok\n");
}
