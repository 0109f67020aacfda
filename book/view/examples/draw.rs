//! Recordings as pictures on one page, to look at: `cargo run --example draw -- <file.cast>… > figures.html`. With
//! `THEME=navy` it is dark, with `WIDTH=326` as a phone has it.

use std::{env, error::Error, fs};
use still_running_view::{Timeline, View, checks, legend, recording::parse, svg, text::escape};

const STYLE: [&str; 2] = ["book/theme/still-running.css", "book/theme/timeline.css"];

fn main() -> Result<(), Box<dyn Error>> {
    let styles: Vec<String> = STYLE.iter().map(fs::read_to_string).collect::<Result<_, _>>()?;
    let theme = env::var("THEME").unwrap_or_else(|_| "light".into());
    let scheme = if theme == "light" { "light" } else { "dark" };
    let width = env::var("WIDTH").ok().and_then(|w| w.parse().ok()).unwrap_or(776.0);
    println!(
        "<!doctype html><html class=\"{} js\" style=\"color-scheme:{scheme}\"><meta charset=\"utf-8\"><style>{}\
         body{{font-size:15px;width:{width}px;margin:12px;background:var(--bg);color:var(--fg)}}</style>",
        escape(&theme),
        styles.concat()
    );
    for file in env::args().skip(1) {
        println!("<h4>{}</h4>{}", escape(&file), figure(&file, width)?);
    }
    Ok(())
}

fn figure(file: &str, width: f64) -> Result<String, Box<dyn Error>> {
    let t: Timeline = parse(&fs::read_to_string(file)?)?.timeline();
    let picture = svg(&t, &View::whole(&t, width, file));
    let said = escape(&t.finding());
    Ok(format!(
        "<div data-sr><figure class=\"sr-drawn\">{picture}</figure>{}</div>{}<p>{said}</p>",
        legend(),
        checks(&t)
    ))
}
