//! What is drawn from events made by hand.

mod script;

use labkit_wire::{Kind, NUMBER_MAX, Verdict};
use script::{Script, begin, check, lost_line, mark, verdict};
use still_running_view::{MAX_ROWS, Timeline, View, checks, svg, table};

fn gauge(value: i64) -> Kind {
    Kind::Gauge { name: "sockets".into(), value, unit: "open".into() }
}

fn draw(t: &Timeline, width: f64) -> String {
    svg(t, &View::whole(t, width, "x"))
}

fn elements(svg: &str) -> usize {
    svg.matches('<').count() - svg.matches("</").count()
}

#[test]
fn the_finding_says_who_was_dropped_and_what_failed() {
    assert_eq!(
        lost_line().finding(),
        "reader: next() was dropped unfinished 2 times, first at 35 ms; server: query was still running at the end; \
         check “every byte sent is received” failed: wanted left, got ft."
    );
}

#[test]
fn a_run_under_way_says_so() {
    let t = Script::default().at(5, "reader", begin(1, "next()")).0;
    assert_eq!(t.finding(), "the run is not over.");
    assert_eq!(Timeline::default().finding(), "Nothing has happened yet.");
}

#[test]
fn a_drop_is_drawn_in_shape_and_word() {
    let svg = draw(&lost_line(), 720.0);
    assert_eq!(svg.matches("sr-tl-span is-dropped").count(), 2);
    assert_eq!(svg.matches("class=\"sr-tl-x\"").count(), 2, "a cross each");
    assert_eq!(svg.matches(">dropped</text>").count(), 2, "the word each");
    assert!(svg.contains("dropped unfinished at 35 ms after 4 polls</title>"));
    assert!(svg.contains(">still running</text>"), "a span that never ended says so");
    assert!(svg.contains("✗ violated"));
}

#[test]
fn the_number_of_a_note_is_in_a_badge_and_its_words_beside_it() {
    let t = Script::default().at(0, "bank", mark("20 call at once")).at(9, "bank", mark("-100")).0;
    let svg = draw(&t, 720.0);
    assert_eq!(svg.matches("\"sr-tl-badge\"").count(), 2, "one each");
    assert!(svg.contains(">1</text>") && svg.contains(">20 call at once</text>"));
    assert!(!svg.contains(">1 20"), "the number runs into no words");
}

#[test]
fn what_was_checked_is_the_last_lane() {
    let t = Script::default()
        .at(1, "client", mark("asks"))
        .at(2, "check", check("a", "1", "1"))
        .at(3, "metrics", mark("said"))
        .0;
    let svg = draw(&t, 720.0);
    assert!(svg.find(">metrics</text>") < svg.find(">check</text>"));
}

#[test]
fn a_group_of_notes_says_what_it_holds() {
    let mut script = Script::default();
    for i in 0..60 {
        script = script.at(i / 20, "server", mark("answers"));
    }
    let svg = draw(&script.at(500, "server", mark("stops")).0, 720.0);
    assert!(svg.contains(" × answers</text>"), "what all say is said once");
    assert!(svg.contains("; 0 ms, 6: answers;"), "each by its time and number");
    assert!(svg.contains("; and 4") && svg.contains(" more</title>"), "and how many are left out");
}

#[test]
fn every_thing_that_happened_can_be_reached_and_only_the_first_is_a_tab_stop() {
    let svg = draw(&lost_line(), 720.0);
    let items = svg.matches("class=\"sr-tl-item").count();
    assert_eq!(svg.matches("tabindex=\"0\"").count(), 1);
    assert_eq!(svg.matches("tabindex=\"-1\"").count(), items - 1);
    assert_eq!(svg.matches("<title>").count(), items);
    assert_eq!(svg.matches("data-at=").count(), items);
}

#[test]
fn no_colour_is_written_into_the_picture() {
    let svg = draw(&lost_line(), 720.0);
    for inline in ["style=", "fill=", "stroke=", "#"] {
        assert!(!svg.contains(inline), "{inline}");
    }
}

#[test]
fn a_hostile_name_stays_text() {
    let t = Script::default().at(0, "<b>", begin(1, "</text><script>")).at(1, "\"'", mark("<i>")).0;
    let all = draw(&t, 720.0) + &table(&[("<u>", &t)]);
    for tag in ["<b>", "<script>", "<i>", "<u>"] {
        assert!(!all.contains(tag), "{tag}");
    }
}

