use std::io::{Write, stdout};

/// Prints a line. A reader that has left, as `head` does, need not be told.
pub fn line(text: &str) {
    let mut out = stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).unwrap_or_default();
}
