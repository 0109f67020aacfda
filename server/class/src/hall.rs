use crate::{
    Refused, Sums, TakeHome, Token,
    clock::now,
    rules::{MarkState, Question, Step, page_name},
    secret,
    snapshot::{self, Here, Shown},
    store::{Done, NotOpened, Place, Store, class, class::Class, sweep},
    watch,
    writer::{self, Asked, Me, Op},
};
use parking_lot::Mutex;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{Notify, mpsc, oneshot, watch as seen},
    time::sleep,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;

/// How often pages are told of what changed, at most.
const EVERY: Duration = Duration::from_millis(100);

/// How a class is opened.
#[derive(Debug, Clone)]
pub struct Opening {
    pub place: Place,
    pub name: String,
    /// What people type to join it, for a class that is new.
    pub code: String,
}

/// A class that is open: what its pages may ask of it. Dropped without [`Hall::close`], its tasks end by themselves.
#[derive(Debug)]
pub struct Hall {
    store: Store,
    id: String,
    code: String,
    secret: Token,
    resumed: bool,
    ops: Mutex<Option<mpsc::Sender<Asked>>>,
    shown: seen::Receiver<Arc<Shown>>,
    dirty: Arc<Notify>,
    /// Who was seen already, by the hash of their cookie.
    known: Mutex<HashMap<String, i64>>,
    present: Mutex<Present>,
    tasks: TaskTracker,
    closing: CancellationToken,
}

/// The pages that are open here: each with its person and its place in the book.
#[derive(Debug, Default)]
struct Present {
    next: u64,
    pages: BTreeMap<u64, (i64, String)>,
}

impl Hall {
    /// Opens the class that is open there already, or else a new one. What is over for long is deleted.
    pub async fn open(opening: Opening) -> Result<Arc<Self>, NotOpened> {
        let place = opening.place.to_string();
        let store = Store::open(opening.place.clone()).await?;
        let not = |why: Refused| NotOpened {
            place: place.clone(),
            why: why.to_string(),
            so: "see to that, and start it again".to_owned(),
        };
        let (class, resumed) = enter(&store, &opening).await.map_err(not)?;
        let first = snapshot::read(&store, &class.id, &Here::new(), None).await.map_err(not)?;
        let (show, shown) = seen::channel(Arc::new(first));
        let (ops, asked) = mpsc::channel(writer::WAITING);
        let (dirty, wrote) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let hall = Arc::new(Self {
            store: store.clone(),
            id: class.id.clone(),
            code: class.code,
            secret: Token::of(&class.secret),
            resumed,
            ops: Mutex::new(Some(ops)),
            shown,
            dirty: dirty.clone(),
            known: Mutex::default(),
            present: Mutex::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        });
        let changed = {
            let (dirty, wrote) = (dirty.clone(), wrote.clone());
            move || {
                dirty.notify_one();
                wrote.notify_one()
            }
        };
        hall.tasks.spawn(writer::write(store.clone(), class.id, asked, changed));
        hall.tasks.spawn(hall.clone().keep_showing(show, wrote));
        Ok(hall)
    }

    /// Reads it anew whenever something changed, here or elsewhere, until it is closed.
    async fn keep_showing(self: Arc<Self>, show: seen::Sender<Arc<Shown>>, wrote: Arc<Notify>) {
        let mut trouble = None;
        let reading = async {
            loop {
                self.dirty.notified().await;
                match snapshot::read(&self.store, &self.id, &self.here(), trouble.as_deref()).await
                {
                    Ok(read) => {
                        trouble = None;
                        show.send_replace(Arc::new(read));
                    }
                    Err(why) => {
                        warn!(%why, "the class can't be read");
                        trouble = Some(why.to_string());
                        sleep(EVERY * 10).await;
                        self.dirty.notify_one();
                    }
                }
                sleep(EVERY).await;
            }
        };
        tokio::select! {
            () = self.closing.cancelled() => {}
            () = reading => {}
            () = watch::tell(&self.store, &wrote) => {}
            () = watch::hear(&self.store, self.dirty.clone()) => {}
        }
    }

