//! What a picture says beyond what happened: limits, outcomes, work for nobody, cause and effect.

use labkit_wire::{Event, Kind};
use still_running_view::{Timeline, View, differences, legend, svg, table};

fn at(ms: u64, lane: &str, kind: Kind) -> (u64, String, Kind) {
    (ms, lane.into(), kind)
}

fn timeline(events: Vec<(u64, String, Kind)>) -> Timeline {
    let mut t = Timeline::default();
    for (seq, (ms, lane, kind)) in (0..).zip(events) {
        t.push(&Event { seq, at: ms * 1000, lane, kind });
    }
    t
}

fn draw(t: &Timeline) -> String {
    svg(t, &View::whole(t, 720.0, "x"))
}

fn begin(span: u32, name: &str) -> Kind {
    Kind::Begin { span, name: name.into(), point: None }
}

fn limit(span: u32, ms: u64) -> Kind {
    Kind::Limit { span, name: "timeout".into(), after: ms * 1000 }
}

fn end(span: u32) -> Kind {
    Kind::End { span }
}

fn dropped(span: u32) -> Kind {
    Kind::Dropped { span, polls: 1 }
}

fn outcome(span: u32, text: &str) -> Kind {
    Kind::Outcome { span, text: text.into() }
}

/// A call with a limit of 100 ms that ends at 400 ms of 500.
fn call(over: Kind) -> Timeline {
    let (from, to) = (at(0, "caller", begin(1, "call")), at(400, "caller", over));
    let rest = [at(0, "other", begin(2, "goes on")), at(500, "other", end(2))];
    let [goes_on, is_over] = rest;
    timeline(vec![from, goes_on, at(0, "caller", limit(1, 100)), to, is_over])
}

#[test]
fn a_limit_that_was_passed_is_drawn_where_it_was_due_and_says_that_it_goes_on() {
    let t = call(end(1));
    let svg = draw(&t);
    assert!(svg.contains("sr-tl-limit is-passed") && svg.contains("sr-tl-cut is-passed"));
    assert!(svg.contains(">timeout 100 ms: it goes on</text>"));
    assert!(svg.contains(
        "timeout 100 ms: it goes on; over call, due at 100 ms; the end is at 400 ms</title>"
    ));
    assert!(t.finding().contains("caller: call went on past its limit"), "{}", t.finding());
}

#[test]
fn a_drop_a_moment_before_its_limit_was_due_is_the_limit_s_doing() {
    let (from, over) = (at(0, "caller", begin(1, "call")), at(98, "caller", dropped(1)));
    let svg = draw(&timeline(vec![from, at(0, "caller", limit(1, 100)), over]));
    assert!(svg.contains("sr-tl-limit is-fired"), "its timer began before the first poll");
}

#[test]
fn a_limit_that_fired_and_one_that_was_not_needed_are_told_apart() {
    let late = |over| {
        let (from, over) = (at(0, "caller", begin(1, "call")), at(102, "caller", over));
        draw(&timeline(vec![from, at(0, "caller", limit(1, 100)), over]))
    };
    let fired = late(dropped(1));
    assert!(late(end(1)).contains("sr-tl-limit is-fired"), "its error is what it ends with");
    assert!(
        fired.contains("sr-tl-limit is-fired")
            && fired.contains("and ends it; the end is at 102 ms</title>")
    );
    let early = |over| {
        let over = at(50, "caller", over);
        let later = at(500, "other", Kind::Mark { text: "later".into() });
        draw(&timeline(vec![
            at(0, "caller", begin(1, "call")),
            at(0, "caller", limit(1, 100)),
            over,
            later,
        ]))
    };
    for spared in [early(end(1)), early(dropped(1))] {
        assert!(
            spared.contains("sr-tl-limit is-spared")
                && spared.contains(">timeout 100 ms, not needed</text>")
        );
        assert!(!spared.contains("sr-tl-cut"), "nothing is cut there");
    }
}

#[test]
fn beside_a_limit_that_fired_those_that_were_not_needed_are_left_to_the_table() {
    let mut events = vec![];
    for (span, over, from) in [(1, end(1), 0), (2, dropped(2), 200)] {
        events.push(at(from, "caller", begin(span, "call")));
        events.push(at(from, "caller", limit(span, 100)));
        events.push(at(from + if span == 1 { 50 } else { 101 }, "caller", over));
    }
    let t = timeline(events);
    let svg = draw(&t);
    assert!(svg.contains("sr-tl-limit is-fired") && !svg.contains("sr-tl-limit is-spared"));
    assert_eq!(table(&[("buggy", &t)]).matches("timeout of call is due").count(), 2);
}

