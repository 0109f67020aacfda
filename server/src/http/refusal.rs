use crate::{catalog::Unfit, runs::Refused};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use still_running_protocol::Refusal;

/// A refusal with its status: what happened, why, and the one thing to do.
#[derive(Debug)]
pub struct No(StatusCode, Refusal);

impl No {
    pub fn new(status: StatusCode, error: &str, message: impl Into<String>) -> Self {
        No(status, Refusal { error: error.to_owned(), message: message.into(), allowed: vec![] })
    }

    pub fn unknown_run() -> Self {
        let why = "There is no run with this id: it has ended and was forgotten, or it never was. Run the lab again.";
        Self::new(StatusCode::NOT_FOUND, "unknown-run", why)
    }

    fn allowing(mut self, allowed: Vec<String>) -> Self {
        self.1.allowed = allowed;
        self
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

impl From<Refused> for No {
    fn from(refused: Refused) -> Self {
        let message = refused.to_string();
        match refused {
            Refused::Unfit(unfit) => unfit.into(),
            Refused::NotHere => Self::new(StatusCode::FORBIDDEN, "mine-not-here", message),
            Refused::Full(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "queue-full", message),
            Refused::Closing => Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message),
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
