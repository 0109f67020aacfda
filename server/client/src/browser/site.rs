//! Where this page stands: the site's root, and whether a server is behind it.

use crate::browser::api;
use crate::browser::dom;
use crate::browser::js;
use crate::browser::json::{self, Read};
use labkit_json::Json;
use std::cell::OnceCell;
use still_running_protocol::{Mode, Programs, SITE};
use still_running_view::text::escape;
use wasm_bindgen::JsValue;

/// What [`SITE`] says that this script needs: no more of the protocol's `Assets`,
/// for whole they cost a reader 0.3 kB.
pub struct Site {
    pub mode: Mode,
    /// xterm.js, as copied into the site; none where it was not there when the site was built.
    pub xterm: Option<Xterm>,
    /// The client's style sheet.
    pub css: Option<String>,
    /// The module that edits the reader's own file.
    pub editor: Option<String>,
    /// What runs in the page itself.
    pub programs: Option<Programs>,
    /// The module that runs these, once it is loaded.
    pub module: OnceCell<JsValue>,
    /// The address of the site's root, with its slash.
    pub root: String,
}

impl Read for Programs {
    fn read(json: Json<'_>) -> Option<Self> {
        let [script, compiler, tokio] =
            ["script", "compiler", "tokio"].map(|name| json::word(json, name));
        Some(Self { script, compiler, tokio, labs: json::fields_of(json.get("labs")?) })
    }
}

/// Its style sheet; its scripts are found by the page's import map.
pub struct Xterm {
    pub css: Option<String>,
}

impl Read for Site {
    fn read(json: Json<'_>) -> Option<Self> {
        Some(Self {
            mode: Mode::from_word(&json::word(json, "mode"))?,
            xterm: json
                .get("xterm")
                .filter(|x| !x.is_null())
                .map(|x| Xterm { css: json::maybe(x, "css") }),
            css: json::maybe(json, "css"),
            editor: json::maybe(json, "editor"),
            programs: json.get("programs").and_then(Programs::read),
            module: OnceCell::new(),
            root: String::new(),
        })
    }
}

impl Site {
    pub fn load(done: fn(Result<Self, String>)) {
        let root = js::root();
        let url = format!("{root}{SITE}");
        let take = move |answer| done(api::read(answer).map(|site| Self { root, ..site }));
        api::get(&url, Box::new(take));
    }

    pub fn live(&self) -> bool {
        self.mode == Mode::Live
    }

    /// What runs that lab in the page, and the address of its program; none where a server runs it, or nothing does.
    pub fn program(&self, lab: &str) -> Option<(&Programs, String)> {
        self.program_of(lab).filter(|_| !self.live())
    }

    /// As [`Site::program`], whoever runs the lab otherwise.
    pub fn program_of(&self, lab: &str) -> Option<(&Programs, String)> {
        let programs = self.programs.as_ref()?;
        let (_, program) = programs.labs.iter().find(|(slug, _)| slug == lab)?;
        Some((programs, self.url(program)))
    }

    /// Whether that lab runs: on a server, or in the page.
    pub fn runs(&self, lab: &str) -> bool {
        self.live() || self.program(lab).is_some()
    }

    /// What its button does with that lab.
    pub fn verb(&self, lab: &str) -> &'static str {
        if self.runs(lab) { "Run" } else { "Play" }
    }

    /// The address of a file of the site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// Adds a style sheet to the page, once.
    pub fn style(&self, path: &str) {
        let (root, url) = (dom::root(), escape(&self.url(path)));
        if dom::one(&root, &format!("link[href='{url}']")).is_none() {
            dom::html(
                &dom::part(&root, "head"),
                &format!("<link rel=\"stylesheet\" href=\"{url}\">"),
            );
        }
    }
}
