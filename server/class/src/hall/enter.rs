use super::opening::Opening;
use crate::{
    Refused, Token,
    rules::Phase,
    secret,
    store::{Done, Store, class, class::Class, sweep},
};

/// The class that is open there, or a new one; and whether it was open before.
pub async fn enter(store: &Store, opening: &Opening, now: i64) -> Done<(Class, bool)> {
    let mut tx = store.pool.begin().await?;
    sweep::sweep(&mut tx, now, "").await?;
    let found = class::open_one(&mut tx).await?;
    let resumed = found.is_some();
    if found.is_none() {
        class::insert(&mut tx, &new(opening, now)).await?;
    }
    // Another server may have been faster; then its class is the class.
    let class = class::open_one(&mut tx).await?.ok_or(Refused::Over)?;
    tx.commit().await?;
    Ok((class, resumed))
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