    /// Whether it was open before this server was.
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Where it is kept.
    pub fn place(&self) -> &Place {
        &self.store.place
    }

    /// What people type to join.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the cookie of those who joined holds; after a restart, still.
    pub fn pass(&self) -> Token {
        self.secret.derive("pass")
    }

    /// What lets the teacher in.
    pub fn teacher(&self) -> Token {
        self.secret.derive("teacher")
    }

    /// What lets a projector in.
    pub fn screen(&self) -> Token {
        self.secret.derive("screen")
    }

    /// The class at each moment, told at most ten times a second.
    pub fn shown(&self) -> seen::Receiver<Arc<Shown>> {
        self.shown.clone()
    }

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
        let shown = self.shown.borrow().clone();
        match &shown.question {
            _ if shown.class.ended > 0 => return Err(Refused::Over),
            None => return Err(Refused::NotOpen),
            Some(open) if open.id != question => return Err(Refused::OtherQuestion),
            Some(open) if !open.options.iter().any(|o| o.value == choice) => {
                return Err(Refused::NoOption);
            }
            Some(_) => {}
        }
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
        self.known.lock().clear();
        Ok(())
    }

    /// The sums of all questions, small groups merged.
    pub async fn sums(&self) -> Done<Sums> {
        Sums::read(&self.store, &self.id).await
    }

    /// What one takes home.
    pub async fn take_home(&self, token: &str) -> Done<TakeHome> {
        let me = self.find(token).await?;
        TakeHome::read(&self.store, &self.id, &me).await
    }

    /// A page of somebody's is open, for as long as this is kept.
    pub fn arrive(self: &Arc<Self>, person: i64, page: &str) -> Presence {
        let page = if page_name(page) { page } else { "" };
        let mut present = self.present.lock();
        let id = present.next;
        present.next += 1;
        present.pages.insert(id, (person, page.to_owned()));
        drop(present);
        self.dirty.notify_one();
        Presence { hall: self.clone(), id }
    }

    /// How many are on which page. Who has two pages open is on both; the same page twice counts once.
    fn here(&self) -> Here {
        let present = self.present.lock();
        let pages: BTreeSet<_> = present.pages.values().collect();
        let mut here = Here::new();
        for (_, page) in pages {
            *here.entry(page.clone()).or_default() += 1;
        }
        here
    }

    /// Writes what was asked, and closes the database.
    pub async fn close(&self) {
        self.closing.cancel();
        *self.ops.lock() = None;
        self.tasks.close();
        self.tasks.wait().await;
        self.store.close().await;
    }
}

/// An open page of somebody's.
#[derive(Debug)]
pub struct Presence {
    hall: Arc<Hall>,
    id: u64,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.hall.present.lock().pages.remove(&self.id);
        self.hall.dirty.notify_one();
    }
}

/// The class that is open there, or a new one.
async fn enter(store: &Store, opening: &Opening) -> Done<(Class, bool)> {
    let mut tx = store.pool.begin().await?;
    sweep::sweep(&mut tx, now()).await?;
    let found = class::open_one(&mut tx).await?;
    let resumed = found.is_some();
    if found.is_none() {
        let new = Class {
            id: format!("{:016x}", secret::number()),
            name: opening.name.clone(),
            code: opening.code.clone(),
            secret: Token::random().text().to_owned(),
            opened: now(),
            ended: 0,
            version: 0,
            phase: crate::rules::Phase::Idle,
            question: String::new(),
            round: 0,
        };
        class::insert(&mut tx, &new).await?;
    }
    // Another server may have been faster; then its class is the class.
    let class = class::open_one(&mut tx).await?.ok_or(Refused::Over)?;
    tx.commit().await?;
    Ok((class, resumed))
}
