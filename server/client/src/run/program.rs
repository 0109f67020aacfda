//! A lab's own program in this page: the module that runs such is loaded with the first, and each runs in a worker.

use crate::browser::dom::{told, wait};
use crate::browser::js;
use crate::browser::site::Site;
use crate::run::{Knobs, words};
use js_sys::{Array, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_protocol::Programs;
use wasm_bindgen::{JsCast, JsValue};

/// What a program says, in order.
pub enum News {
    Bytes(Vec<u8>),
    /// It is over: its exit code, [`STOPPED`], or less where it could not run to its end; and why, in a sentence.
    Over(i32, String),
}

/// In place of an exit code. What did not run to its end has a smaller one.
pub const STOPPED: i32 = -1;
const NEVER: i32 = -2;

/// Calls `f` with the module that runs programs; with nothing where it is not to be had. Where it is there already, at once:
/// `import` takes its time even for what is loaded.
pub fn module(
    site: &'static Site,
    programs: &Programs,
    f: Box<dyn FnOnce(Option<&'static js::Programs>)>,
) {
    if let Some(module) = site.module.get() {
        return f(Some(module.unchecked_ref()));
    }
    let loaded = move |module: Option<JsValue>| {
        f(module.map(|module| site.module.get_or_init(|| module).unchecked_ref()));
    };
    wait(&js::import(&site.url(&programs.script)), Box::new(loaded));
}

/// A program that was asked for.
#[derive(Default)]
pub struct Job {
    running: RefCell<Option<js::Job>>,
    stopped: Cell<bool>,
}

impl Job {
    /// Runs that lab, which has a program; what comes of it goes to `news`, and nothing of it before this returns.
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
        let begin = move |module: Option<&'static js::Programs>| match module {
            Some(module) => job.begin(module, &url, &args, news),
            None => news(News::Over(NEVER, words::NO_SCRIPT.into())),
        };
        module(site, programs, Box::new(begin));
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
    let first = told.get(0);
    match first.as_f64() {
        Some(code) => News::Over(code as i32, told.get(1).as_string().unwrap_or_default()),
        None => News::Bytes(first.unchecked_into::<Uint8Array>().to_vec()),
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
