//! A picture of each lab, for link previews: its title, and what was seen. Nothing of how it ends: who follows the link is to guess.

use crate::catalog::Catalog;
use anyhow::Result;
use std::{fs, path::Path};
use still_running_view::text::{escape, shorten};

const WIDTH: f64 = Preview::WIDTH as f64;
const HEIGHT: f64 = Preview::HEIGHT as f64;
/// As many characters of a title as there is room for in the smallest size.
const LONGEST: usize = 54;
/// Size of a title of this many characters, px; a longer one is smaller.
const SIZE: (f64, f64) = (46.0, 38.0);
/// Characters in a line of text, and lines.
const ACROSS: usize = 62;
const DOWN: usize = 7;
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

/// One for each lab that has a chapter, and one for the first page.
pub(super) fn all(catalog: &Catalog) -> Result<Vec<Preview>> {
    let book = catalog.root().join("book/src");
    let mut all = vec![];
    for slug in catalog.slugs() {
        let (Ok(lab), Some(text)) = (catalog.lab(&slug), chapter(&book, &slug)) else { continue };
        let above = format!("Still Running · {slug}");
        let svg = draw(&above, &lab.describe()?.title, &first_words(&text, "## Incident"));
        all.push(Preview { name: slug, svg });
    }
    if let Ok(text) = fs::read_to_string(book.join("index.md"))
        && let Some(title) = text.lines().find_map(|line| line.strip_prefix("# "))
    {
        let svg = draw("Still Running", title.trim(), &first_words(&text, "# "));
        all.push(Preview { name: "index".to_owned(), svg });
    }
    Ok(all)
}

fn chapter(book: &Path, slug: &str) -> Option<String> {
    let parts = fs::read_dir(book).ok()?.flatten();
    let named = parts.map(|part| part.path().join(format!("{slug}.md")));
    named.into_iter().find_map(|file| fs::read_to_string(file).ok())
}

/// The first paragraph below that heading, without marks.
fn first_words(text: &str, heading: &str) -> String {
    let below = text.lines().skip_while(|line| !line.starts_with(heading)).skip(1);
    let is_text = |line: &&str| !line.trim().is_empty() && !line.starts_with(['#', '{', '<']);
    let words = below.skip_while(|line| !is_text(line)).take_while(is_text);
    words.collect::<Vec<_>>().join(" ").replace(['`', '*'], "")
}

fn draw(above: &str, title: &str, words: &str) -> String {
    let title = shorten(title, LONGEST);
    let size = SIZE.0 * (SIZE.1 / title.chars().count() as f64).min(1.0);
    let line = |(at, line): (usize, String)| {
        format!("<text class=\"words\" x=\"60\" y=\"{}\">{}</text>", 240 + 50 * at, escape(&line))
    };
    let words: String = wrapped(words).into_iter().enumerate().map(line).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\">\
         <style>{STYLE}</style><rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\
         <text class=\"book\" x=\"60\" y=\"84\">{}</text><text class=\"title\" font-size=\"{size:.1}\" x=\"60\" y=\"150\">{}</text>{words}</svg>",
        escape(above),
        escape(&title),
    )
}

/// As many lines as there is room for; the last one says where there is more.
fn wrapped(words: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let has_room = lines.len() < DOWN;
        let last = lines.last_mut().expect("there is one");
        if last.chars().count() + word.chars().count() < ACROSS {
            *last = format!("{last} {word}").trim_start().to_owned();
        } else if has_room {
            lines.push(word.to_owned());
        } else {
            last.push_str(" …");
            break;
        }
    }
    lines
}
