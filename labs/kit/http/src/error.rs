use std::{error::Error, iter::successors};

/// Whether a call was ended by a timeout of its client's.
pub fn timed_out<T>(answer: &reqwest::Result<T>) -> bool {
    answer.as_ref().is_err_and(reqwest::Error::is_timeout)
}

/// All that is behind an error: its own words only say which URL it was.
pub fn causes(error: &reqwest::Error) -> String {
    let causes: Vec<_> =
        successors(error.source(), |&e| e.source()).map(ToString::to_string).collect();
    causes.join(": ")
}
