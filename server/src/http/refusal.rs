use crate::{catalog::Unfit, runs};
use axum::{
    Extension, Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use still_running_protocol::Refusal;

/// A refusal with its status: what happened, why, and the one thing to do.
#[derive(Debug)]
pub struct No(StatusCode, &'static str, Refusal);

/// Left in the answer for whoever counts refusals: its word.
#[derive(Debug, Clone, Copy)]
pub struct Refused(pub &'static str);

impl No {
    pub fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        let refusal = Refusal { error: error.to_owned(), message: message.into(), allowed: vec![] };
        No(status, error, refusal)
    }

    pub fn unknown_run() -> Self {
        let why = "There is no run with this id: it has ended and was forgotten, or it never was. Run the lab again.";
        Self::new(StatusCode::NOT_FOUND, "unknown-run", why)
    }

    fn allowing(mut self, allowed: Vec<String>) -> Self {
        self.2.allowed = allowed;
        self
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        (self.0, Extension(Refused(self.1)), Json(self.2)).into_response()
    }
}

impl From<runs::Refused> for No {
    fn from(refused: runs::Refused) -> Self {
        let message = refused.to_string();
        match refused {
            runs::Refused::Unfit(unfit) => unfit.into(),
            runs::Refused::NotHere => Self::new(StatusCode::FORBIDDEN, "mine-not-here", message),
            runs::Refused::Full(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "queue-full", message)
            }
            runs::Refused::Closing => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message)
            }
        }
    }
}

impl From<Unfit> for No {
    fn from(unfit: Unfit) -> Self {
        let message = unfit.to_string();
        let (status, error, allowed) = match unfit {
            Unfit::Lab { allowed, .. } => (StatusCode::NOT_FOUND, "unknown-lab", allowed),
            Unfit::Variant { allowed, .. } => (StatusCode::NOT_FOUND, "unknown-variant", allowed),
            Unfit::Knob { allowed, .. } => (StatusCode::UNPROCESSABLE_ENTITY, "bad-knob", allowed),
        };
        Self::new(status, error, message).allowing(allowed)
    }
}
