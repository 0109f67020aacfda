//! Where a run stands on the screen: it is kept in sight, unless its reader went elsewhere.

use super::Run;
use crate::browser::dom::{self, say, show};
use crate::run::live::CHECK;
use web_sys::HtmlElement;

impl Run {
    /// Makes room for the figure, so that what comes moves nothing, and for all of it on the screen.
    pub(super) fn name_run(&self) {
        let is_run = *self.shown.borrow() != CHECK;
        show(&self.part(".sr-ran"), is_run);
        say(&self.part(".sr-picture-name"), "");
        self.part(".sr-tl-frame").set_inner_html("");
        self.stood.set(None);
        if !self.again.replace(false) {
            self.in_sight();
        }
    }

    /// How far the page is scrolled, and how far below the top of the screen this is, px.
    fn place(panel: &HtmlElement) -> (f64, f64) {
        (f64::from(dom::root().scroll_top()), dom::top(panel))
    }

    fn in_sight(&self) {
        let panel = self.part(".sr-panel");
        dom::into_view(&panel);
        self.stood.set(Some(Self::place(&panel)));
    }

    /// What came was added below, its figure with the next frame. A reader who went elsewhere meanwhile stays there.
    pub(super) fn keep_in_sight(&'static self) {
        dom::next_frame(Box::new(|_| {
            let (scrolled, top) = Self::place(&self.part(".sr-panel"));
            let near = |a: f64, b: f64| (a - b).abs() < 2.0;
            // A question that is judged grows, above it.
            if self.stood.get().is_some_and(|(s, t)| near(s, scrolled) || near(t, top)) {
                self.in_sight();
            }
        }));
    }
}
