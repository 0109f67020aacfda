//! Where this page stands: the site's root, and whether a server is behind it.

use crate::json::{self, Read};
use crate::{api, dom, js};
use labkit_wire::json::Json;
use labkit_wire::text::cut_last;
use still_running_view::text::escape;

/// `still-running.json` at the site's root.
pub struct Site {
    pub mode: Mode,
    /// xterm.js, as copied into the site; none where it was not there when the site was built.
    pub xterm: Option<Xterm>,
    /// The client's style sheet.
    pub css: Option<String>,
    /// The address of the site's root, with its slash.
    pub root: String,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    /// A server runs the labs.
    Live,
    /// A static site: recordings only.
    Recorded,
}

/// Its style sheet; its scripts are found by the page's import map.
pub struct Xterm {
    pub css: Option<String>,
}

impl Read for Site {
    fn read(json: Json<'_>) -> Option<Self> {
        Some(Self {
            mode: match json::word(json, "mode").as_str() {
                "live" => Mode::Live,
                "recorded" => Mode::Recorded,
                _ => return None,
            },
            xterm: json
                .get("xterm")
                .filter(|x| !x.is_null())
                .map(|x| Xterm { css: json::maybe(x, "css") }),
            css: json::maybe(json, "css"),
            root: String::new(),
        })
    }
}

impl Site {
    pub fn load(done: fn(Result<Self, String>)) {
        let root = root();
        let url = format!("{root}still-running.json");
        let take = move |answer| done(api::read(answer).map(|site| Self { root, ..site }));
        api::get(&url, Box::new(take));
    }

    pub fn live(&self) -> bool {
        self.mode == Mode::Live
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

/// This script lies in `client/` under the site's root.
fn root() -> String {
    let script = js::SCRIPT.with(String::clone);
    let folder = cut_last(&script, '/').and_then(|(folder, _)| cut_last(folder, '/'));
    folder.map_or_else(String::new, |(root, _)| root.to_owned() + "/")
}
