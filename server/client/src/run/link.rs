//! A link to this page with its knobs set: `?lost-line.tick=40`. It never runs anything.

use crate::browser::dom::location;
use crate::browser::json::Lab;
use crate::run::Knobs;
use crate::run::words;
use labkit_wire::text::{cut, join, split};

/// The address of this page with the knobs of that lab; those at their defaults are left out.
pub fn to(lab: &Lab, knobs: &Knobs) -> String {
    let path = location("pathname");
    match query(lab, knobs) {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    }
}

/// The knobs of that lab in this page's address. One that is not allowed is not set.
pub fn here(lab: &Lab) -> Knobs {
    read(lab, &location("search"))
}

fn query(lab: &Lab, knobs: &Knobs) -> String {
    let mut set = vec![];
    for (knob, value) in words::turned(lab, knobs) {
        set.push(format!("{}.{}={value}", lab.slug, knob.name));
    }
    join(&set, "&")
}

fn read(lab: &Lab, query: &str) -> Knobs {
    let mut knobs = Knobs::new();
    let query = query.strip_prefix('?').unwrap_or(query);
    for pair in split(query, '&') {
        knobs.extend(one(lab, pair));
    }
    knobs
}

fn one(lab: &Lab, pair: &str) -> Option<(String, String)> {
    let (name, value) = cut(pair, '=')?;
    let (_, name) = cut(name, '.').filter(|(slug, _)| *slug == lab.slug)?;
    lab.knob(name)?.parse(value).ok()?;
    Some((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn lab() -> &'static Lab {
        let json = r#"{"version":1,"slug":"a-lab","title":"","crates":[],"article":[],"clock":"paused",
            "variants":["buggy","fixed"],"needs":[],"knobs":[
            {"name":"tick","help":"","type":"number","unit":"ms","min":1,"max":100,"default":35,"grid":[60]},
            {"name":"database","help":"","type":"choice","choices":[{"value":"auto","help":""},
            {"value":"sqlite","help":""}],"default":"auto"}]}"#;
        crate::browser::json::parse(json).unwrap()
    }

    fn knobs(all: &[(&str, &str)]) -> Knobs {
        all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_link_brings_back_the_knobs_it_was_made_from() {
        let set = knobs(&[("tick", "40"), ("database", "sqlite")]);
        let query = query(lab(), &set);
        assert_eq!(query, "a-lab.tick=40&a-lab.database=sqlite");
        assert_eq!(read(lab(), &format!("?{query}&highlight=x")), set);
    }

    #[test]
    fn defaults_are_left_out_and_what_is_not_allowed_is_not_set() {
        assert_eq!(query(lab(), &knobs(&[("tick", "35"), ("database", "auto")])), "");
        assert_eq!(
            read(lab(), "?a-lab.tick=4000&a-lab.x=1&other.tick=40&a-lab.tick"),
            Knobs::new()
        );
    }
}
