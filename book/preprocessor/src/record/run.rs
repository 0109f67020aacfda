use crate::catalog::Lab;
use anyhow::{Context, Result, bail};
use labkit_wire::EVENTS_ENV;
use std::{
    fmt,
    io::{self, Read},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// No lab runs longer than this.
const LIMIT: Duration = Duration::from_secs(120);

/// A run to be made.
pub(super) struct Run<'a> {
    pub lab: &'a Lab,
    pub variant: &'a str,
    /// Those that are not at their default.
    pub knobs: Vec<(&'a str, &'a str)>,
}

impl Run<'_> {
    /// Runs it to its end: all it wrote, in one stream with its events, and its exit code.
    pub fn output(&self) -> Result<(Vec<u8>, i32)> {
        let (mut from, to) = io::pipe()?;
        let mut child = self.command()?.stderr(to.try_clone()?).stdout(to).spawn()?;
        let (done, read) = mpsc::channel();
        thread::spawn(move || {
            let mut output = vec![];
            let result = from.read_to_end(&mut output).map(|_| output);
            // Nobody waits any more once the limit has passed.
            drop(done.send(result));
        });
        let Ok(output) = read.recv_timeout(LIMIT) else { return stop(&mut child) };
        let status = child.wait()?;
        let output = output?;
        match status.code() {
            Some(code) => Ok((output, code)),
            None => bail!("ended by a signal ({status}) after {} bytes of output", output.len()),
        }
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(self.lab.program()?);
        command.arg(self.variant);
        for (name, value) in &self.knobs {
            command.args([format!("--{name}"), (*value).to_owned()]);
        }
        command
            .env(EVENTS_ENV, "1")
            .env("CLICOLOR_FORCE", "1")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        Ok(command)
    }

    /// What to type for the same run.
    pub fn typed(&self) -> String {
        let knobs: String =
            self.knobs.iter().map(|(name, value)| format!(" --{name} {value}")).collect();
        format!("still-running run {} {}{knobs}", self.lab.slug, self.variant)
    }
}

fn stop(child: &mut Child) -> Result<(Vec<u8>, i32)> {
    child.kill().context("it ran too long and could not be ended")?;
    child.wait()?;
    bail!("it ran longer than {} s and was ended", LIMIT.as_secs())
}

impl fmt::Display for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed())
    }
}
