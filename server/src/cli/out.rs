use super::Complaint;
use std::{
    io::{ErrorKind, Write, stdout},
    process::ExitCode,
    sync::OnceLock,
};

/// Why something that was to be printed is lost: a disk that is full, most likely.
static LOST: OnceLock<String> = OnceLock::new();

/// Prints a line. A reader that has left, as `head` does, need not be told; what is lost otherwise, [`all_is_out`] tells.
pub fn line(text: &str) {
    let mut out = stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            LOST.get_or_init(|| error.to_string());
        }
        Ok(()) | Err(_) => {}
    }
}

/// To be asked at the end: an error where something that was printed did not arrive.
pub fn all_is_out(code: ExitCode) -> Result<ExitCode, Complaint> {
    match LOST.get() {
        None => Ok(code),
        Some(why) => Err(Complaint::new("Not all of it could be printed.")
            .because(why)
            .so("print it elsewhere.")),
    }
}
