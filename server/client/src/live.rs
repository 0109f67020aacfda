//! One run on the server, as this page follows it.

use crate::socket::{News, Socket};
use crate::tape::Tape;
use crate::{api, kept::Kept, words};
use labkit_wire::Verdict;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_protocol::{Exit, NewRun};

/// What a widget is told, in order.
pub enum Step {
    Waiting(u64),
    Running,
    /// Text to show; [`Live::taken`] wants the number back when it is shown.
    Text(Vec<u8>, u64),
    /// A line of our own, to show between a lab's.
    Note(String),
    Broken,
    Mended,
    /// It is over: the one line that says how, and the verdict.
    Ended(String, Option<Verdict>),
    /// Nothing more will be known.
    Lost(String),
}

pub struct Live {
    pub tape: Rc<RefCell<Tape>>,
    kept: RefCell<Kept>,
    socket: RefCell<Option<Socket>>,
    running: Cell<bool>,
    step: Box<dyn Fn(Step)>,
}

impl Live {
    /// Asks for a run; the error is a sentence.
    pub async fn start(run: &NewRun, step: impl Fn(Step) + 'static) -> Result<Rc<Self>, String> {
        let created = api::start(run).await?;
        let kept = Kept {
            id: created.id,
            socket: created.socket,
            lab: run.lab.clone(),
            variant: run.variant.clone(),
            ..Kept::default()
        };
        Ok(Self::follow(kept, step))
    }

    /// Shows all that was kept of a run, and goes on with it.
    pub fn follow(kept: Kept, step: impl Fn(Step) + 'static) -> Rc<Self> {
        let this = Rc::new(Self {
            tape: Rc::default(),
            kept: RefCell::default(),
            socket: RefCell::default(),
            running: Cell::new(true),
            step: Box::new(step),
        });
        this.replay(kept);
        this
    }

    fn replay(self: &Rc<Self>, mut kept: Kept) {
        let (bytes, exit, from) = (std::mem::take(&mut kept.bytes), kept.exit.take(), kept.from());
        let from = from - bytes.len() as u64;
        if from > 0 {
            (self.step)(Step::Note(words::gap(0, from)));
        }
        kept.until = from;
        *self.kept.borrow_mut() = kept;
        self.bytes(&bytes);
        match exit {
            Some(exit) => self.exit(exit),
            None => self.connect(),
        }
    }

    fn connect(self: &Rc<Self>) {
        let (id, path, from) = {
            let kept = self.kept.borrow();
            (kept.id.clone(), kept.socket.clone(), kept.until)
        };
        let this = self.clone();
        let socket = Socket::follow(&id, &path, from, move |news| this.news(news));
        *self.socket.borrow_mut() = Some(socket);
    }

    fn news(&self, news: News) {
        match news {
            News::Bytes(bytes) => self.bytes(&bytes),
            News::Queued(place) => (self.step)(Step::Waiting(place)),
            News::Started => (self.step)(Step::Running),
            News::Gap(from, to) => {
                self.kept.borrow_mut().skip(to);
                (self.step)(Step::Note(words::gap(from, to)));
            }
            News::Broken => (self.step)(Step::Broken),
            News::Mended => (self.step)(Step::Mended),
            News::Exit(exit) => self.exit(exit),
            News::Lost(why) => {
                self.running.set(false);
                (self.step)(Step::Lost(why));
            }
        }
    }

    fn bytes(&self, bytes: &[u8]) {
        self.kept.borrow_mut().push(bytes);
        let text = self.tape.borrow_mut().push(bytes);
        let until = self.kept.borrow().until;
        (self.step)(Step::Text(text, until));
    }

    fn exit(&self, exit: Exit) {
        self.running.set(false);
        let rest = self.tape.borrow_mut().finish();
        (self.step)(Step::Text(rest, 0));
        let line = {
            let mut kept = self.kept.borrow_mut();
            kept.exit = Some(exit.clone());
            words::ending(&kept.lab, &kept.variant, &exit, &self.tape.borrow())
        };
        (self.step)(Step::Ended(line, exit.verdict));
    }

    /// What came up to that number was shown: the run may go on.
    pub fn taken(&self, until: u64) {
        if let Some(socket) = &*self.socket.borrow() {
            socket.taken(until);
        }
    }

    pub fn running(&self) -> bool {
        self.running.get()
    }

    pub fn stop(&self) {
        if let Some(socket) = &*self.socket.borrow() {
            socket.stop();
        }
    }

    pub fn save(&self, key: &str) {
        self.kept.borrow().save(key);
    }
}
