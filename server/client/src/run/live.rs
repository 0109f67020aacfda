//! One run, on the server or in this page, as a widget follows it.

use crate::browser::api::{self, Failure};
use crate::browser::dom::attr;
use crate::browser::json;
use crate::browser::site::Site;
use crate::run::kept::Kept;
use crate::run::program::{self, Job};
use crate::run::socket::{News, Socket};
use crate::run::words;
use crate::run::{Knobs, Shared};
use labkit_wire::Verdict;
use labkit_wire::text::{join, whole};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_protocol::{Created, Exit, Finding, Reason, ToClient};
use web_sys::Element;

/// What a widget is told, in order: what there is to show, whoever said it, the server, a socket or a program in this page.
pub enum Step {
    /// At that place, and for about how many seconds.
    Waiting(u64, Option<u64>),
    Running,
    /// A check was at that many points, of how many.
    Point(u64, u64),
    /// Text to show; [`Live::taken`] wants the number back when it is shown.
    Text(Vec<u8>, u64),
    /// A line of our own, to show between a lab's.
    Note(String),
    Broken,
    Mended,
    /// What a check found, before it is over.
    Found(Box<Finding>),
    /// It is over: the one line that says how, and the verdict.
    Ended(String, Option<Verdict>),
    /// Nothing more will be known.
    Lost(String),
}

type Steps = Box<dyn Fn(Step)>;

/// In place of a variant: a check of the reader's own.
pub const CHECK: &str = "check";

pub struct Live {
    pub tape: Shared,
    kept: RefCell<Kept>,
    socket: RefCell<Option<Socket>>,
    /// In place of a socket, where the lab's own program runs in this page.
    job: RefCell<Option<Rc<Job>>>,
    running: Cell<bool>,
    step: Steps,
}

impl Live {
    /// Asks for a run, and calls `done` with it, or with a sentence. What it says goes to `step`.
    pub fn start(
        lab: &str,
        variant: &str,
        knobs: &Knobs,
        step: Steps,
        done: Box<dyn FnOnce(Result<Rc<Self>, String>)>,
    ) {
        let run = request(lab, variant, knobs);
        api::start(&run, Self::begun(lab, variant, step, done));
    }

    /// Asks for a check of the reader's own variant.
    pub fn check(lab: &str, step: Steps, done: Box<dyn FnOnce(Result<Rc<Self>, String>)>) {
        api::check(lab, Self::begun(lab, CHECK, step, done));
    }

    fn begun(
        lab: &str,
        variant: &str,
        step: Steps,
        done: Box<dyn FnOnce(Result<Rc<Self>, String>)>,
    ) -> api::Done {
        let (lab, variant) = (lab.to_owned(), variant.to_owned());
        Box::new(move |answer: Result<String, Failure>| {
            done(api::read(answer).map(|Created { id, socket }| {
                let kept = Kept { id, socket, lab, variant, ..Kept::default() };
                Self::follow(kept, step)
            }));
        })
    }

    /// Shows all that was kept of a run, and goes on with it.
    pub fn follow(mut kept: Kept, step: Steps) -> Rc<Self> {
        let (bytes, from) = (std::mem::take(&mut kept.bytes), kept.until);
        kept.until = from - bytes.len() as u64;
        let this = Self::new(kept, step);
        this.replay(&bytes);
        this
    }

    /// Runs the lab's own program in this page.
    pub fn here(
        site: &'static Site,
        lab: &str,
        variant: &str,
        knobs: &Knobs,
        step: Steps,
    ) -> Rc<Self> {
        let kept = Kept { lab: lab.into(), variant: variant.into(), ..Kept::default() };
        let this = Self::new(kept, step);
        let live = this.clone();
        let news = Rc::new(move |news| live.told(news));
        *this.job.borrow_mut() = Some(Job::start(site, lab, variant, knobs, news));
        this
    }

    fn new(kept: Kept, step: Steps) -> Rc<Self> {
        Rc::new(Self {
            tape: Rc::default(),
            kept: RefCell::new(kept),
            socket: RefCell::default(),
            job: RefCell::default(),
            running: Cell::new(true),
            step,
        })
    }

    /// What the program in this page says.
    fn told(&self, news: program::News) {
        let (code, why) = match news {
            program::News::Bytes(bytes) => return self.bytes(&bytes),
            program::News::Over(code, why) => (code, why),
        };
        if code < program::STOPPED {
            self.running.set(false);
            return (self.step)(Step::Lost(why));
        }
        let (reason, code) = match code {
            program::STOPPED => (Reason::Stopped, None),
            code => (Reason::Exited, Some(code)),
        };
        let verdict = code.and_then(Verdict::from_code);
        self.exit(&Exit { code, signal: None, reason, verdict, problems: vec![], finding: None });
    }

