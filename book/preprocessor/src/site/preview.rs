//! A picture of each lab, for link previews: its title, its verdicts, and its timeline.

use crate::catalog::Lab;
use anyhow::Result;
use still_running_view::{
    View, svg,
    text::{escape, shorten, sign},
};

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 630.0;
/// A picture on its own has no page to take its colours from.
const STYLE: &str = include_str!("preview.css");

/// The picture, if the lab has a recording.
pub(super) fn draw(lab: &Lab) -> Result<Option<String>> {
    let about = lab.describe()?;
    let (mut verdicts, mut picture) = (vec![], None);
    for variant in &about.variants {
        let Some(recording) = lab.recording(variant, None)? else { continue };
        let timeline = recording.timeline();
        verdicts.extend(timeline.verdict().map(|v| format!("{variant} {} {v}", sign(v))));
        picture.get_or_insert(timeline);
    }
    let Some(timeline) = picture else { return Ok(None) };
    let view = View::whole(&timeline, WIDTH / 1.5 - 80.0, "t");
    let drawn = svg(&timeline, &view).replacen("<svg ", "<svg x=\"60\" y=\"250\" ", 1);
    let drawn = scale(&drawn, WIDTH - 120.0);
    Ok(Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">\
         <style>{STYLE}</style><rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\
         <text class=\"book\" x=\"60\" y=\"84\">Still Running · {}</text><text class=\"title\" x=\"60\" y=\"150\">{}</text>\
         <text class=\"verdicts\" x=\"60\" y=\"206\">{}</text>{drawn}</svg>",
        escape(&lab.slug),
        escape(&shorten(&about.title, 52)),
        escape(&verdicts.join("    "))
    )))
}

/// Larger than on a page: its own width and height go, the view box stays, and what is too tall is cut off below.
fn scale(svg: &str, width: f64) -> String {
    let height = HEIGHT - 270.0;
    let mut out = svg.to_owned();
    for (name, value) in [(" width=\"", width), (" height=\"", height)] {
        if let Some(at) = out.find(name).map(|i| i + name.len())
            && let Some(length) = out[at..].find('"')
        {
            out.replace_range(at..at + length, &value.to_string());
        }
    }
    out.replacen("<svg ", "<svg preserveAspectRatio=\"xMinYMin slice\" ", 1)
}
