use super::{Answer, Tag, Viewer, children, eventually, request, seconds};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    os::unix::fs::symlink,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
};
use tempfile::TempDir;

/// A server on a free port, with one lab, `fixture`. Dropped, it is killed.
pub struct Server {
    process: Child,
    pub addr: SocketAddr,
    /// Its labs, for as long as it runs.
    folder: Option<TempDir>,
}

/// A folder of labs: one that works, and others by these names.
pub fn labs(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        symlink(env!("CARGO_BIN_EXE_fixture-lab"), folder.path().join(name)).unwrap();
    }
    folder
}

impl Server {
    pub fn start(options: &[&str]) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_still-running")), options)
    }

    /// With no more than that many open files.
    pub fn start_with_files(most: usize, options: &[&str]) -> Self {
        let mut command = Command::new("sh");
        let script = format!("ulimit -n {most} && exec \"$0\" \"$@\"");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_still-running")]);
        Self::start_by(command, options)
    }

    fn start_by(mut command: Command, options: &[&str]) -> Self {
        let folder = labs(&["fixture"]);
        command.args(["serve", "--addr", "127.0.0.1:0", "--labs"]).arg(folder.path()).args(options);
        let mut server = Self::from(command);
        server.folder = Some(folder);
        server
    }

    pub fn from(mut command: Command) -> Self {
        let quiet =
            if std::env::var_os("RUST_LOG").is_some() { Stdio::inherit() } else { Stdio::null() };
        Self::wait_for(command.stderr(quiet))
    }

    /// With what it says on standard error, all of it, once it has ended.
    pub fn with_log(mut command: Command) -> (Self, JoinHandle<String>) {
        let mut server = Self::wait_for(command.stderr(Stdio::piped()));
        let log = server.process.stderr.take().unwrap();
        (server, thread::spawn(move || std::io::read_to_string(log).unwrap()))
    }

    fn wait_for(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let addr = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let addr = addr.unwrap_or_else(|| panic!("no address in {line:?}")).parse().unwrap();
        Self { process, addr, folder: None }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub async fn ask(&self, line: &str) -> Answer {
        request(self.addr, line, &[("host", &self.addr.to_string())], b"").await
    }

    pub async fn post(&self, body: &Value) -> Answer {
        let host = self.addr.to_string();
        let head = [("host", host.as_str()), ("content-type", "application/json")];
        request(self.addr, "POST /api/runs", &head, body.to_string().as_bytes()).await
    }

    /// Starts the fixture; gives the id of the run.
    pub async fn run(&self, case: &str, knobs: &[(&str, u64)]) -> String {
        let mut all = json!({ "case": case });
        for (name, value) in knobs {
            all[*name] = (*value).into();
        }
        let answer =
            self.post(&json!({ "lab": "fixture", "variant": "buggy", "knobs": all })).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Starts a lab with children of every sort, and waits until they are there.
    pub async fn run_family(&self, tag: Tag) -> String {
        let id = self.run("family", &[("tag", tag.text().parse().unwrap())]).await;
        eventually("the family is there", seconds(10), async || tag.alive() >= 5).await;
        id
    }

    pub async fn info(&self, id: &str) -> Value {
        self.ask(&format!("GET /api/runs/{id}")).await.json()
    }

    pub async fn watch(&self, id: &str) -> Viewer {
        Viewer::open(self.addr, id, 0).await
    }

    pub async fn watch_from(&self, id: &str, from: u64) -> Viewer {
        Viewer::open(self.addr, id, from).await
    }

    /// One figure of `/metrics`.
    pub async fn metric(&self, name: &str) -> u64 {
        let text = self.ask("GET /metrics").await.text();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().parse().unwrap()
    }

    /// All runs it knows of.
    pub async fn runs(&self) -> u64 {
        let mut all = 0;
        for state in ["queued", "running", "ended"] {
            all += self.metric(&format!("still_running_runs{{state=\"{state}\"}}")).await;
        }
        all
    }

    pub fn open_files(&self) -> usize {
        fs::read_dir(Path::new("/proc").join(self.pid().to_string()).join("fd")).unwrap().count()
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &self.pid().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// The keepers that have a lab, with it.
    pub fn keepers(&self) -> Vec<(u32, u32)> {
        let lab = |keeper: u32| children(keeper).first().map(|lab| (keeper, *lab));
        children(self.pid()).into_iter().filter_map(lab).collect()
    }

    pub fn wait(&mut self) -> ExitStatus {
        self.process.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended by itself where the test was about that.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
