//! Running other programs, with progress for whatever takes over a second.

use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::Instant,
};

/// The root of the repository: cargo says where it is, also when the folder was moved after the build.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let told = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let xtask = told.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        xtask.parent().expect("xtask is in the workspace").to_owned()
    });
    &ROOT
}

/// A program of this workspace, as built by the last [`build`]: beside this one, wherever cargo was told to build
/// (`CARGO_TARGET_DIR`, or `target-dir` and `target` in its configuration).
pub fn built(name: &str) -> Result<PathBuf> {
    Ok(programs()?.join(name).with_extension(env::consts::EXE_EXTENSION))
}

/// The programs of another profile, such as `bundle`: in a folder beside ours.
pub fn built_as(profile: &str) -> Result<PathBuf> {
    Ok(programs()?.with_file_name(profile))
}

fn programs() -> Result<PathBuf> {
    let me = env::current_exe().context("this program cannot tell where it is")?;
    Ok(me.parent().expect("a program is in a folder").to_owned())
}

/// The folder for what cargo builds, as cargo itself sees it.
pub fn target() -> Result<PathBuf> {
    target_of(cargo(&["metadata", "--no-deps", "--format-version", "1"]))
}

fn target_of(mut metadata: Command) -> Result<PathBuf> {
    let said = metadata.output().context("cargo metadata could not be started")?;
    if !said.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&said.stderr));
    }
    let said: serde_json::Value = serde_json::from_slice(&said.stdout)?;
    let folder = said["target_directory"].as_str();
    Ok(folder.context("cargo metadata names no target_directory")?.into())
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

/// As [`build`], without the labs.
pub fn build_server() -> Result<()> {
    run(cargo(&["build", "--bin", "still-running", "--bin", "mdbook-still-running"]))
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

/// Becomes that program: signals meant for us are its own then, and its exit code is ours. Returns only where that fails.
#[cfg(unix)]
pub fn become_it(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let shown = show(&command);
    Err(command.exec()).with_context(|| format!("{shown} could not be started"))
}

/// As near to it as the system lets us come.
#[cfg(not(unix))]
pub fn become_it(command: Command) -> Result<()> {
    run(command)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_was_told_of_its_target_folder_is_heeded() {
        let elsewhere = env::temp_dir().join("elsewhere");
        let mut metadata = cargo(&["metadata", "--no-deps", "--format-version", "1", "--offline"]);
        metadata.env("CARGO_TARGET_DIR", &elsewhere);
        assert_eq!(target_of(metadata).unwrap(), elsewhere);
    }
}
