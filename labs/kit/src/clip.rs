//! An event must fit one write to a pipe, so what it quotes may have to be cut.

use labkit_wire::{Event, Kind, encode};

/// The frame of an event; its longest text is halved until it fits.
pub(crate) fn frame(mut event: Event) -> Vec<u8> {
    loop {
        if let Some(frame) = encode(&event) {
            return frame;
        }
        let longest = texts(&mut event.kind).into_iter().max_by_key(|t| t.len());
        halve(longest.expect("an event without text fits"));
    }
}

fn texts(kind: &mut Kind) -> Vec<&mut String> {
    match kind {
        Kind::Begin { name, .. } => vec![name],
        Kind::Limit { name, .. } => vec![name],
        Kind::Lanes { names } => names.iter_mut().collect(),
        Kind::Mark { text } | Kind::Outcome { text, .. } | Kind::Held { text, .. } => vec![text],
        Kind::Gauge { name, unit, .. } => vec![name, unit],
        Kind::Check { what, want, got, .. } => vec![what, want, got],
        Kind::Verdict { why, .. } => vec![why],
        Kind::Run { lab, variant, .. } => vec![lab, variant],
        Kind::End { .. } | Kind::Dropped { .. } | Kind::Orphaned { .. } | Kind::Link { .. } => {
            vec![]
        }
    }
}

fn halve(text: &mut String) {
    let keep = text.chars().count() / 2;
    *text = text.chars().take(keep).chain(['…']).collect();
}

#[cfg(test)]
mod tests {
    use super::*;
    use labkit_wire::{FRAME_MAX, Item, Parser};

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let kind = Kind::Check {
            what: "x".into(),
            want: "é".repeat(5000),
            got: "short".into(),
            ok: false,
        };
        let frame = frame(Event { seq: 0, at: 0, lane: "check".into(), kind });
        assert!(frame.len() <= FRAME_MAX);
        let items = Parser::default().push(&frame);
        let [Item::Event(Event { kind: Kind::Check { want, got, .. }, .. })] = &items[..] else {
            panic!("{items:?}")
        };
        assert!(want.starts_with('é') && want.ends_with('…') && got == "short");
    }
}
