//! The reader's own file, for who sits at this machine.

use super::{App, Guard, body::Body, created::created, peer::PeerOf, refusal::Denial};
use crate::runs::{NotSaved, NotStarted, Runs};
use axum::{
    Json, RequestPartsExt,
    extract::{FromRequestParts, Path},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header, request::Parts};
use std::sync::Arc;
use still_running_protocol::{Mine, SaveMine};

/// A lab's name, from one who may build here.
pub struct Own {
    runs: Arc<Runs>,
    slug: String,
}

impl FromRequestParts<App> for Own {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Denial> {
        let headers: HeaderMap = parts.headers.clone();
        let peer: Option<PeerOf> = parts.extract().await.ok();
        let may = |guard: &Guard| peer.is_some_and(|peer| guard.sits_here(peer.0, &headers));
        if !(app.runs.can_build() && may(&app.guard)) {
            return Err(NotStarted::NotHere.into());
        }
        let slug = parts.extract::<Path<String>>().await.ok().map(|Path(slug)| slug);
        Ok(Self { runs: app.runs.clone(), slug: slug.ok_or(NotSaved::Unknown)? })
    }
}

pub async fn read(own: Own) -> Result<Response, Denial> {
    let workshop = own.runs.workshop().ok_or(NotStarted::NotHere)?;
    Ok(tell(workshop.source(&own.slug).await?))
}

pub async fn save(own: Own, Body(new): Body<SaveMine>) -> Result<Response, Denial> {
    let workshop = own.runs.workshop().ok_or(NotStarted::NotHere)?;
    Ok(tell(workshop.save(&own.slug, new.text, new.version).await?))
}

/// Runs it at every point of the lab's grid. The answer is a run, to be watched and stopped as any other.
pub async fn check(own: Own) -> Result<Response, Denial> {
    let run = own.runs.check(&own.slug, true, "who sits here")?;
    Ok(created(&run))
}

fn tell(mine: Mine) -> Response {
    ([(header::ETAG, format!("\"{}\"", mine.version))], Json(mine)).into_response()
}

impl From<NotSaved> for Denial {
    fn from(refused: NotSaved) -> Self {
        let message = refused.to_string();
        match refused {
            NotSaved::Unknown => Self::new(StatusCode::NOT_FOUND, "unknown-lab", message),
            NotSaved::Changed(stands) => {
                Self::new(StatusCode::CONFLICT, "mine-changed", message).standing(stands)
            }
            NotSaved::TooLarge => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "mine-too-large", message)
            }
            NotSaved::Disk(..) => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "mine-not-written", message)
            }
        }
    }
}
