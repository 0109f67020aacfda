use super::refusal::No;
use axum::{
    RequestExt,
    extract::{FromRequest, Json, Request, rejection::JsonRejection},
};
use http::StatusCode;
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
    type Rejection = No;

    async fn from_request(request: Request, _: &S) -> Result<Self, No> {
        match timeout(LIMIT, request.extract::<Json<T>, _>()).await {
            Ok(Ok(Json(body))) => Ok(Self(body)),
            Ok(Err(rejection)) => Err(refuse(&rejection)),
            Err(_) => Err(No::new(
                StatusCode::REQUEST_TIMEOUT,
                "slow-body",
                format!("The body did not arrive in {} s. Send it again.", LIMIT.as_secs()),
            )),
        }
    }
}

fn refuse(rejection: &JsonRejection) -> No {
    let (error, what) = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let what = format!("The body is larger than {} KiB. Send less.", MOST >> 10);
            return No::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", what);
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ("not-json", "Send the body with content-type: application/json")
        }
        StatusCode::UNPROCESSABLE_ENTITY => {
            ("bad-body", "Send {\"lab\": …, \"variant\": …, \"knobs\": {…}}")
        }
        _ => ("bad-json", "Send JSON"),
    };
    No::new(
        rejection.status(),
        error,
        format!("The body could not be read: {}. {what}.", rejection.body_text()),
    )
}
