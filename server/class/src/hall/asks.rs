//! What people and their teacher ask of a class.

use super::Hall;
use crate::{
    Refused, Shown, Sums, TakeHome, Token,
    rules::{MarkState, Question, Step, page_name},
    store::{Done, sweep},
    writer::{Asked, Me, Op},
};
use tokio::sync::oneshot;

impl Hall {
    async fn ask(&self, op: Op) -> Done<Option<Me>> {
        let (answer, answered) = oneshot::channel();
        let ops = self.ops.lock().clone().ok_or(Refused::Busy)?;
        ops.try_send(Asked { op, answer }).map_err(|_| Refused::Busy)?;
        drop(ops);
        answered.await.unwrap_or(Err(Refused::Busy))
    }

    /// Takes somebody in, by their cookie; one who is in it already is found again.
    pub async fn join(&self, token: &Token) -> Done<Me> {
        self.me(token.text(), true).await
    }

    /// Somebody by their cookie, with all they did.
    pub async fn find(&self, token: &str) -> Done<Me> {
        self.me(token, false).await
    }

    async fn me(&self, token: &str, takes_new: bool) -> Done<Me> {
        let token = Token::digest(token);
        let me = self.ask(Op::Join { token: token.clone(), takes_new }).await?;
        let me = me.ok_or(Refused::NotJoined)?;
        self.known.lock().insert(token, me.id);
        Ok(me)
    }

    /// Who that is. Asked once of the database, for each person and start of the server.
    pub async fn person(&self, token: &str) -> Done<i64> {
        let known = self.known.lock().get(&Token::digest(token)).copied();
        match known {
            Some(person) => Ok(person),
            None => Ok(self.find(token).await?.id),
        }
    }

    /// Whether this cookie is somebody's who was seen since the server started.
    pub fn knows(&self, token: &str) -> bool {
        self.known.lock().contains_key(&Token::digest(token))
    }

    /// Another pseudonym.
    pub async fn rename(&self, token: &str) -> Done<Me> {
        let person = self.person(token).await?;
        self.ask(Op::Rename { person }).await?;
        self.find(token).await
    }

    /// A vote. When this returns `Ok`, it is on disk.
    pub async fn vote(&self, token: &str, question: &str, round: i64, choice: &str) -> Done<()> {
        let person = self.person(token).await?;
        fits(&self.show.borrow(), question, choice)?;
        let (question, choice) = (question.to_owned(), choice.to_owned());
        self.ask(Op::Vote { person, question, round, choice }).await.map(drop)
    }

    pub async fn mark(&self, token: &str, page: &str, state: MarkState) -> Done<()> {
        let person = self.person(token).await?;
        if !page_name(page) {
            return Err(Refused::Page);
        }
        self.ask(Op::Mark { person, page: page.to_owned(), state }).await.map(drop)
    }

    /// Somebody starts afresh, by their pseudonym: what they answered and said of themselves is deleted, and they stay in. Their
    /// pages here are let go, so that they come again and see it.
    pub async fn afresh(&self, alias: &str) -> Done<()> {
        let them = self.ask(Op::Afresh { alias: alias.to_owned() }).await?;
        self.present.lock().let_go(them.ok_or(Refused::Nobody)?.id);
        Ok(())
    }

    /// One step of the teacher's, who saw that version.
    pub async fn step(&self, seen: i64, step: Step, asks: Option<Question>) -> Done<()> {
        self.ask(Op::Step { seen, step, asks }).await.map(drop)
    }

    /// Ends it. What was answered can be taken home for 30 days.
    pub async fn end(&self) -> Done<()> {
        self.ask(Op::End).await.map(drop)
    }

    /// Deletes all of it, at once.
    pub async fn delete(&self) -> Done<()> {
        let mut tx = self.store.pool.begin().await?;
        sweep::delete(&mut tx, &self.id).await?;
        tx.commit().await?;
        self.forget();
        self.wrote.notify_one();
        self.store.scrub().await
    }

    /// Looks what is over for 30 days, this class too, and deletes what was so an hour ago already. Done each hour by itself; gives
    /// how many classes were deleted.
    pub async fn sweep(&self) -> Done<u64> {
        let (now, before) = (self.clock.read(), *self.looked.lock());
        let mut tx = self.store.pool.begin().await?;
        if now.jumped_since(&before) {
            sweep::doubt(&mut tx).await?;
        }
        if self.is_anybody_here() {
            sweep::touch(&mut tx, &self.id, now.now).await?;
        }
        let swept = sweep::sweep(&mut tx, now.now, &self.id).await?;
        *self.looked.lock() = now;
        tx.commit().await?;
        if swept > 0 {
            self.dirty.notify_one();
            self.wrote.notify_one();
            self.store.scrub().await?;
        }
        Ok(swept)
    }

    /// The sums of all questions, small groups merged.
    pub async fn sums(&self) -> Done<Sums> {
        self.store.in_time(Sums::read(&self.store, &self.id)).await
    }

    /// What one takes home.
    pub async fn take_home(&self, token: &str) -> Done<TakeHome> {
        let me = self.find(token).await?;
        self.store.in_time(TakeHome::read(&self.store, &self.id, &me)).await
    }
}

/// Whether that is an answer to what is open.
fn fits(shown: &Shown, question: &str, choice: &str) -> Done<()> {
    match &shown.question {
        _ if shown.class.ended > 0 => Err(Refused::Over),
        None => Err(Refused::NotOpen),
        Some(open) if open.id != question => Err(Refused::OtherQuestion),
        Some(open) if !open.options.iter().any(|o| o.value == choice) => Err(Refused::NoOption),
        Some(_) => Ok(()),
    }
}
