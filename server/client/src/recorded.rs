//! A run widget where no server is: the recording of a real run, replayed when it is asked for.

use crate::dom::{add, button, el, el_with, enable, get, say};
use crate::json;
use crate::page::{Knobs, Page, Signal};
use crate::player::Track;
use crate::recording;
use crate::stage::Stage;
use crate::words;
use labkit_wire::Description;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::HtmlElement;

struct Recorded {
    stage: Rc<Stage>,
    go: HtmlElement,
    note: HtmlElement,
    preset: Knobs,
    loading: Cell<bool>,
}

pub fn build(page: &Rc<Page>, root: &HtmlElement) {
    let stage = Stage::new(page, root);
    // The reader's own variant runs on the reader's machine: the page says so already.
    if stage.variant == "mine" || page.lab(&stage.lab).is_none() {
        return;
    }
    let this = Rc::new_cyclic(|weak: &std::rc::Weak<Recorded>| {
        let weak = weak.clone();
        let press = move || weak.upgrade().iter().for_each(Recorded::press);
        Recorded {
            go: button("sr-go", &format!("Play {}", stage.variant), press),
            note: el("span", "sr-progress"),
            preset: json::fields(&get(root, "data-knobs").unwrap_or_default()),
            loading: Cell::default(),
            stage,
        }
    });
    let bar = el("div", "sr-bar");
    add(&bar, [&this.go, &el_with("span", "sr-tag", "recorded"), &this.note]);
    this.stage.lay_out(&bar, None);
    this.listen();
    this.name();
}

impl Recorded {
    fn listen(self: &Rc<Self>) {
        let this = self.clone();
        self.stage.page.hear(move |signal| {
            if matches!(signal, Signal::Knobs { lab } if *lab == this.stage.lab) {
                this.name();
            }
        });
    }

    /// Says which recording is played, or that there is none.
    fn name(&self) {
        let Some(info) = self.stage.page.lab(&self.stage.lab) else { return };
        let knobs = self.stage.page.knobs(&self.stage.lab, &self.preset);
        let file = recording::file(&info.lab, &self.stage.variant, &knobs);
        enable(&self.go, file.is_some() && !self.loading.get());
        let said = match file {
            Some(_) => words::knobs(&info.lab, &knobs),
            None => words::unrecorded(&info.lab, &self.stage.variant, &knobs),
        };
        say(&self.note, &said);
    }

    fn press(self: &Rc<Self>) {
        let page = &self.stage.page;
        let Some(lab) = page.lab(&self.stage.lab).map(|l| l.lab.clone()) else { return };
        let knobs = page.knobs(&self.stage.lab, &self.preset);
        self.loading.set(true);
        enable(&self.go, false);
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move { this.play(lab, knobs).await });
    }

    async fn play(self: Rc<Self>, lab: Description, knobs: Knobs) {
        let stage = &self.stage;
        stage.clear();
        match recording::load(&stage.page.site, &lab, &stage.variant, &knobs).await {
            Ok(tape) => {
                let line = words::recorded(&stage.lab, &stage.variant, &tape);
                let class = words::class(tape.verdict.as_ref().map(|(v, _)| *v));
                let tape = Rc::new(RefCell::new(tape));
                stage.of(&tape);
                stage.player.load(vec![Track::new(tape, stage.screen.clone())], 0);
                stage.tell(true);
                // Once at the end, however it is reached.
                self.when_over(line, class);
                stage.player.play();
            }
            Err(why) => stage.over(&why, "is-fault"),
        }
        self.loading.set(false);
        say(&self.go, &format!("Play {} again", stage.variant));
        enable(&self.go, true);
    }

    fn when_over(&self, line: String, class: &'static str) {
        let stage = self.stage.clone();
        self.stage.player.on_end(move || stage.over(&line, class));
    }
}
