use crate::{
    home::{self, Home},
    news::{News, announce_output, announce_owner, wait_for},
    tools::find,
};
use rustix::process::{Pid, Signal, getuid, kill_process, kill_process_group};
use std::{
    fs,
    io::{self, Read, Write},
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, ExitCode, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

/// Debian's and everybody's `nobody`: an account that owns nothing.
const NOBODY: u32 = 65534;
/// How long a server may take to end at once. One that does not, because somebody stopped it, is killed.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the re-executed program runs: starts a server, prints its URL (or a sentence that says what went wrong), and ends the
/// server when standard input closes. It ends itself when the server does.
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
    let (tell, news) = channel();
    // From the first moment on: who leaves early must not wait for a server that nobody wants any more.
    announce_owner(tell.clone());
    let bin = find().ok_or_else(|| io::Error::other("no initdb was found"))?;
    home::sweep();
    let home = Home::new()?;
    let password = password()?;
    init(&bin, home.path(), &password, (&tell, &news))?;
    let (_server, port) = start(&bin, home.path(), (&tell, &news))?;
    // The owner may be gone by now: then this fails, and the server ends like it does otherwise.
    writeln!(io::stdout(), "postgres://postgres:{password}@127.0.0.1:{port}/postgres")?;
    // Until the owner leaves, or the server is gone: either way there is nothing more to keep.
    while let Ok(News::Said(_)) = news.recv() {}
    Ok(())
}

/// Letters and digits only, so that it needs no escaping in a URL.
fn password() -> io::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Both ends of what there is to hear.
type Wire<'a> = (&'a Sender<News>, &'a Receiver<News>);

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
    initdb.arg(home.join("data")).arg("--pwfile").arg(&secret);
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

/// A free port may be taken by somebody else before the server has it, so a few are tried.
fn start(bin: &Path, home: &Path, wire: Wire<'_>) -> io::Result<(Server, u16)> {
    let mut last = io::Error::other("no port was tried");
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        match start_on(port, bin, home, wire) {
            Ok(server) => return Ok((server, port)),
            Err(why) if why.kind() == io::ErrorKind::BrokenPipe => return Err(why),
            Err(why) => last = why,
        }
    }
    Err(last)
}

fn start_on(port: u16, bin: &Path, home: &Path, (tell, news): Wire<'_>) -> io::Result<Server> {
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
    announce_output(server.0.stderr.take().expect("it was piped"), tell.clone());
    let ready = |line: &str| line.contains("ready to accept connections");
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
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let Some(pid) = pid_of(&self.0) else { return };
        // It fails where the server has ended by itself; then there is nothing left to end.
        let _ended_already = kill_process(pid, Signal::QUIT).is_err();
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.0.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                // Its own processes end when they find it gone.
                drop(self.0.kill());
                drop(self.0.wait());
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}
