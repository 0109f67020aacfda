//! What a run widget is made of, before anything ran in it.

use crate::page::{picture, player, transcript};
use still_running_view::text::escape;

pub const STOP: &str = "<button type=\"button\" class=\"sr-stop\" data-do=\"click stop\" aria-disabled=\"true\">Stop</button>";
/// Beside the fix: the reader's own, where the server builds it.
pub const MINE: &str = "<button type=\"button\" class=\"sr-mine\" data-do=\"click mine\">Run mine</button>\
     <button type=\"button\" class=\"sr-mine\" data-do=\"click check\">Check my fix</button>";

/// Where the site has the editor.
pub const EDIT: &str =
    "<button type=\"button\" data-do=\"click edit\" aria-expanded=\"false\">Edit mine</button>";

pub fn note(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("<p class=\"sr-note\">{}</p>", escape(text)),
    }
}

pub fn markup(lab: &str, variant: &str, (go, beside): (&str, &str), missing: &str) -> String {
    let (lab, variant) = (escape(lab), escape(variant));
    format!(
        "<div class=\"sr-panel\" role=\"group\" aria-label=\"{lab}, {variant}\"><div class=\"sr-bar\">\
         <button type=\"button\" class=\"sr-go\" data-do=\"click go\">{go} {variant}</button>{beside}\
         <span class=\"sr-set\"></span><span class=\"sr-progress\"></span></div>{}\
         <div class=\"sr-screen\" aria-hidden=\"true\" hidden></div>\
         <div class=\"sr-ran\" hidden><p class=\"sr-picture-name\"></p>{}</div>{}\
         <p class=\"sr-status\" role=\"status\"></p><div class=\"sr-found\"></div><p class=\"sr-here\"></p><p class=\"sr-guess\"></p>{}</div>",
        note(missing),
        picture::markup("scrub"),
        player::markup(&format!("{lab} {variant}")),
        transcript::markup(&format!("{lab} {variant}"))
    )
}
