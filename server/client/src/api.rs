//! The server's HTTP side. An error is a sentence for the reader.

use crate::dom::{wait, window};
use crate::json::{self, Read};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Request, RequestInit, Response};

/// Why there is no answer.
pub enum Failure {
    /// The server was not reached.
    Unreachable,
    /// The server answered, and says no.
    Refused { status: u16, message: String },
}

pub type Done = Box<dyn FnOnce(Result<String, Failure>)>;

/// The answer, or a sentence.
pub type Told = Box<dyn FnOnce(Result<String, String>)>;

/// Asks for a file of the site, or for something of the server; [`read`] makes something of it.
pub fn get(url: &str, done: Told) {
    ask("GET", url, None, Box::new(|answer| done(answer.map_err(Failure::sentence))));
}

/// Asks for a run; `run` is a `NewRun`.
pub fn start(run: &str, done: Told) {
    let done: Done = Box::new(|answer| done(answer.map_err(Failure::sentence)));
    ask("POST", "/api/runs", Some(run), done);
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

/// What an answer says.
pub fn read<T: Read>(answer: Result<String, String>) -> Result<T, String> {
    let old = || "This page and its server are not of one version. Reload the page.".to_owned();
    answer.and_then(|text| json::parse(&text).ok_or_else(old))
}

fn ask(method: &str, url: &str, body: Option<&str>, done: Done) {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let Ok(request) = Request::new_with_str_and_init(url, &init) else {
        return done(Err(Failure::Unreachable));
    };
    if body.is_some() {
        request.headers().set("content-type", "application/json").unwrap_or_default();
    }
    let take = move |answer: Option<JsValue>| match answer {
        Some(answer) => take(answer.unchecked_into(), done),
        None => done(Err(Failure::Unreachable)),
    };
    wait(&window().fetch_with_request(&request), Box::new(take));
}

fn take(answer: Response, done: Done) {
    let status = answer.status();
    let Ok(text) = answer.text() else { return done(Err(Failure::Unreachable)) };
    let take = move |text: Option<JsValue>| {
        let text = text.and_then(|t| t.as_string());
        done(match (status, text) {
            (_, None) => Err(Failure::Unreachable),
            (200..=299, Some(text)) => Ok(text),
            (_, Some(text)) => Err(refusal(status, &text)),
        });
    };
    wait(text.unchecked_ref(), Box::new(take));
}

fn refusal(status: u16, body: &str) -> Failure {
    let said = json::refusal(body);
    let silent = || format!("The server answered {status}, and does not say why.");
    let message = said.unwrap_or_else(silent);
    Failure::Refused { status, message }
}

impl Failure {
    fn sentence(self) -> String {
        match self {
            Self::Refused { message, .. } => message,
            Self::Unreachable => "The server cannot be reached: it was stopped, or the network is \
                                  down. Start it again (cargo xtask serve), then press Run."
                .into(),
        }
    }
}
