//! The server's HTTP side. An error is a sentence for the reader.

use crate::browser::dom::wait;
use crate::browser::js::{self, Answer};
use crate::browser::json::{self, Read};
use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};

/// Why there is no answer, in a sentence; with the status where the server was reached, else 0.
pub struct Failure {
    pub status: u16,
    pub sentence: String,
}

pub type Done = Box<dyn FnOnce(Result<String, Failure>)>;

/// Asks for a file of the site, or for something of the server; [`read`] makes something of it.
pub fn get(url: &str, done: Done) {
    ask("GET", url, None, done);
}

/// Asks for a run; `run` is a `NewRun`.
pub fn start(run: &str, done: Done) {
    ask("POST", "/api/runs", Some(run), done);
}

/// Asks for a run of the reader's own variant at every point of a lab's grid.
pub fn check(lab: &str, done: Done) {
    ask("POST", &format!("/api/labs/{lab}/mine/check"), None, done);
}

/// Whether the server still has that run.
pub fn known(id: &str, done: Done) {
    ask("GET", &run(id), None, done);
}

/// Ends a run whose socket is not open. Where that fails the run is gone already, or ends because nobody watches it.
pub fn stop(id: &str) {
    ask("DELETE", &run(id), None, Box::new(drop));
}

fn run(id: &str) -> String {
    format!("/api/runs/{id}")
}

/// What an answer says, or a sentence.
pub fn read<T: Read>(answer: Result<String, Failure>) -> Result<T, String> {
    match answer {
        Ok(text) => json::parse(&text).ok_or_else(|| OLD.to_owned()),
        Err(why) => Err(why.sentence),
    }
}

/// What was said cannot be read.
pub const OLD: &str = "This page and its server are not of one version. Reload the page.";

fn ask(method: &str, url: &str, body: Option<&str>, done: Done) {
    let how = Object::new();
    js::set_text(&how, "method", method);
    if let Some(body) = body {
        let headers = Object::new();
        js::set_text(&headers, "content-type", "application/json");
        js::set(&how, "headers", &headers);
        js::set_text(&how, "body", body);
    }
    let take = move |answer: Option<JsValue>| match answer {
        Some(answer) => take(answer.unchecked_into(), done),
        None => done(Err(unreachable())),
    };
    // The server may lie below a path of another site.
    let below = |path: &str| format!("{}{path}", js::root());
    let url = url.strip_prefix('/').map_or_else(|| url.to_owned(), below);
    wait(&js::fetch(&url, &how), Box::new(take));
}

fn take(answer: Answer, done: Done) {
    let status = answer.status();
    let take = move |text: Option<JsValue>| {
        done(match text.and_then(|t| t.as_string()) {
            None => Err(unreachable()),
            Some(text) if (200..300).contains(&status) => Ok(text),
            Some(text) => Err(refusal(status, &text)),
        });
    };
    wait(&answer.text(), Box::new(take));
}

fn refusal(status: u16, body: &str) -> Failure {
    let said = json::refusal(body);
    let silent = || format!("The server answered {status}, and does not say why.");
    Failure { status, sentence: said.unwrap_or_else(silent) }
}

fn unreachable() -> Failure {
    // Read by who started it here, and by who is in a room where somebody else did.
    let sentence = "The server cannot be reached: it was stopped, or the network is down. Press Run when it is back. \
                    On your own machine you start it: cargo xtask serve.";
    Failure { status: 0, sentence: sentence.into() }
}
