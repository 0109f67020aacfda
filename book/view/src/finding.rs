use crate::model::Timeline;
use crate::parts::{Fate, Span};
use crate::text::{count, escape, shorten, time};
use labkit_wire::text::join;
use labkit_wire::{Kind, Verdict};

/// How many drops, and how many failed checks, a sentence names before it only counts them.
const NAMED: usize = 2;

/// Spans of one name in one lane that ended the same way.
struct Group<'a> {
    lane: &'a str,
    name: &'a str,
    times: usize,
    first: u64,
}

impl Timeline {
    /// What happened, in one sentence: words for a `figcaption`.
    pub fn finding(&self) -> String {
        if self.is_empty() {
            return "Nothing has happened yet.".into();
        }
        let parts: Vec<String> = [
            self.drops(),
            self.passed(),
            self.for_nobody(),
            self.unfinished(),
            self.failed(),
            self.closing(),
        ]
        .into_iter()
        .flatten()
        .collect();
        format!("{}.", join(&parts, "; "))
    }

    fn drops(&self) -> Option<String> {
        let groups = self.group(&|span| span.dropped());
        let say = |i: usize| match (&groups[i], groups[i].times) {
            (g, 1) => format!("{}: {} was dropped unfinished at {}", g.lane, g.name, time(g.first)),
            (g, n) => format!(
                "{}: {} was dropped unfinished {n} times, first at {}",
                g.lane,
                g.name,
                time(g.first)
            ),
        };
        let rest = |n| count(n, "other future was dropped", "other futures were dropped");
        list(groups.len(), &say, &rest)
    }

    /// Only a run that is over can say that something never ended.
    fn unfinished(&self) -> Option<String> {
        self.verdict()?;
        let groups = self.group(&|span| span.open());
        let say = |i: usize| match (&groups[i], groups[i].times) {
            (g, 1) => format!("{}: {} was still running at the end", g.lane, g.name),
            (g, n) => format!("{}: {n} × {} were still running at the end", g.lane, g.name),
        };
        list(groups.len(), &say, &|more| format!("{more} more were still running"))
    }

    fn failed(&self) -> Option<String> {
        let checks: Vec<_> = self.all_checks().collect();
        let failed: Vec<_> = checks.iter().filter(|c| !c.3).collect();
        if checks.is_empty() {
            return None;
        }
        if failed.is_empty() {
            return Some(match checks.as_slice() {
                [(what, ..)] => format!("check “{what}” held"),
                all => format!("all {} checks held", all.len()),
            });
        }
        let say = |i: usize| {
            let (what, want, got, _) = failed[i];
            format!("check “{what}” failed: wanted {}, got {}", shorten(want, 60), shorten(got, 60))
        };
        list(failed.len(), &say, &|more| count(more, "other check failed", "other checks failed"))
    }

    fn closing(&self) -> Option<String> {
        match self.verdict() {
            None => Some("the run is not over".into()),
            Some(v @ (Verdict::Unexercised | Verdict::Unavailable)) => match self.why() {
                Some(mut why) if !why.is_empty() => {
                    while let Some(shorter) = why.strip_suffix('.') {
                        why = shorter;
                    }
                    Some(format!("{v}: {why}"))
                }
                _ => Some(v.word().into()),
            },
            Some(_) if self.lanes.is_empty() => self.verdict().map(|v| v.word().into()),
            Some(_) => None,
        }
    }

    /// What was checked, wanted, got, and whether it held.
    pub(crate) fn all_checks(&self) -> impl Iterator<Item = (&str, &str, &str, bool)> {
        self.log.iter().filter_map(|entry| match &entry.event.kind {
            Kind::Check { what, want, got, ok } => Some((&**what, &**want, &**got, *ok)),
            _ => None,
        })
    }

    /// What went on past a limit that was to end it.
    fn passed(&self) -> Option<String> {
        let now = self.end();
        let past = |s: &Span| s.limits.iter().any(|l| s.fate(l, now) == Fate::Passed);
        self.went_on(&past, "past its limit")
    }

    /// What went on after who wanted it had left.
    fn for_nobody(&self) -> Option<String> {
        let now = self.end();
        self.went_on(&|span| span.for_nobody(now).is_some(), "for nobody")
    }

    fn went_on(&self, wanted: &dyn Fn(&Span) -> bool, how: &str) -> Option<String> {
        let groups = self.group(wanted);
        let say = |i: usize| {
            let g = &groups[i];
            let times = if g.times == 1 { String::new() } else { format!(" {} times", g.times) };
            format!("{}: {} went on {how}{times}", g.lane, g.name)
        };
        list(groups.len(), &say, &|more| format!("{more} more went on {how}"))
    }

    fn group(&self, wanted: &dyn Fn(&Span) -> bool) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = vec![];
        for (lane, span) in self.lanes.iter().flat_map(|l| l.spans.iter().map(move |s| (l, s))) {
            if !wanted(span) {
                continue;
            }
            let at = span.to(self.end());
            match groups.iter_mut().find(|g| g.lane == lane.name && g.name == span.name) {
                Some(group) => {
                    group.times += 1;
                    group.first = group.first.min(at);
                }
                None => {
                    groups.push(Group { lane: &lane.name, name: &span.name, times: 1, first: at })
                }
            }
        }
        // By the first time, in place: a handful, and a sort of the library's is a large thing in wasm.
        for i in 1..groups.len() {
            let before = groups[..i].partition_point(|g| g.first <= groups[i].first);
            groups[before..=i].rotate_right(1);
        }
        groups
    }
}

/// The first few of so many, each as `say` says it, and `rest` of how many more there are.
fn list(
    all: usize,
    say: &dyn Fn(usize) -> String,
    rest: &dyn Fn(usize) -> String,
) -> Option<String> {
    let mut parts: Vec<String> = (0..all.min(NAMED)).map(say).collect();
    if all > NAMED {
        parts.push(rest(all - NAMED));
    }
    (!parts.is_empty()).then(|| join(&parts, "; "))
}

/// Every check with what was wanted and got, as an HTML list; empty where nothing was checked.
pub fn checks(t: &Timeline) -> String {
    let items: String =
        t.all_checks().map(|(what, want, got, ok)| check(what, want, got, ok)).collect();
    if items.is_empty() { items } else { format!("<ul class=\"sr-checks\">{items}</ul>") }
}

fn check(what: &str, want: &str, got: &str, ok: bool) -> String {
    let (class, sign, word) =
        if ok { ("held", "✓", "held") } else { ("violated", "✗", "failed") };
    let (what, want, got) = (escape(what), escape(want), escape(got));
    let found = match ok {
        true => format!("<span class=\"sr-got\">got <code>{got}</code>, as wanted</span>"),
        false => format!(
            "<span class=\"sr-want\">want <code>{want}</code></span> <span class=\"sr-got\">got <code>{got}</code></span>"
        ),
    };
    format!(
        "<li class=\"sr-check is-{class}\"><span class=\"sr-sign\" aria-hidden=\"true\">{sign}</span> <strong>{word}</strong>: {what} {found}</li>"
    )
}
