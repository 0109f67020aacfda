use super::refusal::Denial;
use axum::{
    RequestExt,
    extract::{FromRequest, Json, Request, rejection::JsonRejection},
};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::time::timeout;

/// The most bytes a request's body may have.
pub const MOST: usize = 256 << 10;
/// How long a body may take to arrive.
const LIMIT: Duration = Duration::from_secs(10);

/// A body of JSON, or the sentence that says what is wrong with it.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + 'static> FromRequest<S> for Body<T> {
    type Rejection = Denial;

    async fn from_request(request: Request, _: &S) -> Result<Self, Denial> {
        if request.headers().get_all(header::CONTENT_TYPE).iter().count() > 1 {
            let what = "The body's content-type is said twice. Say it once: application/json.";
            return Err(Denial::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", what));
        }
        match timeout(LIMIT, request.extract::<Json<T>, _>()).await {
            Ok(Ok(Json(body))) => Ok(Self(body)),
            Ok(Err(rejection)) => Err(refuse(&rejection)),
            Err(_) => Err(Denial::new(
                StatusCode::REQUEST_TIMEOUT,
                "slow-body",
                format!("The body did not arrive in {} s. Send it again.", LIMIT.as_secs()),
            )),
        }
    }
}

fn refuse(rejection: &JsonRejection) -> Denial {
    let (error, what) = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let what = format!("The body is larger than {} KiB. Send less.", MOST >> 10);
            return Denial::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", what);
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("not-json", "Send the body with content-type: application/json")
        }
        StatusCode::UNPROCESSABLE_ENTITY => (
            "bad-body",
            "Send an object with the fields of this address: {\"lab\", \"variant\", \"knobs\"} for a run, {\"text\", \"version\"} for your file",
        ),
        _ => ("bad-json", "Send JSON"),
    };
    Denial::new(
        rejection.status(),
        error,
        format!("The body could not be read: {}. {what}.", rejection.body_text()),
    )
}
