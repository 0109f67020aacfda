use super::{Answer, Viewer, request};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// Nothing in these tests takes longer.
const LIMIT: Duration = Duration::from_secs(30);

/// A server with a class, kept in a folder. Dropped, it is killed.
pub struct Class {
    process: Child,
    pub addr: SocketAddr,
    pub code: String,
    pub teacher: String,
    pub said: String,
}

impl Class {
    pub fn open(folder: &Path, options: &[&str]) -> Self {
        Self::start(folder, |command| {
            command.arg("--class-file").arg(folder.join("class.sqlite")).args(options);
        })
    }

    /// On a PostgreSQL, which others may share.
    pub fn share(folder: &Path, url: &str) -> Self {
        Self::start(folder, |command| {
            command.env("DATABASE_URL", url);
        })
    }

    /// One that is told, and not killed, where it may not write: as by a quota.
    pub fn open_within_a_quota(folder: &Path) -> Self {
        let mut shell = Command::new("sh");
        let server = env!("CARGO_BIN_EXE_still-running");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", server]);
        Self::start_by(shell, folder, |command| {
            command.arg("--class-file").arg(folder.join("class.sqlite"));
        })
    }

    fn start(folder: &Path, how: impl FnOnce(&mut Command)) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_still-running")), folder, how)
    }

    fn start_by(mut command: Command, folder: &Path, how: impl FnOnce(&mut Command)) -> Self {
        let labs = folder.join("labs");
        if !labs.exists() {
            std::fs::create_dir(&labs).unwrap();
            std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_fixture-lab"), labs.join("fixture"))
                .unwrap();
        }
        command.args(["serve", "--class", "--addr", "127.0.0.1:0", "--labs"]).arg(labs);
        how(&mut command);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let mut said = String::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap) {
            said += &format!("{line}\n");
            if line.starts_with("The projector's link") {
                break;
            }
        }
        let after = |mark: &str| {
            let rest = said.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark} in {said}"));
            rest.split(['\n', '/']).next().unwrap().to_owned()
        };
        let (addr, code) = (after("http://").parse().unwrap(), after("The join code is "));
        let teacher = after("/teach?key=");
        Self { process, addr, code, teacher, said }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub async fn ask(&self, cookie: &str, line: &str, body: Option<&Value>) -> Answer {
        ask(self.addr, cookie, line, body).await
    }

    /// The cookie of one who typed the code.
    pub async fn pass(&self) -> String {
        let answer = self.ask("", &format!("GET /join?code={}", self.code), None).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        cookies(&answer)
    }

    /// The cookies of somebody who joined the class.
    pub async fn person(&self) -> String {
        let pass = self.pass().await;
        let answer = self.ask(&pass, "POST /api/class/me", None).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        format!("{pass}; {}", cookies(&answer))
    }

    /// The cookies of whoever opened the teacher's link.
    pub async fn teach(&self) -> String {
        let answer = self.ask("", &format!("GET /teach?key={}", self.teacher), None).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        cookies(&answer)
    }

    pub async fn step(&self, teacher: &str, version: i64, step: &str) {
        let asks = (step == "ask").then(question);
        let body = json!({ "version": version, "step": step, "question": asks });
        let answer = self.ask(teacher, "POST /api/class/step", Some(&body)).await;
        assert_eq!(answer.status, 204, "{step}: {}", answer.text());
    }

    /// Starts the fixture; gives the id of the run.
    pub async fn run(&self, cookie: &str, case: &str, bytes: u64) -> String {
        let run = json!({ "lab": "fixture", "variant": "buggy", "knobs": { "case": case, "bytes": bytes } });
        let answer = self.ask(cookie, "POST /api/runs", Some(&run)).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn watch(&self, cookie: &str, id: &str) -> Viewer {
        Viewer::open_as(self.addr, cookie, id, 0).await.unwrap()
    }

    /// The teacher shows a run to all.
    pub async fn show(&self, teacher: &str, id: &str) -> Answer {
        let shown = json!({ "run": id, "page": "tasks/q", "widget": "q--run" });
        self.ask(teacher, "PUT /api/class/show", Some(&shown)).await
    }

    pub async fn line(&self, cookie: &str) -> Line {
        Line::open(self.addr, cookie).await
    }
}

impl Drop for Class {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

pub async fn ask(addr: SocketAddr, cookie: &str, line: &str, body: Option<&Value>) -> Answer {
    let host = addr.to_string();
    let head = [("host", host.as_str()), ("content-type", "application/json"), ("cookie", cookie)];
    let body = body.map(ToString::to_string).unwrap_or_default();
    request(addr, line, &head, body.as_bytes()).await
}

pub fn question() -> Value {
    let option =
        |value: &str, right: bool| json!({ "value": value, "text": value, "right": right });
    json!({ "id": "q", "page": "tasks/q", "title": "Q", "prompt": "What?", "options": [option("1", false), option("2", true)] })
}

pub fn vote(round: i64, choice: &str) -> Value {
    json!({ "question": "q", "round": round, "choice": choice })
}

pub fn cookies(answer: &Answer) -> String {
    let lines = answer.head.lines().filter_map(|line| line.split_once(": "));
    let set = lines.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let pairs: Vec<_> = set.map(|(_, cookie)| cookie.split(';').next().unwrap()).collect();
    pairs.join("; ")
}

/// A page's line to the class.
pub struct Line(WebSocketStream<TcpStream>);

impl Line {
    pub async fn open(addr: SocketAddr, cookie: &str) -> Self {
        let page = format!("ws://{addr}/api/class/socket?page=tasks/q");
        let mut request = page.into_client_request().unwrap();
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let stream = TcpStream::connect(addr).await.unwrap();
        Self(client_async(request, stream).await.unwrap().0)
    }

    /// The next snapshot, as it came. None: the line is cut.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            match timeout(LIMIT, self.0.next()).await.expect("a snapshot comes") {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The first snapshot that fits.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let text = self.next().await.expect("the line holds");
            let value = serde_json::from_str(&text).unwrap();
            if fits(&value) {
                return value;
            }
        }
    }
}
