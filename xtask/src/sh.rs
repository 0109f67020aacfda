//! Running other programs, with progress for whatever takes over a second.

use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is in the workspace")
}

/// A program of this workspace, as built by the last [`build`].
pub fn built(name: &str) -> PathBuf {
    root().join("target/debug").join(name).with_extension(env::consts::EXE_EXTENSION)
}

/// A command that runs at the root of the repository.
pub fn command(program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

pub fn cargo(args: &[&str]) -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), args)
}

/// Builds the labs, the server and the book's builder: always the whole workspace, since building one package alone would
/// compile its dependencies anew with other features.
pub fn build() -> Result<()> {
    run(cargo(&["build", "--bins"]))
}

/// Runs it in this terminal; an error names the command and how it ended.
pub fn run(mut command: Command) -> Result<()> {
    let shown = show(&command);
    let status = command.status().with_context(|| format!("{shown} could not be started"))?;
    if !status.success() {
        bail!("{shown} failed ({status}); what it said stands above");
    }
    Ok(())
}

/// The command as one would type it.
fn show(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let args = command.get_args().map(|a| a.to_string_lossy().into_owned());
    [program].into_iter().chain(args).collect::<Vec<_>>().join(" ")
}

/// Tells what begins, and how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("── {what} …");
    let start = Instant::now();
    let done = work().with_context(|| what.to_owned())?;
    eprintln!("   {what}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(done)
}

/// Where a program is, if it is on the `PATH`.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}
