use crate::model::Timeline;
use crate::parts::Entry;
use labkit_wire::Kind;
use std::collections::BTreeMap;

/// On a real clock, things less apart than this may swap from run to run, µs.
const APART: u64 = 50_000;

/// Where two runs of one variant differ in what they show: the verdict, and the order of events in each lane. Times and
/// values of gauges are left out. Each is a sentence.
pub fn differences(was: &Timeline, is: &Timeline) -> Vec<String> {
    let mut found: Vec<String> = verdicts(was, is).into_iter().collect();
    for lane in lanes(was, is) {
        let (before, now) = (order(was, lane), order(is, lane));
        let first = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
        let (a, b) = (before.get(first), now.get(first));
        if a.is_some() || b.is_some() {
            let or_nothing = |s: Option<&String>| s.map_or("nothing", |s| s).to_owned();
            let (a, b) = (or_nothing(a), or_nothing(b));
            found.push(format!("lane {lane}, event {}: was {a}, is {b}", first + 1));
        }
    }
    found
}

/// As [`differences`], for runs on a real clock, where how often something happens may vary, and what happens at once
/// happens in any order: compares the verdict, what happens at all, and the order of what was clearly apart.
pub fn outcomes(was: &Timeline, is: &Timeline) -> Vec<String> {
    let (before, now) = (firsts(was), firsts(is));
    let mut found: Vec<String> = verdicts(was, is).into_iter().collect();
    let missing = |a: &Firsts, b: &Firsts| -> Vec<String> {
        a.keys().filter(|what| !b.contains_key(*what)).cloned().collect()
    };
    found.extend(missing(&before, &now).iter().map(|what| format!("{what}: it does not happen")));
    found.extend(missing(&now, &before).iter().map(|what| format!("{what}: it did not happen")));
    found.extend(swapped(&before, &now));
    found
}

/// What is told after the last check, as a sentence: it is the lab's clearing up, comes before or behind the verdict as the
/// threads will have it, and explains nothing.
pub fn after_the_last_check(t: &Timeline) -> Option<String> {
    let check = |e: &Entry| matches!(e.event.kind, Kind::Check { .. });
    let last = t.log.iter().rposition(check)?;
    let late = t.log[last + 1..].iter().find_map(|e| Some((&e.event.lane, label(e)?)))?;
    Some(format!("{}: {} is told after the last check", late.0, late.1))
}

/// What happens in a run, with the time it first does.
type Firsts = BTreeMap<String, u64>;

fn firsts(t: &Timeline) -> Firsts {
    let mut all = Firsts::new();
    for entry in &t.log {
        if let Some(what) = label(entry) {
            all.entry(format!("{}: {what}", entry.event.lane)).or_insert(entry.event.at);
        }
    }
    all
}

/// The first two things that came one clearly after the other, and now come the other way round.
fn swapped(before: &Firsts, now: &Firsts) -> Option<String> {
    let mut known: Vec<(&String, u64, u64)> =
        before.iter().filter_map(|(what, was)| Some((what, *was, *now.get(what)?))).collect();
    known.sort_by_key(|(_, was, _)| *was);
    known.iter().enumerate().find_map(|(i, (what, was, is))| {
        let earlier = known[..i].iter().take_while(|(_, w, _)| w + APART <= *was);
        let late = earlier.max_by_key(|(_, _, is)| *is).filter(|(_, _, other)| other > is)?;
        Some(format!("{} came before {what}, and comes after it", late.0))
    })
}

fn verdicts(was: &Timeline, is: &Timeline) -> Option<String> {
    let word = |t: &Timeline| t.verdict().map_or("none", |v| v.word());
    (was.verdict() != is.verdict())
        .then(|| format!("the verdict was {}, and is {}", word(was), word(is)))
}

fn lanes<'a>(was: &'a Timeline, is: &'a Timeline) -> Vec<&'a str> {
    let mut names: Vec<&str> =
        was.log.iter().chain(&is.log).map(|e| e.event.lane.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn order(t: &Timeline, lane: &str) -> Vec<String> {
    t.log.iter().filter(|e| e.event.lane == lane).filter_map(label).collect()
}

fn label(entry: &Entry) -> Option<String> {
    Some(match &entry.event.kind {
        Kind::Begin { name, .. } => format!("{name} begins"),
        Kind::End { .. } => format!("{} ends", entry.name),
        Kind::Dropped { .. } => format!("{} dropped", entry.name),
        Kind::Limit { name, .. } => format!("{} is limited by {name}", entry.name),
        Kind::Outcome { text, .. } => format!("{} came to {text}", entry.name),
        Kind::Held { text, .. } => format!("{} {text}", entry.name),
        Kind::Orphaned { .. } => format!("{} is for nobody", entry.name),
        Kind::Link { .. } => format!("a link from {}", entry.name),
        Kind::Mark { .. } => "a mark".to_owned(),
        Kind::Check { what, ok, .. } => {
            format!("check “{what}” {}", if *ok { "held" } else { "failed" })
        }
        Kind::Run { .. } | Kind::Lanes { .. } | Kind::Gauge { .. } | Kind::Verdict { .. } => {
            return None;
        }
    })
}
