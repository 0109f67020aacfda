//! Behind nginx and Caddy, with TLS, by the configurations that are in the manual.

use crate::support::{
    class::{Class, question, vote},
    eventually, request, seconds,
};
use serde_json::json;
use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

const NAME: &str = "class.example";

/// A proxy. Dropped, it is ended, with its workers.
struct Proxy {
    process: Child,
    port: u16,
    /// The path that the server lies below.
    base: &'static str,
}

impl Proxy {
    fn start(folder: &Path, class: &Class, kind: &str, base: &'static str) -> Option<Self> {
        let found = Command::new(kind).arg(if kind == "nginx" { "-v" } else { "version" }).output();
        if found.is_err() {
            eprintln!("{kind} is not installed: its configuration is not tested here");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (cert, key) = certificate(folder);
        let file = match (kind, base) {
            ("nginx", "") => "nginx.conf",
            ("nginx", _) => "nginx-below.conf",
            (_, "") => "Caddyfile",
            _ => "Caddyfile-below",
        };
        let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proxy").join(file);
        let config = fs::read_to_string(manual)
            .unwrap()
            .replace("@LISTEN@", &format!("127.0.0.1:{port}"))
            .replace("@PORT@", &port.to_string())
            .replace("@BIND@", "127.0.0.1")
            .replace("@NAME@", NAME)
            .replace("@SERVER@", &class.addr.to_string())
            .replace("@CERTIFICATE@", &cert)
            .replace("@KEY@", &key);
        let here = folder.display();
        let (config, args) = match kind {
            "nginx" => (
                format!(
                    "daemon off; pid {here}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; client_body_temp_path {here}; \
                     proxy_temp_path {here}; fastcgi_temp_path {here}; uwsgi_temp_path {here}; scgi_temp_path {here};\n{config}}}"
                ),
                vec!["-e", "stderr", "-c"],
            ),
            _ => (
                format!("{{\n\tadmin off\n\tauto_https off\n}}\n{config}"),
                vec!["run", "--adapter", "caddyfile", "--config"],
            ),
        };
        let path = folder.join(file);
        fs::write(&path, config).unwrap();
        let mut command = Command::new(kind);
        command
            .args(args)
            .arg(&path)
            .env("HOME", folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Some(Self { process: command.spawn().unwrap(), port, base })
    }

    /// What curl gets: the status, and the body.
    fn curl(
        &self,
        method: &str,
        path: &str,
        cookies: &str,
        body: &str,
        more: &[&str],
    ) -> (String, String) {
        let url = format!("https://{NAME}:{}{}{path}", self.port, self.base);
        let out = Command::new("curl")
            .args([
                "-s",
                "-k",
                "--http1.1",
                "--max-time",
                "10",
                "-X",
                method,
                "-w",
                "\n%{http_code}",
            ])
            .args(["--resolve", &format!("{NAME}:{}:127.0.0.1", self.port)])
            .args(["-H", &format!("origin: https://{NAME}:{}", self.port)])
            .args([
                "-H",
                "content-type: application/json",
                "-b",
                cookies,
                "-c",
                cookies,
                "-d",
                body,
            ])
            .args(more)
            .arg(url)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let (body, status) = text.rsplit_once('\n').unwrap_or(("", &text));
        (status.to_owned(), body.to_owned())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // nginx has workers, which end with it in good order only.
        drop(Command::new("kill").arg(self.process.id().to_string()).status());
        drop(self.process.wait());
    }
}

fn certificate(folder: &Path) -> (String, String) {
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
        ])
        .args(["-subj", &format!("/CN={NAME}"), "-addext", &format!("subjectAltName=DNS:{NAME}")])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    (cert.display().to_string(), key.display().to_string())
}

