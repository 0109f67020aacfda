//! What a stranger does with the archive: unpacks it, asks what is in it, runs a lab, and reads the book. Nothing but the
//! system's own programs is on the `PATH`.

use crate::sh::run;
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

const TRIED: &str = "lost-line";

/// Fails where the archive, unpacked in a folder beside it, is not what it says it is. `name` is the folder in it.
pub fn try_out(archive: &Path, name: &str, labs: &[String]) -> Result<()> {
    let place = archive.with_file_name("trial");
    fs::create_dir_all(&place)?;
    let mut unpack = Command::new("tar");
    unpack.arg("--extract").arg("--file").arg(archive).arg("--directory").arg(&place);
    run(unpack)?;
    let done = is_whole(&place.join(name), labs);
    fs::remove_dir_all(&place)?;
    done
}

fn is_whole(bundle: &Path, labs: &[String]) -> Result<()> {
    let listed = printed(bundle, &["list", "--json"])?;
    let listed: serde_json::Value = serde_json::from_str(&listed).context("list --json")?;
    let slugs: Vec<&str> =
        listed.as_array().into_iter().flatten().filter_map(|lab| lab["slug"].as_str()).collect();
    ensure!(slugs == labs, "it lists {} labs of {}: {slugs:?}", slugs.len(), labs.len());
    printed(bundle, &["run", TRIED, "fixed"])?;
    let mut serving = serve(bundle)?;
    let read = reads(serving.stdout.take().expect("it is piped"));
    serving.kill()?;
    serving.wait()?;
    read
}

/// The program, where there is no toolchain and no folder of this project.
fn program(bundle: &Path, arguments: &[&str]) -> Command {
    let mut program = Command::new(bundle.join("still-running"));
    program.args(arguments).current_dir("/").env_clear().env("PATH", "/usr/bin:/bin");
    program
}

/// What it prints where it ends well.
fn printed(bundle: &Path, arguments: &[&str]) -> Result<String> {
    let said = program(bundle, arguments).output().context("it cannot be started")?;
    if !said.status.success() {
        bail!("{arguments:?}: {}, {}", said.status, String::from_utf8_lossy(&said.stderr));
    }
    Ok(String::from_utf8(said.stdout)?)
}

fn serve(bundle: &Path) -> Result<Child> {
    let mut serve = program(bundle, &["serve", "--addr", "127.0.0.1:0"]);
    serve.stdout(Stdio::piped()).spawn().context("it cannot be started")
}

/// The first page of the book, from the address that the server names.
fn reads(said: ChildStdout) -> Result<()> {
    let mut lines = BufReader::new(said).lines().map_while(Result::ok);
    let address = lines.find_map(|line| Some(address(&line)?.to_owned()));
    let address = address.context("the server ended and named no address")?;
    let mut to = TcpStream::connect(&address).with_context(|| address.clone())?;
    write!(to, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut page = String::new();
    to.read_to_string(&mut page)?;
    let head = page.lines().next().unwrap_or_default();
    ensure!(head.contains(" 200 ") && page.contains("Still Running"), "no book: {head}");
    Ok(())
}

/// Host and port, in a line that names where it serves.
fn address(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("http://")?;
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || ".:".contains(c))).next()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::bundle::archive;
    use std::{net::TcpListener, os::unix::fs::PermissionsExt, path::PathBuf, thread};

    /// An archive whose program does no more than its script says.
    fn packed(place: &Path, script: &str) -> PathBuf {
        let program = place.join("b-1.0/still-running");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        archive::pack(place, "b-1.0").unwrap()
    }

    /// Answers one request, as the page of a book does.
    fn book(head: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            let mut reader = listener.accept().unwrap().0;
            let mut asked = BufReader::new(reader.try_clone().unwrap()).lines();
            while asked.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            write!(reader, "{head}\r\n\r\n<title>Still Running</title>").unwrap();
        });
        address
    }

    fn tried(lists: &str, run: u8, head: &'static str) -> Result<()> {
        let place = tempfile::tempdir().unwrap();
        let script = format!(
            "case $1 in list) echo '{lists}';; run) exit {run};; \
             serve) echo 'It is at http://{}/'; exec sleep 60;; esac",
            book(head)
        );
        let archive = packed(place.path(), &script);
        let done = try_out(&archive, "b-1.0", &["one".to_owned()]);
        assert!(!place.path().join("trial").exists(), "it is cleared up");
        done
    }

    const ONE: &str = r#"[{"slug":"one"}]"#;
    const OK: &str = "HTTP/1.1 200 OK";

    #[test]
    fn an_archive_that_is_whole_is_unpacked_started_and_read() {
        tried(ONE, 0, OK).unwrap();
    }

    #[test]
    fn what_is_missing_in_an_archive_is_named() {
        for (done, wanted) in [
            (tried("[]", 0, OK), "it lists 0 labs of 1"),
            (tried(ONE, 10, OK), "exit status: 10"),
            (tried(ONE, 0, "HTTP/1.1 404 Not Found"), "no book: HTTP/1.1 404"),
        ] {
            let why = format!("{:#}", done.unwrap_err());
            assert!(why.contains(wanted), "{why}");
        }
    }
}
