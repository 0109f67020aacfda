//! Buggy and fixed side by side: two terminals and two timelines on one clock, with one scrubber.

mod outcome;
mod recorded;
mod served;
mod side;

use crate::browser::dom::{self, attr, data, enable, flag, html, one, part, say, show};
use crate::browser::json::Lab;
use crate::browser::keep::keep;
use crate::page::picture;
use crate::page::player::{self, Player};
use crate::page::{Page, Signal, Widget};
use crate::widgets::run::STOP;
use side::Side;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::text::escape;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

const VARIANTS: [&str; 2] = ["buggy", "fixed"];
/// The reader's own, where the server builds it, in place of the buggy one.
const MINE: &str =
    "<button type=\"button\" class=\"sr-mine\" data-do=\"click mine\">Run mine and fixed</button>";

/// How far a press of Run has come.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Asked,
    /// Neither has begun, and their recordings are shown.
    Waits,
    Begun,
}

struct Compare {
    page: &'static Page,
    root: HtmlElement,
    lab: &'static Lab,
    player: &'static Player,
    sides: &'static [Side; 2],
    /// Why recordings are shown in place of runs; mostly empty.
    instead: RefCell<String>,
    stage: Cell<Stage>,
}

pub fn build(page: &'static Page, root: &HtmlElement) {
    let Some(lab) = page.lab(&data(root, "lab")) else { return };
    if !VARIANTS.iter().all(|v| lab.variants.iter().any(|known| known == v)) {
        return;
    }
    let mine = page.site.live() && page.labs.as_ref().is_some_and(|l| l.mine);
    html(root, &markup(&escape(&lab.slug), page.site.runs(&lab.slug), mine));
    let sides = keep(VARIANTS.map(|v| Side::new(page, root, v)));
    let player = Player::new(root, Box::new(|at| cursor(sides, at)));
    let (instead, stage) = (RefCell::default(), Cell::new(Stage::Begun));
    let this = keep(Compare { page, root: root.clone(), lab, player, sides, instead, stage });
    page.adopt(root, this);
    this.turn_to("buggy");
}

fn markup(lab: &str, live: bool, mine: bool) -> String {
    let (mut sides, mut tabs) = (String::new(), String::new());
    for v in VARIANTS {
        sides += &format!(
            "<section class=\"sr-side\" aria-label=\"{v}\"><p class=\"sr-picture-name\">{v}</p><div class=\"sr-screen\" \
             aria-hidden=\"true\" hidden></div><p class=\"sr-side-line\"></p>{}</section>",
            picture::markup(v)
        );
        tabs += &format!(
            "<button type=\"button\" class=\"sr-tab\" data-do=\"click show-{v}\">{v}</button>"
        );
    }
    let (go, beside) = match live {
        true if mine => ("Run", &*(MINE.to_owned() + STOP)),
        true => ("Run", STOP),
        false => ("Play", "<span class=\"sr-tag\">recorded</span>"),
    };
    format!(
        "<div class=\"sr-panel\" role=\"group\" aria-label=\"{lab}, buggy and fixed\"><div class=\"sr-bar\">\
         <button type=\"button\" class=\"sr-go\" data-do=\"click go\">{go} both</button>{beside}<span class=\"sr-progress\"></span>\
         </div><div class=\"sr-tabs\" hidden>{tabs}</div><div class=\"sr-sides\" hidden>{sides}</div>{}\
         <p class=\"sr-status\" role=\"status\"></p><p class=\"sr-here\"></p><p class=\"sr-guess\"></p></div>",
        player::markup(&format!("{lab}, buggy and fixed"))
    )
}

impl Widget for Compare {
    fn hear(&'static self, signal: &Signal<'_>) {
        if let Signal::Judged { tape, said } = signal
            && self
                .sides
                .iter()
                .filter_map(|s| s.finished(false))
                .any(|shown| Rc::ptr_eq(&shown, tape))
        {
            say(&part(&self.root, ".sr-guess"), said);
        }
    }

    fn act(&'static self, what: &str, event: &Event) {
        match what {
            "go" => self.press("buggy"),
            "mine" => self.press("mine"),
            "stop" => self.stop(),
            "show-buggy" => self.turn_to("buggy"),
            "show-fixed" => self.turn_to("fixed"),
            _ if self.player.act(what) => {}
            _ => {
                let side = self.sides.iter().find(|s| s.place == what);
                if let Some(at) = side.and_then(|s| s.picture.pointer(event)) {
                    self.player.seek(at);
                    cursor(self.sides, at);
                }
            }
        }
    }
}

/// The clock's hand, in both pictures.
fn cursor(sides: &'static [Side], at: u64) {
    for side in sides {
        side.picture.cursor((at < side.picture.end()).then_some(at));
    }
}

impl Compare {
    /// On a phone one side is shown; its button says so.
    fn turn_to(&self, variant: &str) {
        for side in self.sides {
            let on = side.place == variant;
            flag(&side.root, "data-shown", on);
            if let Some(tab) = one(&self.root, &format!("[data-do='click show-{}']", side.place)) {
                attr(&tab, "aria-pressed", if on { "true" } else { "false" });
            }
        }
    }

    /// Runs both, with this one on the left.
    fn press(&'static self, left: &'static str) {
        self.put(left);
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|e| show(e, false));
        dom::all(&self.root, ".sr-tabs, .sr-sides").iter().for_each(|e| show(e, true));
        dom::all(&self.root, ".sr-go, .sr-mine").iter().for_each(|e| enable(e, false));
        self.status("", "");
        say(&part(&self.root, ".sr-guess"), "");
        say(&part(&self.root, ".sr-here"), "");
        self.player.unload();
        self.progress("Starting…");
        self.sides.iter().for_each(Side::clear);
        *self.instead.borrow_mut() = String::new();
        self.stage.set(Stage::Asked);
        for side in self.sides {
            match self.page.site.runs(&self.lab.slug) {
                true => self.run(side),
                false => self.load(side),
            }
        }
    }

    /// Names what stands on the left.
    fn put(&self, left: &'static str) {
        let side = &self.sides[0];
        side.variant.set(left);
        attr(&side.root, "aria-label", left);
        say(&part(&side.root, ".sr-picture-name"), left);
        let tab = format!("[data-do='click show-{}']", side.place);
        one(&self.root, &tab).iter().for_each(|tab| say(tab.unchecked_ref(), left));
    }

    fn over(&self) {
        self.progress("");
        dom::all(&self.root, ".sr-go, .sr-mine").iter().for_each(|e| enable(e, true));
        dom::all(&self.root, ".sr-stop").iter().for_each(|e| enable(e, false));
    }

    fn failed(&'static self, why: &str) {
        self.end_meanwhile();
        self.stop();
        self.status(why, "is-fault");
        self.over();
    }

    fn stop(&self) {
        self.progress("Stopping…");
        dom::all(&self.root, ".sr-stop").iter().for_each(|e| enable(e, false));
        for side in self.sides {
            side.live.borrow().iter().for_each(|live| live.stop());
        }
    }

    fn progress(&self, text: &str) {
        say(&part(&self.root, ".sr-progress"), text);
    }

    fn status(&self, line: &str, class: &str) {
        let status = part(&self.root, ".sr-status");
        attr(&status, "class", &format!("sr-status {class}"));
        say(&status, line);
    }
}
