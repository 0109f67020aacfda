use crate::tools::find;
use rustix::process::{Pid, Signal, getuid, kill_process};
use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    thread,
};

/// Debian's and everybody's `nobody`: an account that owns nothing.
const NOBODY: u32 = 65534;

/// What the re-executed program runs: starts a server, prints its URL (or a sentence that says what went wrong), and ends the
/// server when standard input closes.
pub fn keeper_main() -> ExitCode {
    match keep() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Where nobody reads it any more, nobody needs it.
            drop(writeln!(io::stdout(), "{}", why.to_string().replace('\n', " ")));
            ExitCode::FAILURE
        }
    }
}

fn keep() -> io::Result<()> {
    let bin = find().ok_or_else(|| io::Error::other("no initdb was found"))?;
    let home = tempfile::Builder::new().prefix("still-running-pg-").tempdir()?;
    let password = password()?;
    init(&bin, home.path(), &password)?;
    let (_server, port) = start(&bin, home.path())?;
    // The owner may be gone by now: then this fails, and the server ends like it does otherwise.
    writeln!(io::stdout(), "postgres://postgres:{password}@127.0.0.1:{port}/postgres")?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Letters and digits only, so that it needs no escaping in a URL.
fn password() -> io::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

fn init(bin: &Path, home: &Path, password: &str) -> io::Result<()> {
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
    initdb.arg(home.join("data")).arg("--pwfile").arg(&secret).stdin(Stdio::null());
    let done = initdb.output()?;
    match done.status.success() {
        true => Ok(()),
        false => {
            Err(io::Error::other(format!("initdb: {}", String::from_utf8_lossy(&done.stderr))))
        }
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

/// A free port may be taken by somebody else before the server has it, so a few are tried.
fn start(bin: &Path, home: &Path) -> io::Result<(Server, u16)> {
    let mut last = io::Error::other("no port was tried");
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        match start_on(port, bin, home) {
            Ok(server) => return Ok((server, port)),
            Err(why) => last = why,
        }
    }
    Err(last)
}

fn start_on(port: u16, bin: &Path, home: &Path) -> io::Result<Server> {
    let mut postgres = humble(Command::new(bin.join("postgres")), home);
    // No Unix socket: its path would have to be short, and the folder's is not ours to choose.
    postgres.arg("-D").arg(home.join("data"));
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
    let mut server = Server(postgres.spawn()?);
    wait_until_ready(&mut server.0)?;
    Ok(server)
}

/// Reads the server's log until it takes connections; goes on reading it, or the server would block on a full pipe.
fn wait_until_ready(server: &mut Child) -> io::Result<()> {
    let mut log = BufReader::new(server.stderr.take().expect("it was piped"));
    let mut said = String::new();
    loop {
        let before = said.len();
        if log.read_line(&mut said)? == 0 {
            return Err(io::Error::other(format!("postgres: {said}")));
        }
        if said[before..].contains("ready to accept connections") {
            thread::spawn(move || io::copy(&mut log, &mut io::sink()));
            return Ok(());
        }
    }
}

/// Dropping it is an immediate shutdown: its files are about to go.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            // It fails where the server has ended by itself; then there is nothing left to end.
            let _ended_already = kill_process(pid, Signal::QUIT).is_err();
        }
        drop(self.0.wait());
    }
}
