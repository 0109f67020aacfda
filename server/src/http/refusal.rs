use crate::{catalog::Unfit, runs};
use axum::{
    Extension, Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use still_running_protocol::{Mine, Refusal};

/// A refusal as an HTTP answer: what happened, why, and the one thing to do.
#[derive(Debug)]
pub struct Denial {
    status: StatusCode,
    /// For programs, and for [`super::RefusalCounts`].
    word: &'static str,
    body: Refusal,
}

/// Left in the answer for whoever counts refusals: its word.
#[derive(Debug, Clone, Copy)]
pub struct RefusalWord(pub &'static str);

impl Denial {
    pub fn new(status: StatusCode, word: &'static str, message: impl Into<String>) -> Self {
        let (error, message) = (word.to_owned(), message.into());
        let body = Refusal { error, message, allowed: vec![], stands: None };
        Self { status, word, body }
    }

    pub fn unknown_run() -> Self {
        let why = "There is no run with this id: it has ended and was forgotten, or it never was. Run the lab again.";
        Self::new(StatusCode::NOT_FOUND, "unknown-run", why)
    }

    /// With what stands in the reader's file.
    pub fn standing(mut self, mine: Box<Mine>) -> Self {
        self.body.stands = Some(mine);
        self
    }

    fn allowing(mut self, allowed: Vec<String>) -> Self {
        self.body.allowed = allowed;
        self
    }
}

impl IntoResponse for Denial {
    fn into_response(self) -> Response {
        (self.status, Extension(RefusalWord(self.word)), Json(self.body)).into_response()
    }
}

impl From<runs::NotStarted> for Denial {
    fn from(refused: runs::NotStarted) -> Self {
        let message = refused.to_string();
        match refused {
            runs::NotStarted::Unfit(unfit) => unfit.into(),
            runs::NotStarted::NotHere => Self::new(StatusCode::FORBIDDEN, "mine-not-here", message),
            runs::NotStarted::Full(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "queue-full", message)
            }
            runs::NotStarted::Closing => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message)
            }
        }
    }
}

impl From<Unfit> for Denial {
    fn from(unfit: Unfit) -> Self {
        let message = unfit.to_string();
        let (status, error, allowed) = match unfit {
            Unfit::Coming(_) => (StatusCode::SERVICE_UNAVAILABLE, "not-built-yet", vec![]),
            Unfit::Lab { allowed, .. } => (StatusCode::NOT_FOUND, "unknown-lab", allowed),
            Unfit::Variant { allowed, .. } => (StatusCode::NOT_FOUND, "unknown-variant", allowed),
            Unfit::Knob { allowed, .. } => (StatusCode::UNPROCESSABLE_ENTITY, "bad-knob", allowed),
        };
        Self::new(status, error, message).allowing(allowed)
    }
}