    fn replay(self: &Rc<Self>, bytes: &[u8]) {
        let (missing, exit) = {
            let kept = self.kept.borrow();
            (kept.until, json::parse(&kept.exit))
        };
        if missing > 0 {
            (self.step)(Step::Note(words::gap(0, missing)));
        }
        self.bytes(bytes);
        match exit {
            Some(ToClient::Exit(exit)) => self.exit(&exit),
            _ => self.connect(),
        }
    }

    fn connect(self: &Rc<Self>) {
        let this = self.clone();
        let kept = self.kept.borrow();
        let news = Box::new(move |news| this.news(news));
        let socket = Socket::follow(&kept.id, &kept.socket, kept.until, news);
        *self.socket.borrow_mut() = Some(socket);
    }

    fn news(&self, news: News) {
        match news {
            News::Bytes(bytes) => self.bytes(&bytes),
            News::Said(said, text) => self.said(said, text),
            News::Broken => (self.step)(Step::Broken),
            News::Mended => (self.step)(Step::Mended),
            News::Lost(why) => {
                self.running.set(false);
                (self.step)(Step::Lost(why));
            }
        }
    }

    fn said(&self, said: ToClient, text: String) {
        match said {
            ToClient::Window { .. } => {} // The socket's own affair.
            ToClient::Queued { place, about } => (self.step)(Step::Waiting(place, about)),
            ToClient::Started => (self.step)(Step::Running),
            ToClient::Point(point) => (self.step)(Step::Point(point.done, point.of)),
            ToClient::Gap { from, to } => {
                self.kept.borrow_mut().skip(to);
                (self.step)(Step::Note(words::gap(from, to)));
            }
            ToClient::Exit(exit) => {
                self.kept.borrow_mut().exit = text;
                self.exit(&exit);
            }
        }
    }

    fn bytes(&self, bytes: &[u8]) {
        self.kept.borrow_mut().push(bytes);
        let text = self.tape.borrow_mut().push(bytes);
        let until = self.kept.borrow().until;
        (self.step)(Step::Text(text, until));
    }

    fn exit(&self, exit: &Exit) {
        self.running.set(false);
        let rest = self.tape.borrow_mut().finish();
        (self.step)(Step::Text(rest, 0));
        let line = {
            let kept = self.kept.borrow();
            words::ending(&kept.lab, &kept.variant, exit, &self.tape.borrow())
        };
        if let Some(found) = &exit.finding {
            (self.step)(Step::Found(found.clone()));
        }
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
        if let Some(job) = &*self.job.borrow() {
            job.stop();
        }
        if let Some(socket) = &*self.socket.borrow() {
            socket.stop();
        }
    }

    /// Says on an element how a run of the reader's own ended, as the server said it.
    pub fn tell_end(&self, root: &Element) {
        let kept = self.kept.borrow();
        if kept.variant == "mine" || kept.variant == CHECK {
            attr(root, "data-exit", &kept.exit);
        }
    }

    /// What runs in this page is gone with it.
    pub fn save(&self, key: &str) {
        if self.job.borrow().is_none() {
            self.kept.borrow().save(key);
        }
    }
}

/// A `NewRun`. Labs, variants and knobs are named by plain words; what a reader typed was checked against the knob's
/// declaration before it got here.
fn request(lab: &str, variant: &str, knobs: &Knobs) -> String {
    let mut set = vec![];
    for (name, value) in knobs {
        set.push(match whole(value) {
            Some(number) => format!("\"{name}\":{number}"),
            None => format!("\"{name}\":\"{value}\""),
        });
    }
    let set = join(&set, ",");
    format!("{{\"lab\":\"{lab}\",\"variant\":\"{variant}\",\"knobs\":{{{set}}}}}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use labkit_wire::Value;
    use still_running_protocol::NewRun;

    #[test]
    fn a_request_is_what_the_server_reads() {
        let knobs = [("tick", "40"), ("database", "sqlite")];
        let knobs: Knobs = knobs.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let run: NewRun = serde_json::from_str(&request("lost-line", "buggy", &knobs)).unwrap();
        assert_eq!((run.lab.as_str(), run.variant.as_str()), ("lost-line", "buggy"));
        assert_eq!(run.knobs["tick"], Value::Number(40));
        assert_eq!(run.knobs["database"], Value::Word("sqlite".into()));
        assert!(serde_json::from_str::<NewRun>(&request("a", "b", &vec![])).is_ok());
    }
}
