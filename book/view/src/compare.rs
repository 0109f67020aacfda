use crate::model::{EntryKind, Timeline, What};

/// Where two runs of one variant differ in what they show: verdict, checks, and the order of events in each lane.
/// Times and values of gauges are left out: they differ from run to run on a real clock. Each is a sentence.
pub fn differences(was: &Timeline, is: &Timeline) -> Vec<String> {
    let mut found = vec![];
    if was.verdict() != is.verdict() {
        let word = |t: &Timeline| t.verdict().map_or("none", |v| v.word());
        found.push(format!("the verdict was {}, and is {}", word(was), word(is)));
    }
    for lane in lanes(was, is) {
        let (before, now) = (order(was, lane), order(is, lane));
        let first = before.iter().zip(&now).take_while(|(a, b)| a == b).count();
        match (before.get(first), now.get(first)) {
            (None, None) => {}
            (a, b) => found.push(format!(
                "lane {lane}, event {}: was {}, is {}",
                first + 1,
                a.map_or("nothing", |s| s),
                b.map_or("nothing", |s| s)
            )),
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
