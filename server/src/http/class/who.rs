//! Who asks: a person of the class, or its teacher.

use super::ClassApp;
use crate::http::{App, cookies, refusal::Denial};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::{StatusCode, request::Parts};
use std::convert::Infallible;

pub const TEACHER: &str = "still_running_teacher";

/// The class; there is one wherever these routes are.
pub struct Open(pub ClassApp);

impl FromRequestParts<App> for Open {
    type Rejection = Denial;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Denial> {
        let none = "There is no class here. Start one: still-running serve --class";
        app.class
            .clone()
            .map(Self)
            .ok_or_else(|| Denial::new(StatusCode::NOT_FOUND, "no-class", none))
    }
}

/// Somebody's cookie; empty where there is none, which is nobody's.
pub struct Person(pub String);

impl FromRequestParts<App> for Person {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let sent = cookies::sent(&parts.headers, cookies::PERSON).next();
        Ok(Self(sent.unwrap_or_default().to_owned()))
    }
}

/// Whoever has the teacher's link, in any browser.
pub struct Teacher;

impl FromRequestParts<App> for Teacher {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Denial> {
        let key = app.class.as_ref().map(|class| class.hall.teacher());
        let is = |value| key.as_ref().is_some_and(|key| key.is(value));
        let why = "This is the teacher's. Open the teacher's link, which the server printed when it started.";
        let denied = || Denial::new(StatusCode::FORBIDDEN, "teacher-only", why);
        cookies::sent(&parts.headers, TEACHER).any(is).then_some(Self).ok_or_else(denied)
    }
}

impl OptionalFromRequestParts<App> for Teacher {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Infallible> {
        Ok(<Self as FromRequestParts<App>>::from_request_parts(parts, app).await.ok())
    }
}
