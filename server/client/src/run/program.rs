//! A lab's own program in this page: the module that runs such is loaded with the first, and each runs in a worker.

use crate::browser::dom::{told, wait};
use crate::browser::js;
use crate::browser::site::Site;
use crate::run::{Knobs, words};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// What a program says, in order.
pub enum News {
    Bytes(Vec<u8>),
    /// It is over: how, its exit code where it has one, and why it has none, in a sentence.
    Over(String, i32, String),
}

/// Where the module is not to be had.
const NEVER: &str = "load";

/// A program that was asked for.
#[derive(Default)]
pub struct Job {
    running: RefCell<Option<js::Job>>,
    stopped: Cell<bool>,
}

impl Job {
    /// Runs that lab, which has a program; what comes of it goes to `news`.
    pub fn start(
        site: &'static Site,
        lab: &str,
        variant: &str,
        knobs: &Knobs,
        news: Rc<dyn Fn(News)>,
    ) -> Rc<Self> {
        let this = Rc::new(Self::default());
        let (job, args) = (this.clone(), args(lab, variant, knobs));
        let Some((programs, url)) = site.program(lab) else { return this };
        let begin = move |module: Option<JsValue>| match module {
            Some(module) => job.begin(module.unchecked_ref(), &url, &args, news),
            None => news(News::Over(NEVER.into(), -1, words::NO_SCRIPT.into())),
        };
        wait(&js::import(&site.url(&programs.script)), Box::new(begin));
        this
    }

    fn begin(&self, module: &js::Programs, url: &str, args: &Array, news: Rc<dyn Fn(News)>) {
        let told = told(Rc::new(move |told| news(read(told))));
        let job = module.run(url, args, &told);
        if self.stopped.get() {
            job.stop();
        }
        *self.running.borrow_mut() = Some(job);
    }

    pub fn stop(&self) {
        self.stopped.set(true);
        if let Some(job) = &*self.running.borrow() {
            job.stop();
        }
    }
}

fn read(told: &Array) -> News {
    let text = |at| told.get(at).as_string().unwrap_or_default();
    match text(0) {
        bytes if bytes == "bytes" => {
            News::Bytes(told.get(1).unchecked_into::<Uint8Array>().to_vec())
        }
        how => News::Over(how, told.get(1).as_f64().unwrap_or(-1.0) as i32, text(2)),
    }
}

/// As one would type it.
fn args(lab: &str, variant: &str, knobs: &Knobs) -> Array {
    let args = Array::of2(&lab.into(), &variant.into());
    for (name, value) in knobs {
        args.push(&format!("--{name}").into());
        args.push(&value.into());
    }
    args
}
