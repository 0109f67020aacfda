//! A picture of each lab, for link previews: its title, its verdicts, and its timeline.

use crate::{
    catalog::{Catalog, Lab},
    directive::{Part, scan},
};
use anyhow::Result;
use std::fs;
use still_running_view::{
    View, svg,
    text::{escape, shorten},
};

const WIDTH: f64 = Preview::WIDTH as f64;
const HEIGHT: f64 = Preview::HEIGHT as f64;
/// As many characters of a title as there is room for in the smallest size.
const LONGEST: usize = 54;
/// Size of a title of this many characters, px; a longer one is smaller.
const SIZE: (f64, f64) = (46.0, 38.0);
/// A picture on its own has no page to take its colours from.
const STYLE: &str = include_str!("preview.css");

/// A picture, and the name of the page it belongs to.
pub(super) struct Preview {
    pub name: String,
    pub svg: String,
}

impl Preview {
    /// What sites that preview links ask for, px.
    pub const WIDTH: u32 = 1200;
    pub const HEIGHT: u32 = 630;
}

/// One for each lab that has a recording, and one for the first page: the lab it shows, under its own title.
pub(super) fn all(catalog: &Catalog) -> Result<Vec<Preview>> {
    let mut all = vec![];
    let mut add = |name: &str, lab: &Lab, above: &str, title: &str| -> Result<()> {
        let svg = draw(lab, above, title)?;
        all.extend(svg.map(|svg| Preview { name: name.to_owned(), svg }));
        Ok(())
    };
    for lab in catalog.slugs().iter().filter_map(|slug| catalog.lab(slug).ok()) {
        add(&lab.slug, &lab, &format!("Still Running · {}", lab.slug), &lab.describe()?.title)?;
    }
    if let Some((title, lab)) = first_page(catalog) {
        add("index", &lab, "Still Running", &title)?;
    }
    Ok(all)
}

/// Title of the first page, and the lab it shows.
fn first_page(catalog: &Catalog) -> Option<(String, Lab)> {
    let text = fs::read_to_string(catalog.root().join("book/src/index.md")).ok()?;
    let title = text.lines().find_map(|line| line.strip_prefix("# "))?;
    let (parts, _) = scan(&text);
    let slug = parts.iter().find_map(|part| match part {
        Part::Directive(d) if d.name == "landing" => d.args.first().copied(),
        _ => None,
    })?;
    Some((title.trim().to_owned(), catalog.lab(slug).ok()?))
}

fn draw(lab: &Lab, above: &str, title: &str) -> Result<Option<String>> {
    let about = lab.describe()?;
    let (mut verdicts, mut picture) = (vec![], None);
    for variant in &about.variants {
        let Some(recording) = lab.recording(variant, None)? else { continue };
        let timeline = recording.timeline();
        verdicts.extend(timeline.verdict().map(|v| format!("{variant} {} {v}", v.sign())));
        picture.get_or_insert(timeline);
    }
    let Some(timeline) = picture else { return Ok(None) };
    let view = View::whole(&timeline, WIDTH / 1.5 - 80.0, "t");
    let drawn = svg(&timeline, &view).replacen("<svg ", "<svg x=\"60\" y=\"250\" ", 1);
    let drawn = scale(&drawn, WIDTH - 120.0);
    let title = shorten(title, LONGEST);
    let size = SIZE.0 * (SIZE.1 / title.chars().count() as f64).min(1.0);
    Ok(Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">\
         <style>{STYLE}</style><rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\
         <text class=\"book\" x=\"60\" y=\"84\">{}</text><text class=\"title\" font-size=\"{size:.1}\" x=\"60\" y=\"150\">{}</text>\
         <text class=\"verdicts\" x=\"60\" y=\"206\">{}</text>{drawn}</svg>",
        escape(above),
        escape(&title),
        escape(&verdicts.join(" · "))
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