/// Five thousand events of every kind, over many lanes and overlapping.
fn busy(events: u32) -> Timeline {
    let mut script = Script::default();
    for i in 0..events / 4 {
        let (ms, lane) = (u64::from(i), format!("lane {}", i % 30));
        script = script.at(ms, &lane, begin(i, "work")).at(ms, &lane, gauge(i64::from(i % 7))).at(
            ms,
            &lane,
            mark("x"),
        );
        if let Some(old) = i.checked_sub(40) {
            let end = if old % 3 == 0 {
                Kind::End { span: old }
            } else {
                Kind::Dropped { span: old, polls: 1 }
            };
            script = script.at(ms, &lane, end);
        }
    }
    script.0
}

#[test]
fn the_number_of_elements_depends_on_the_width_and_not_on_the_events() {
    let (some, many) = (draw(&busy(5_000), 720.0), draw(&busy(50_000), 720.0));
    assert!(elements(&some) < 2_000, "{}", elements(&some));
    assert!(elements(&many) < 2_000, "{}", elements(&many));
    assert!(many.len() < 300_000, "{} bytes", many.len());
}

#[test]
fn a_zoomed_view_draws_what_it_shows() {
    let t = lost_line();
    let view = View { from: 60_000, to: 80_000, ..View::whole(&t, 720.0, "x") };
    let svg = svg(&t, &view);
    assert_eq!(svg.matches("sr-tl-span").count(), 2, "what ended before is left out");
    assert!(!svg.contains("✗ violated"), "the end is not in view");
    let (left, right) = view.plot();
    assert_eq!([left, right].map(|x| view.time_at(x)), [60_000, 80_000]);
}

#[test]
fn the_cursor_dims_what_comes_later() {
    let t = lost_line();
    let svg = svg(&t, &View { cursor: Some(70_000), ..View::whole(&t, 720.0, "x") });
    assert!(svg.contains("sr-tl-later") && svg.contains("sr-tl-cursor"));
}

#[test]
fn the_verdict_waits_for_the_clock() {
    let t = lost_line();
    let at = |cursor| svg(&t, &View { cursor, ..View::whole(&t, 720.0, "x") });
    assert!(at(None).contains("sr-tl-verdict") && at(Some(t.end())).contains("sr-tl-verdict"));
    assert!(!at(Some(t.end() - 1)).contains("sr-tl-verdict"));
}

#[test]
fn a_run_of_no_length_and_one_of_no_events_are_drawn() {
    assert!(draw(&Timeline::default(), 0.0).ends_with("</svg>"),);
    let t = Script::default().at(0, "a", gauge(3)).at(0, "a", begin(1, "b")).0;
    assert!(!draw(&t, 300.0).contains("NaN"));
}

#[test]
fn the_largest_numbers_an_event_may_hold_are_drawn() {
    let far = NUMBER_MAX / 1000;
    let most = NUMBER_MAX as i64;
    let t = Script::default()
        .at(0, "a", gauge(-most))
        .at(far, "a", gauge(most))
        .at(far, "a", verdict(Verdict::Held))
        .0;
    for (from, to) in [(0, NUMBER_MAX), (NUMBER_MAX - 1, NUMBER_MAX)] {
        let view = View { from, to, cursor: Some(t.end()), ..View::whole(&t, 640.0, "x") };
        assert!(elements(&svg(&t, &view)) < 100);
    }
    assert!(table(&[("a", &t)]).contains(" s"));
}

#[test]
fn the_table_has_a_row_for_each_moment_and_a_column_for_each_variant() {
    let t = lost_line();
    let html = table(&[("buggy", &t), ("fixed", &Timeline::default())]);
    assert_eq!(html.matches("scope=\"col\"").count(), 3);
    assert_eq!(html.matches("scope=\"row\"").count(), 5);
    assert!(html.contains("<th scope=\"row\">35 ms</th>"));
    assert!(html.contains("next() <strong>dropped unfinished</strong> after 4 polls"));
}

#[test]
fn a_table_too_long_to_read_says_how_much_is_left_out() {
    let html = table(&[("buggy", &busy(5_000))]);
    assert_eq!(html.matches("scope=\"row\"").count(), MAX_ROWS);
    assert!(html.contains(&format!("And {} more moments", 1_250 - MAX_ROWS)));
}

#[test]
fn checks_say_what_was_wanted_and_got() {
    let html = checks(&lost_line());
    assert!(
        html.contains("failed")
            && html.contains("<code>left</code>")
            && html.contains("<code>ft</code>")
    );
    assert_eq!(checks(&Timeline::default()), "");
}
