//! What participants ask for. Each request can be sent again: nothing is counted twice.

use super::who::{Open, Person, Teacher};
use crate::http::{body::Body, cookies, refusal::Denial};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use still_running_class::{Refused, TakeHome, Token, rules::MarkState};

/// Who I am. Somebody new joins, as whoever they were told to be at the door: pages that open at once are one person. A teacher
/// is nobody who votes.
pub async fn join(
    Open(class): Open,
    teacher: Option<Teacher>,
    Person(token): Person,
) -> Result<Response, Denial> {
    if teacher.is_some() {
        return Ok(Json(json!({ "teacher": true })).into_response());
    }
    match class.hall.find(&token).await {
        Ok(me) => return Ok(Json(me).into_response()),
        Err(Refused::NotJoined) => {}
        Err(why) => return Err(why.into()),
    }
    let token = Token::sent(&token).unwrap_or_else(Token::random);
    let me = class.hall.join(&token).await?;
    let cookie = cookies::person(token.text());
    Ok((StatusCode::CREATED, [(header::SET_COOKIE, cookie)], Json(me)).into_response())
}

pub async fn rename(Open(class): Open, Person(token): Person) -> Result<Response, Denial> {
    Ok(Json(class.hall.rename(&token).await?).into_response())
}

#[derive(Deserialize)]
pub struct Vote {
    question: String,
    round: i64,
    choice: String,
}

/// Answers when the vote is on disk.
pub async fn vote(
    Open(class): Open,
    Person(token): Person,
    Body(vote): Body<Vote>,
) -> Result<StatusCode, Denial> {
    class.hall.vote(&token, &vote.question, vote.round, &vote.choice).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub struct Mark {
    page: String,
    state: MarkState,
}

pub async fn mark(
    Open(class): Open,
    Person(token): Person,
    Body(mark): Body<Mark>,
) -> Result<StatusCode, Denial> {
    class.hall.mark(&token, &mark.page, mark.state).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn home(Open(class): Open, Person(token): Person) -> Result<Json<TakeHome>, Denial> {
    Ok(Json(class.hall.take_home(&token).await?))
}
