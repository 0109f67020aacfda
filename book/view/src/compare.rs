use crate::model::{EntryKind, Timeline, What};

/// Where two runs of one variant differ in what they show: the verdict, and the order of events in each lane. Times and
/// values of gauges are left out. Each is a sentence.
pub fn differences(was: &Timeline, is: &Timeline) -> Vec<String> {
    between(was, is, order)
}

/// As [`differences`], for runs on a real clock, where how often something happens may vary: compares the verdict, and in
/// each lane the order in which things happen for the first time.
pub fn outcomes(was: &Timeline, is: &Timeline) -> Vec<String> {
    between(was, is, |t, lane| {
        let mut seen: Vec<String> = vec![];
        for label in order(t, lane) {
            if !seen.contains(&label) {
                seen.push(label);
            }
        }
        seen
    })
}

fn between(
    was: &Timeline,
    is: &Timeline,
    order: impl Fn(&Timeline, &str) -> Vec<String>,
) -> Vec<String> {
    let mut found = vec![];
    if was.verdict() != is.verdict() {
        let word = |t: &Timeline| t.verdict().map_or("none", |v| v.word());
        found.push(format!("the verdict was {}, and is {}", word(was), word(is)));
    }
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

fn lanes<'a>(was: &'a Timeline, is: &'a Timeline) -> Vec<&'a str> {
    let mut names: Vec<&str> = was.log.iter().chain(&is.log).map(|e| e.lane.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn order(t: &Timeline, lane: &str) -> Vec<String> {
    t.log.iter().filter(|e| e.lane == lane).filter_map(|e| label(&e.kind)).collect()
}

fn label(kind: &EntryKind) -> Option<String> {
    Some(match kind {
        EntryKind::Begin { name, .. } => format!("{name} begins"),
        EntryKind::End { name } => format!("{name} ends"),
        EntryKind::Dropped { name, .. } => format!("{name} dropped"),
        EntryKind::Moment(What::Mark { .. }) => "a mark".to_owned(),
        EntryKind::Moment(What::Check { what, ok, .. }) => {
            format!("check “{what}” {}", if *ok { "held" } else { "failed" })
        }
        EntryKind::Gauge { .. } | EntryKind::Verdict { .. } => return None,
    })
}