async fn a_class_goes_through(kind: &str, base: &'static str) {
    let folder = tempfile::tempdir().unwrap();
    let mut options = vec!["--allow-host", NAME, "--trust-forwarded"];
    if !base.is_empty() {
        options.extend(["--base", base]);
    }
    let class = Class::open(folder.path(), &options);
    let Some(proxy) = Proxy::start(folder.path(), &class, kind, base) else { return };
    let up = async || proxy.curl("GET", "/healthz", "", "", &[]).0 == "200";
    eventually("the proxy is up", seconds(20), up).await;
    let (teacher, person) = (folder.path().join("teacher"), folder.path().join("person"));
    let (teacher, person) = (teacher.to_str().unwrap(), person.to_str().unwrap());
    let get = |path: &str, who: &str| proxy.curl("GET", path, who, "", &[]).0;
    assert_eq!(get(&format!("/teach?key={}", class.teacher), teacher), "303");
    assert_eq!(get(&format!("/join?code={}", class.code), person), "303");
    assert_eq!(proxy.curl("POST", "/api/class/me", person, "", &[]).0, "201");
    let invite = proxy.curl("GET", "/api/class/invite", person, "", &[]).1;
    assert!(invite.contains(&format!("https://{NAME}:{}{base}/join", proxy.port)), "{invite}");
    let ask = json!({ "version": 0, "step": "ask", "question": question() }).to_string();
    assert_eq!(proxy.curl("POST", "/api/class/step", teacher, &ask, &[]).0, "204");
    class.line(&class.person().await).await.until(|now| now["phase"] == "ask").await;
    let voted = proxy.curl("PUT", "/api/class/vote", person, &vote(1, "2").to_string(), &[]);
    assert_eq!(voted.0, "204", "{}", voted.1);
    let run =
        json!({ "lab": "fixture", "variant": "buggy", "knobs": { "case": "print" } }).to_string();
    let started = proxy.curl("POST", "/api/runs", person, &run, &[]);
    assert_eq!(started.0, "201", "{}", started.1);
    let socket = [
        "-N",
        "-H",
        "connection: upgrade",
        "-H",
        "upgrade: websocket",
        "-H",
        "sec-websocket-version: 13",
        "-H",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        "--max-time",
        "1",
    ];
    let line = proxy.curl("GET", "/api/class/socket", person, "", &socket);
    assert!(line.0 == "101" && line.1.contains("\"phase\":\"ask\""), "{line:?}");
}

#[tokio::test]
async fn a_class_goes_through_nginx_with_tls() {
    a_class_goes_through("nginx", "").await;
}

#[tokio::test]
async fn a_class_goes_through_caddy_with_tls() {
    a_class_goes_through("caddy", "").await;
}

#[tokio::test]
async fn a_class_lies_below_a_path_of_a_site_behind_nginx() {
    a_class_goes_through("nginx", "/workshop").await;
}

#[tokio::test]
async fn a_class_lies_below_a_path_of_a_site_behind_caddy() {
    a_class_goes_through("caddy", "/workshop").await;
}

#[tokio::test]
async fn below_a_path_all_that_a_browser_is_sent_to_and_keeps_lies_below_it() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &["--base", "/workshop"]);
    let host = class.addr.to_string();
    let head = [("host", host.as_str()), ("accept", "text/html")];
    let get = async |line: &str| request(class.addr, &format!("GET {line}"), &head, b"").await;
    let sent = async |line: &str| get(line).await.header("location").map(str::to_owned);
    assert_eq!(sent("/workshop").await.as_deref(), Some("/workshop/"));
    assert_eq!(sent("/workshop/a.html").await.as_deref(), Some("/workshop/join?to=%2Fa%2Ehtml"));
    assert_eq!(sent("/a.html").await.as_deref(), Some("/join?to=%2Fa%2Ehtml"), "past the proxy");
    let joined = get(&format!("/workshop/join?code={}&to=%2Fa.html", class.code)).await;
    assert_eq!(joined.header("location"), Some("/workshop/a.html"));
    let cookie = joined.header("set-cookie").unwrap();
    assert!(cookie.contains("; Path=/workshop/; HttpOnly"), "{cookie}");
    assert!(get("/workshop/join").await.text().contains("action=\"join\""));
    assert_eq!(
        get("/workshops/healthz").await.header("location"),
        Some("/join?to=%2Fworkshops%2Fhealthz")
    );
    assert_eq!((get("/healthz").await.status, get("/workshop/healthz").await.status), (200, 200));
}
