use super::opening::Opening;
use crate::{
    Refused, Token,
    rules::Phase,
    secret,
    store::{Done, Store, class, class::Class, sweep},
};

/// What a server finds when it starts.
pub struct Entered {
    pub class: Class,
    /// Whether it was open before.
    pub resumed: bool,
    /// For how many days nobody did anything in it, where it looks forgotten.
    pub unused: Option<i64>,
}

/// The class that is open there, or a new one.
pub async fn enter(store: &Store, opening: &Opening, now: i64) -> Done<Entered> {
    let mut tx = store.pool.begin().await?;
    sweep::sweep(&mut tx, now, "").await?;
    let found = class::open_one(&mut tx).await?;
    let resumed = found.is_some();
    if found.is_none() {
        class::insert(&mut tx, &new(opening, now)).await?;
    }
    // Another server may have been faster; then its class is the class.
    let class = class::open_one(&mut tx).await?.ok_or(Refused::Over)?;
    let unused = sweep::unused(&mut tx, &class.id, now).await?;
    tx.commit().await?;
    Ok(Entered { class, resumed, unused })
}

fn new(opening: &Opening, now: i64) -> Class {
    Class {
        id: format!("{:016x}", secret::number()),
        name: opening.name.clone(),
        code: opening.code.clone(),
        secret: Token::random().text().to_owned(),
        opened: now,
        ended: 0,
        version: 0,
        phase: Phase::Idle,
        question: String::new(),
        round: 0,
    }
}
