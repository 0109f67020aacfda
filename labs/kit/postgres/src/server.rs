//! One server: its files, and its process.

use crate::{
    home::DATA,
    news::{News, announce_output, wait_for},
};
use rustix::process::{Pid, Signal, getuid, kill_process, kill_process_group};
use std::{
    fs, io,
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender},
    thread,
    time::{Duration, Instant},
};

/// Debian's and everybody's `nobody`: an account that owns nothing.
const NOBODY: u32 = 65534;
/// How long a server may take to end at once. One that does not, because somebody stopped it, is killed.
const PATIENCE: Duration = Duration::from_millis(500);

/// Both ends of what there is to hear.
type Wire<'a> = (&'a Sender<News>, &'a Receiver<News>);

/// The files of a server, which were made just now.
pub struct Made<'a> {
    bin: &'a Path,
    pub home: &'a Path,
    pub password: &'a str,
    wire: Wire<'a>,
}

impl<'a> Made<'a> {
    pub fn new(
        bin: &'a Path,
        home: &'a Path,
        password: &'a str,
        wire: Wire<'a>,
    ) -> io::Result<Self> {
        init(bin, home, password, wire)?;
        Ok(Self { bin, home, password, wire })
    }

    /// A copy of the files, which no server may be using.
    pub fn copy(&self, to: &str) -> io::Result<()> {
        let mut cp = humble(Command::new("cp"), self.home);
        match cp.args(["-R", DATA, to]).stdin(Stdio::null()).status()?.success() {
            true => Ok(()),
            false => Err(io::Error::other("cp: the files were not copied")),
        }
    }

    /// Starts a server on the files of that name. A free port may be taken by somebody else before the server has it, so a few
    /// are tried.
    pub fn start(&self, data: &str) -> io::Result<Server> {
        let mut last = io::Error::other("no port was tried");
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            match start_on(port, self.bin, &self.home.join(data), self.wire) {
                Err(why) if why.kind() == io::ErrorKind::BrokenPipe => return Err(why),
                Err(why) => last = why,
                server => return server,
            }
        }
        Err(last)
    }
}

fn init(bin: &Path, home: &Path, password: &str, (tell, news): Wire<'_>) -> io::Result<()> {
    let secret = home.join("password");
    fs::write(&secret, password)?;
    if getuid().is_root() {
        for path in [home, &secret] {
            std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY))?;
        }
    }
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
    let mut initdb = humble(Command::new(bin.join("initdb")), home);
    initdb.args([
        "--no-sync",
        "--no-locale",
        "--encoding=UTF8",
        "--auth=password",
        "--username=postgres",
        "-D",
    ]);
    initdb.arg(home.join(DATA)).arg("--pwfile").arg(&secret);
    initdb.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut initdb = Group(initdb.spawn()?);
    announce_output(initdb.0.stderr.take().expect("it was piped"), tell.clone());
    let said = wait_for(news, |_| false)?;
    match initdb.0.wait()?.success() {
        true => Ok(()),
        false => Err(io::Error::other(format!("initdb: {said}"))),
    }
}

/// PostgreSQL will not run as root, so root steps down for it.
fn humble(mut command: Command, home: &Path) -> Command {
    command.env("LC_ALL", "C").env("HOME", home).current_dir(home);
    if getuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn start_on(port: u16, bin: &Path, data: &Path, (tell, news): Wire<'_>) -> io::Result<Server> {
    let home = data.parent().expect("it is in a folder");
    let mut postgres = humble(Command::new(bin.join("postgres")), home);
    // No Unix socket: its path would have to be short, and the folder's is not ours to choose.
    postgres.arg("-D").arg(data);
    postgres.args(["-k", "", "-h", "127.0.0.1", "-p", &port.to_string()]);
    // Nothing here outlives the server, so nothing needs to reach the disk; many runs share it, so many may connect.
    for setting in [
        "fsync=off",
        "full_page_writes=off",
        "max_connections=500",
        "shared_buffers=16MB",
        "autovacuum=off",
    ] {
        postgres.args(["-c", setting]);
    }
    postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut server = Server { process: postgres.spawn()?, port };
    announce_output(server.process.stderr.take().expect("it was piped"), tell.clone());
    // A standby adds that the connections are read-only.
    let ready = |line: &str| line.contains("ready to accept");
    let said = wait_for(news, ready)?;
    match said.lines().last().is_some_and(ready) {
        true => Ok(server),
        false => Err(io::Error::other(format!("postgres: {said}"))),
    }
}

/// Dropping it kills all that is left of it at once.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        // A number that was waited for may be another's by now.
        if let (Some(pid), Ok(None)) = (pid_of(&self.0), self.0.try_wait()) {
            let _ended_already = kill_process_group(pid, Signal::KILL).is_err();
        }
        drop(self.0.wait());
    }
}

/// Dropping it is an immediate shutdown: its files are about to go.
pub struct Server {
    process: Child,
    pub port: u16,
}

impl Server {
    /// The number of its process, which stays its own until the server is dropped.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(pid) = pid_of(&self.process) else { return };
        // It fails where the server has ended by itself; then there is nothing left to end.
        let _ended_already = kill_process(pid, Signal::QUIT).is_err();
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.process.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                // Its own processes end when they find it gone.
                drop(self.process.kill());
                drop(self.process.wait());
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}
