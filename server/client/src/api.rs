//! The server's HTTP side. An error is a sentence for the reader.

use crate::dom::window;
use crate::json::{self, Read};
use still_running_protocol::{Created, Labs, NewRun, Refusal};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

/// Why there is no answer.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The server was not reached.
    Unreachable,
    /// The server answered, and says no.
    Refused { status: u16, message: String },
}

pub async fn labs() -> Result<Labs, String> {
    Ok(ask("GET", "/api/labs", None).await?)
}

pub async fn start(run: &NewRun) -> Result<Created, String> {
    let body = serde_json::to_string(run).expect("a run is plain data");
    Ok(ask("POST", "/api/runs", Some(&body)).await?)
}

/// Whether the server still has that run.
pub async fn known(id: &str) -> Result<(), Failure> {
    fetch("GET", &format!("/api/runs/{id}"), None).await.map(drop)
}

/// Ends a run whose socket is not open.
pub async fn stop(id: &str) -> Result<(), Failure> {
    fetch("DELETE", &format!("/api/runs/{id}"), None).await.map(drop)
}

/// A JSON file of the site.
pub async fn get<T: Read>(url: &str) -> Result<T, String> {
    Ok(ask("GET", url, None).await?)
}

/// A text file of the site.
pub async fn text(url: &str) -> Result<String, String> {
    Ok(body(&fetch("GET", url, None).await?).await?)
}

async fn ask<T: Read>(
    method: &str,
    url: &str,
    send: Option<&str>,
) -> Result<T, Failure> {
    let text = body(&fetch(method, url, send).await?).await?;
    json::parse(&text).ok_or_else(|| Failure::Refused {
        status: 200,
        message: "This page and its server are not of one version. Reload the page.".into(),
    })
}

async fn fetch(method: &str, url: &str, send: Option<&str>) -> Result<Response, Failure> {
    let init = RequestInit::new();
    init.set_method(method);
    if let Some(body) = send {
        init.set_body(&JsValue::from_str(body));
    }
    let request = Request::new_with_str_and_init(url, &init).map_err(|_| Failure::Unreachable)?;
    if send.is_some() {
        request.headers().set("content-type", "application/json").unwrap_or_default();
    }
    let answer = JsFuture::from(window().fetch_with_request(&request)).await;
    let answer: Response = answer.map_err(|_| Failure::Unreachable)?.unchecked_into();
    match answer.status() {
        200..=299 => Ok(answer),
        status => Err(refusal(status, &body(&answer).await?)),
    }
}

fn refusal(status: u16, body: &str) -> Failure {
    let message = match json::parse::<Refusal>(body) {
        Some(refusal) => refusal.message,
        None => format!("The server answered {status}, and does not say why."),
    };
    Failure::Refused { status, message }
}

async fn body(answer: &Response) -> Result<String, Failure> {
    let text = JsFuture::from(answer.text().map_err(|_| Failure::Unreachable)?).await;
    Ok(text.map_err(|_| Failure::Unreachable)?.as_string().unwrap_or_default())
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { message, .. } => message,
            Failure::Unreachable => "The server cannot be reached: it was stopped, or the network \
                 is down. Start it again (cargo xtask serve), then press Run."
                .into(),
        }
    }
}
