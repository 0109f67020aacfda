//! All a run printed, as text that can be read aloud, searched and copied. Drawn when it is opened.

use crate::browser::dom::part;
use crate::run::Shared;
use still_running_view::transcript;
use web_sys::HtmlElement;

/// `of` is whose transcript it is, escaped.
pub fn markup(of: &str) -> String {
    format!(
        "<details class=\"sr-full\" data-do=\"toggle transcript\" hidden><summary>Transcript</summary>\
         <pre tabindex=\"0\" role=\"region\" aria-label=\"Transcript of {of}\"></pre></details>"
    )
}

/// Draws it anew where it is open.
pub fn draw(details: &HtmlElement, tape: &Option<Shared>) {
    let Some(tape) = tape.as_ref().filter(|_| details.has_attribute("open")) else { return };
    let tape = tape.borrow();
    let cut = match tape.cut {
        0 => String::new(),
        bytes => format!("[the first {bytes} bytes are no longer kept]\n"),
    };
    part(details, "pre").set_inner_html(&(cut + &transcript::html(&tape.whole())));
}