#[test]
fn of_equal_limits_one_after_the_other_the_last_one_has_the_words() {
    let mut events = vec![];
    for (span, from) in [(1, 0), (2, 100), (3, 200)] {
        events.push(at(from, "caller", begin(span, "call")));
        events.push(at(from, "caller", limit(span, 100)));
        events.push(at(from + 100, "caller", dropped(span)));
    }
    events.push(at(1000, "caller", Kind::Mark { text: "the end".into() }));
    let svg = draw(&timeline(events));
    assert_eq!(svg.matches("\"sr-tl-item sr-tl-limit").count(), 3);
    assert_eq!(svg.matches(">timeout 100 ms<").count(), 1);
    let rows: Vec<_> = svg.match_indices("sr-tl-time").map(|(i, _)| row_of(&svg[i..])).collect();
    assert!(rows.iter().all(|row| *row == rows[0]), "they lie in one row: {rows:?}");
}

/// Where a path that begins there stands, from the top.
fn row_of(path: &str) -> &str {
    let d = path.split_once(" d=\"M").expect("it is a path").1;
    d.split_once(' ').and_then(|(_, rest)| rest.split_once('v')).expect("it begins with its tick").0
}

#[test]
fn limits_that_look_alike_are_one() {
    let mut events = vec![];
    for span in 0..20 {
        events
            .extend([at(0, "callers", begin(span, "fetch()")), at(0, "callers", limit(span, 200))]);
    }
    events.extend((0..20).map(|span| at(201, "callers", dropped(span))));
    let svg = draw(&timeline(events));
    assert_eq!(svg.matches("\"sr-tl-item sr-tl-limit").count(), 1);
    assert!(
        svg.contains("20 × timeout 200 ms")
            && svg.contains("20 × timeout 200 ms; over fetch(), due at 200 ms, and ends it")
    );
}

#[test]
fn what_the_caller_got_stands_at_the_end_with_its_time() {
    let events = vec![
        at(0, "caller", begin(1, "call")),
        at(1001, "caller", outcome(1, "Ok")),
        at(1001, "caller", end(1)),
    ];
    let t = timeline(events);
    assert!(draw(&t).contains(">Ok after 1001 ms</text>"));
    assert!(table(&[("buggy", &t)]).contains("call came to <strong>Ok</strong>"));
}

fn held(span: u32, text: &str) -> Kind {
    Kind::Held { span, text: text.into() }
}

/// Three reads that are dropped, each with something in hand: the last two close to each other.
fn reads() -> Timeline {
    let mut events = vec![];
    for (span, from, to) in [(1, 0, 200), (2, 300, 305), (3, 330, 335)] {
        events.push(at(from, "reader", begin(span, "next()")));
        events.push(at(to, "reader", held(span, "had read \"lef\"")));
        events.push(at(to, "reader", dropped(span)));
    }
    timeline(events)
}

#[test]
fn what_was_in_hand_at_the_drop_stands_at_the_torn_end_and_in_words() {
    let t = reads();
    let svg = draw(&t);
    let words = "dropped, had read &quot;lef&quot;</text>";
    assert_eq!(svg.matches(words).count(), 2, "where there is room");
    assert_eq!(svg.matches(">dropped</text>").count(), 1, "and where there is none");
    assert_eq!(svg.matches("after 1 poll, had read &quot;lef&quot;</title>").count(), 3);
    let table = table(&[("buggy", &t)]);
    assert_eq!(table.matches("next() <strong>had read &quot;lef&quot;</strong>").count(), 3);
}

#[test]
fn a_run_that_had_something_else_in_hand_is_another_one() {
    let other = timeline(vec![
        at(0, "reader", begin(1, "next()")),
        at(1, "reader", held(1, "had read \"le\"")),
        at(1, "reader", dropped(1)),
    ]);
    let found = differences(&reads(), &other);
    assert!(found.iter().any(|d| d.contains("had read")), "{found:?}");
}

/// A caller leaves at 100 ms; the work it wanted goes on until 400 ms, and says why nobody wants it.
fn orphan() -> Timeline {
    timeline(vec![
        at(0, "client", begin(1, "call")),
        at(0, "server", begin(2, "query")),
        at(100, "client", dropped(1)),
        at(100, "server", Kind::Orphaned { span: 2 }),
        at(102, "wire", Kind::Mark { text: "RST_STREAM".into() }),
        at(102, "wire", Kind::Link { from: 2, to: 4 }),
        at(400, "server", end(2)),
    ])
}

#[test]
fn work_for_nobody_is_hatched_from_when_its_owner_left_and_told_in_words() {
    let t = orphan();
    let svg = draw(&t);
    assert_eq!(svg.matches("class=\"sr-tl-nobody\"").count(), 1);
    assert!(
        svg.contains(">for nobody</text>") && svg.contains(", 300 ms of it for nobody</title>")
    );
    assert!(t.finding().contains("server: query went on for nobody"), "{}", t.finding());
    assert!(table(&[("buggy", &t)]).contains("query is <strong>for nobody</strong> from here on"));
}

#[test]
fn what_ends_as_soon_as_the_news_arrives_was_not_for_nobody() {
    let t = timeline(vec![
        at(0, "server", begin(2, "query")),
        at(100, "server", Kind::Orphaned { span: 2 }),
        at(103, "server", dropped(2)),
        at(103, "server", Kind::Orphaned { span: 2 }),
    ]);
    assert!(!draw(&t).contains("nobody") && !t.finding().contains("nobody"));
}

