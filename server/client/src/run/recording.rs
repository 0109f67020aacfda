//! A recorded run: asciicast v3, with the events in its text.

use crate::browser::api;
use crate::browser::api::Failure;
use crate::browser::dom;
use crate::browser::json::Lab;
use crate::browser::site::Site;
use crate::run::Knobs;
use crate::run::tape::Tape;
use crate::run::words;
use labkit_json::Json;
use labkit_wire::text::split;

/// The file of a recorded run, from the site's root; none where it was not recorded with these knobs.
pub fn file(lab: &Lab, variant: &str, knobs: &Knobs) -> Option<String> {
    let turned = words::turned(lab, knobs);
    let known = lab.variants.iter().any(|v| v == variant);
    match turned.as_slice() {
        _ if !known => None,
        [] => Some(format!("recordings/{}/{variant}.cast", lab.slug)),
        [(knob, set)] => {
            let recorded = knob.grid().iter().any(|v| v == set);
            recorded.then(|| format!("recordings/{}/{variant}-{}-{set}.cast", lab.slug, knob.name))
        }
        _ => None,
    }
}

const BROKEN: &str = "This is no recording. Reload the page.";

/// A recorded run, or a sentence.
pub type Loaded = Result<Tape, String>;

/// Loads a recorded run, and calls `done` with it, or with a sentence.
pub fn load(site: &Site, lab: &Lab, variant: &str, knobs: &Knobs, done: Box<dyn FnOnce(Loaded)>) {
    let Some(file) = file(lab, variant, knobs) else {
        return done(Err(words::unrecorded(lab, variant, knobs)));
    };
    let take = move |text: Result<String, Failure>| {
        done(match text {
            Ok(text) => read(&text).ok_or_else(|| BROKEN.to_owned()),
            Err(why) => Err(why.sentence),
        });
    };
    api::get(&site.url(&file), Box::new(take));
}

/// Whether the lab was ever recorded: then the book shows what it has of it beside its runs.
pub fn is_known(lab: &Lab) -> bool {
    dom::one(&dom::root(), &format!("[data-lab={}] .sr-terminal", lab.slug)).is_some()
}

/// The run in an asciicast: its events tell the time, so the player's own is not needed.
fn read(text: &str) -> Option<Tape> {
    let mut lines = split(text, '\n').into_iter();
    let header = Json::parse(lines.next()?.as_bytes())?;
    (header.get("version")?.number()? == 3).then_some(())?;
    let mut tape = Tape::default();
    tape.recorded = header.get("timestamp").and_then(Json::number);
    for line in lines {
        if matches!(line.as_bytes().first(), None | Some(b'#' | b'\r')) {
            continue;
        }
        let event = Json::parse(line.as_bytes())?.items()?;
        if event.get(1)?.is("o") {
            tape.push(event.get(2)?.text()?.as_bytes());
        }
    }
    tape.finish();
    Some(tape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::link::tests::lab;

    fn knobs(all: &[(&str, &str)]) -> Knobs {
        all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_recording_is_found_by_the_one_knob_that_is_turned() {
        let lab = lab();
        let name = |set: &[(&str, &str)]| file(lab, "buggy", &knobs(set));
        assert_eq!(name(&[]).unwrap(), "recordings/a-lab/buggy.cast");
        assert_eq!(name(&[("tick", "35")]).unwrap(), "recordings/a-lab/buggy.cast");
        assert_eq!(name(&[("tick", "60")]).unwrap(), "recordings/a-lab/buggy-tick-60.cast");
        assert_eq!(name(&[("tick", "61")]), None, "not in the grid");
        assert_eq!(name(&[("tick", "60"), ("database", "sqlite")]), None, "two at once");
        assert_eq!(file(lab, "mine", &knobs(&[])), None);
    }

    #[test]
    fn a_recording_is_read_with_its_events() {
        let text = r#"{"version":3,"term":{"cols":80,"rows":24},"timestamp":1790000000}
[0,"o","one\r\n"]
# a comment
[0.5,"o","\u001b]7744;{\"seq\":1,\"at\":500000,\"lane\":\"a\",\"kind\":\"mark\",\"text\":\"m\"}\u001b\\two\r\n"]
[0,"x","10"]
"#;
        let tape = read(text).unwrap();
        assert_eq!(tape.now, 500_000);
        assert_eq!(tape.recorded, Some(1_790_000_000));
        assert_eq!(tape.whole(), b"one\r\ntwo\r\n");
        assert!(read(r#"{"version":2}"#).is_none() && read("").is_none());
    }
}
