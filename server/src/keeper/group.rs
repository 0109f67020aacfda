//! Where there is no child subreaper, and no `/proc`: the lab's process group is ended, in the place of its tree.
//!
//! A descendant that left the group (`setsid`) is not found, and stays.

use rustix::process::{Pid, Signal, kill_process_group};
use std::io;

/// Nothing adopts orphans here.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub fn adopt_orphans() -> io::Result<()> {
    Ok(())
}

/// Kills whoever is in the lab's group at this moment, in one step, however fast they fork. Called once more when the
/// lab itself is reaped: a group keeps its number as long as one is in it.
pub fn kill_all(lab: Pid) {
    // Nobody left in it is what was wanted.
    kill_process_group(lab, Signal::KILL).unwrap_or_default();
}

/// Nobody counts processes here: what bounds a fork storm is the system's own limit (`ulimit -u`).
pub struct Storm;

impl Storm {
    pub fn watch() -> Self {
        Self
    }

    pub fn blows(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::Read,
        os::unix::process::CommandExt,
        process::{Command, Stdio},
    };

    #[test]
    fn the_whole_group_is_ended_children_of_children_too() {
        adopt_orphans().unwrap();
        assert!(!Storm::watch().blows());
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 600 & echo started; wait"]).stdout(Stdio::piped());
        let mut lab = shell.process_group(0).spawn().unwrap();
        let mut said = lab.stdout.take().unwrap();
        said.read_exact(&mut [0; 8]).unwrap();
        kill_all(Pid::from_child(&lab));
        // The pipe ends when the last of them that holds it is gone.
        assert_eq!(said.read_to_end(&mut vec![]).unwrap(), 0);
        assert!(!lab.wait().unwrap().success());
        kill_all(Pid::from_child(&lab));
    }
}