#[test]
fn cause_and_effect_are_joined_by_a_line_and_in_words() {
    let t = orphan();
    let svg = draw(&t);
    assert_eq!(svg.matches("class=\"sr-tl-link\"").count(), 1);
    assert_eq!(svg.matches("class=\"sr-tl-head\"").count(), 1);
    assert!(svg.contains("RST_STREAM, because of client: call was dropped</title>"));
    assert!(table(&[("buggy", &t)]).contains("because of client: call was dropped"));
}

#[test]
fn a_line_from_cause_to_effect_passes_behind_the_words_and_misses_the_badge() {
    let svg = draw(&orphan());
    let at = |what: &str| svg.find(what).expect(what);
    assert!(at("\"sr-tl-link\"") < at("sr-tl-item"));

    // At the picture's end the badge stands left of its tick, where the line comes from.
    let (call, over) = (at_end("client", begin(1, "call")), at_end("client", dropped(1)));
    let told = at_end("wire", Kind::Mark { text: "RST_STREAM".into() });
    let because = at_end("wire", Kind::Link { from: 2, to: 3 });
    let start = (0, "client".into(), Kind::Mark { text: "x".into() });
    let svg = draw(&timeline(vec![start, call, over, told, because]));
    let tip: f64 =
        svg.split_once("\"sr-tl-head\" d=\"").and_then(|(_, d)| nth(d, 2)).expect("a head");
    let badges =
        svg.match_indices("\"sr-tl-badge\" d=\"M").map(|(i, of)| nth(&svg[i + of.len()..], 1));
    let last: f64 = badges.last().flatten().expect("a badge");
    assert!(tip < last, "{tip} is not above {last}");
}

fn at_end(lane: &str, kind: Kind) -> (u64, String, Kind) {
    at(400, lane, kind)
}

/// The nth y of a path: what stands behind a blank.
fn nth(path: &str, n: usize) -> Option<f64> {
    let word = path.split(' ').nth(n)?;
    word.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?.parse().ok()
}

#[test]
fn a_link_to_what_never_was_is_left_out() {
    let link = Kind::Link { from: 0, to: 9 };
    let t = timeline(vec![at(0, "a", Kind::Mark { text: "x".into() }), at(1, "a", link)]);
    assert!(!draw(&t).contains("sr-tl-link") && !table(&[("a", &t)]).contains("because"));
}

#[test]
fn lanes_stand_in_the_order_of_the_story_and_checks_last() {
    let mark = |lane: &str| at(0, lane, Kind::Mark { text: "x".into() });
    let check = Kind::Check { what: "a".into(), want: "1".into(), got: "1".into(), ok: true };
    let names = ["client", "never heard of", "server"].map(String::from).into();
    let order = at(0, "run", Kind::Lanes { names });
    let t =
        timeline(vec![mark("server"), at(0, "check", check), mark("log"), order, mark("client")]);
    let svg = draw(&t);
    let at = |lane: &str| svg.find(&format!(">{lane}</text>")).expect(lane);
    assert!([at("client"), at("server"), at("log"), at("check")].is_sorted());
    assert!(!svg.contains("never heard of") && !svg.contains(">run</text>"));
}

#[test]
fn the_legend_has_each_sign_and_a_hostile_name_stays_text() {
    for of in ["of-limit", "of-nobody", "of-link"] {
        assert!(legend().contains(of), "{of}");
    }
    let evil = "</text><script>";
    let t = timeline(vec![
        at(0, "a", begin(1, evil)),
        at(0, "a", Kind::Limit { span: 1, name: evil.into(), after: 10_000 }),
        at(9, "a", outcome(1, evil)),
        at(9, "a", end(1)),
    ]);
    assert!(!(draw(&t) + &table(&[("a", &t)])).contains("<script>"));
}

#[test]
fn the_line_of_a_limit_goes_behind_all_words_of_its_lane() {
    let svg = draw(&call(end(1)));
    let first = |class: &str| svg.find(&format!("class=\"{class}\"")).expect(class);
    assert!(first("sr-tl-cut is-passed") < first("sr-tl-word") && first("sr-tl-word") > 0);
}

#[test]
fn what_a_call_got_ends_where_its_bar_ends() {
    let got = vec![
        at(0, "caller", begin(1, "call")),
        at(100, "caller", outcome(1, "Ok")),
        at(100, "caller", end(1)),
    ];
    assert!(draw(&timeline(got)).contains("text-anchor=\"end\" x=\"690\""));
}

#[test]
fn a_long_wait_keeps_its_name_behind_a_short_one() {
    let t = timeline(vec![
        at(0, "board", begin(1, "news 1")),
        at(1, "board", end(1)),
        at(1, "board", begin(2, "news 2")),
        at(1_000, "board", dropped(2)),
    ]);
    let svg = draw(&t);
    assert!(svg.contains(">news 2</text>") && !svg.contains("2 ×"), "{svg}");
}

#[test]
fn a_recording_without_what_explains_it_is_another_picture() {
    let found = differences(&call(end(1)), &timeline(vec![]));
    assert!(found.iter().any(|d| d.contains("lane caller")), "{found:?}");
}
