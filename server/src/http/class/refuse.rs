use crate::http::refusal::Denial;
use http::StatusCode;
use still_running_class::Refused;

impl From<Refused> for Denial {
    fn from(refused: Refused) -> Self {
        let status = match &refused {
            Refused::Step(_) | Refused::Stale | Refused::NotOpen | Refused::OtherQuestion => {
                StatusCode::CONFLICT
            }
            Refused::Over | Refused::Full(_) => StatusCode::CONFLICT,
            Refused::Question(_) | Refused::NoOption | Refused::Nobody | Refused::Page => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Refused::NotJoined => StatusCode::UNAUTHORIZED,
            Refused::Busy | Refused::Trouble(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, refused.word(), refused.to_string())
    }
}
