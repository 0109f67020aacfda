//! Cookies, as browsers send and keep them.

use http::{HeaderMap, HeaderValue, header};

/// Who is in the class.
pub const PERSON: &str = "still_running_person";

/// As long as a class is kept after its end, and a day's workshop before that.
const PERSON_LASTS: u32 = 31 * 24 * 3600;

/// Makes whoever gets it somebody.
pub fn person(token: &str) -> HeaderValue {
    keep(PERSON, token, PERSON_LASTS)
}

/// The values sent under a name.
pub fn sent<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(move |pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// One to be kept so many seconds, out of reach of scripts and of other sites' forms.
pub fn keep(name: &str, value: &str, seconds: u32) -> HeaderValue {
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    HeaderValue::try_from(text).expect("it is plain ASCII")
}
