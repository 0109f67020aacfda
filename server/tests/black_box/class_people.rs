//! People whose phone sleeps, whose network changes, whose laptop closes.

use crate::support::{
    Answer,
    class::{Class, vote},
    request,
};
use serde_json::{Value, json};

/// One request through a proxy that saw it come from that address.
async fn from(class: &Class, address: &str, who: &str, line: &str, body: &Value) -> Answer {
    let host = class.addr.to_string();
    let head = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
        ("cookie", who),
        ("x-forwarded-for", address),
    ];
    request(class.addr, line, &head, body.to_string().as_bytes()).await
}

#[tokio::test]
async fn who_comes_back_from_another_network_with_their_cookie_is_who_they_were_and_votes_once() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &["--trust-forwarded"]);
    let (person, teacher) = (class.person().await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    let mut line = class.line(&person).await;
    line.until(|now| now["phase"] == "ask").await;
    let (wifi, phone) = ("10.0.0.7", "2001:db8::7");
    let me = from(&class, wifi, &person, "POST /api/class/me", &json!({})).await;
    for (address, choice) in [(wifi, "1"), (phone, "2")] {
        let kept = from(&class, address, &person, "PUT /api/class/vote", &vote(1, choice)).await;
        assert_eq!(kept.status, 204, "{address}: {}", kept.text());
    }
    let again = from(&class, phone, &person, "POST /api/class/me", &json!({})).await;
    assert_eq!((again.status, &again.json()["alias"]), (200, &me.json()["alias"]));
    class.step(&teacher, 1, "reveal").await;
    let shown = line.until(|now| now["phase"] == "reveal").await;
    assert_eq!(shown["result"]["rounds"][0]["by"], json!({ "2": 1 }), "the last one, once");
    assert_eq!(shown["people"], 1);
}

#[tokio::test]
async fn a_phone_that_slept_through_it_all_sees_how_it_stands_now_and_its_vote_counts() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (sleeper, other) = (class.person().await, class.person().await);
    let teacher = class.teach().await;
    let (mut asleep, mut awake) = (class.line(&sleeper).await, class.line(&other).await);
    class.step(&teacher, 0, "ask").await;
    awake.until(|now| now["phase"] == "ask").await;
    assert_eq!(class.ask(&sleeper, "PUT /api/class/vote", Some(&vote(1, "2"))).await.status, 204);
    // From here on it reads nothing.
    for (at, step) in [(1, "discuss"), (2, "again")] {
        class.step(&teacher, at, step).await;
    }
    awake.until(|now| now["round"] == 2).await;
    assert_eq!(class.ask(&other, "PUT /api/class/vote", Some(&vote(2, "1"))).await.status, 204);
    awake.until(|now| now["answered"] == 1).await;
    let late = class.ask(&sleeper, "PUT /api/class/vote", Some(&vote(1, "1"))).await;
    assert_eq!((late.status, late.json()["error"].as_str()), (409, Some("other-question")));
    class.step(&teacher, 3, "reveal").await;
    let shown = asleep.until(|now| now["phase"] == "reveal").await;
    let rounds = &shown["result"]["rounds"];
    assert_eq!((&rounds[0]["by"], &rounds[1]["by"]), (&json!({ "2": 1 }), &json!({ "1": 1 })));
}

#[tokio::test]
async fn a_teacher_whose_laptop_closed_goes_on_in_another_browser_and_the_room_notices_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (person, laptop) = (class.person().await, class.teach().await);
    let mut line = class.line(&person).await;
    let closed = class.line(&laptop).await;
    class.step(&laptop, 0, "ask").await;
    line.until(|now| now["phase"] == "ask").await;
    drop(closed);
    let kept = class.ask(&person, "PUT /api/class/vote", Some(&vote(1, "2"))).await;
    assert_eq!(kept.status, 204, "the question stays open");
    let tablet = class.teach().await;
    let seen = class.line(&tablet).await.until(|now| now["answered"] == 1).await;
    assert_eq!(seen["tally"]["rounds"][0]["by"], json!({ "2": 1 }));
    class.step(&tablet, seen["version"].as_i64().unwrap(), "reveal").await;
    let shown = line.until(|now| now["phase"] == "reveal").await;
    assert_eq!(shown["result"]["rounds"][0]["by"], json!({ "2": 1 }));
    let late = json!({ "version": 1, "step": "close" });
    let late = class.ask(&laptop, "POST /api/class/step", Some(&late)).await;
    assert_eq!(late.json()["error"], "stale", "the laptop that wakes does nothing twice");
}

#[tokio::test]
async fn pages_that_open_at_once_and_one_that_is_left_unanswered_are_one_person() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let pass = class.pass().await;
    let me = || class.ask(&pass, "POST /api/class/me", None);
    // Its reader went on before it was answered, so this browser kept nothing of it.
    let left = me().await.json();
    let (one, two) = tokio::join!(me(), me());
    assert_eq!(
        (one.json()["alias"].clone(), two.json()["alias"].clone()),
        (left["alias"].clone(), left["alias"].clone())
    );
    // What is shown with the question was read after all of them came.
    class.step(&class.teach().await, 0, "ask").await;
    let now = class.line(&pass).await.until(|now| now["phase"] == "ask").await;
    assert_eq!(now["people"], 1, "{now}");
    // The code typed once more, as after a restart that was not noticed: still the same.
    let again = class.ask(&pass, &format!("GET /join?code={}", class.code), None).await;
    assert!(!again.head.contains("still_running_person"), "{}", again.head);
    let other = class.person().await;
    let stranger = class.ask(&other, "POST /api/class/me", None).await.json();
    assert_ne!(stranger["alias"], left["alias"]);
}

#[tokio::test]
async fn only_the_teacher_lets_somebody_start_afresh_and_their_page_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (person, other, teacher) =
        (class.person().await, class.person().await, class.teach().await);
    let me = class.ask(&person, "POST /api/class/me", None).await.json();
    let (mut line, mut others) = (class.line(&person).await, class.line(&other).await);
    class.step(&teacher, 0, "ask").await;
    for line in [&mut line, &mut others] {
        line.until(|now| now["phase"] == "ask").await;
    }
    assert_eq!(class.ask(&person, "PUT /api/class/vote", Some(&vote(1, "2"))).await.status, 204);
    let afresh = |alias: &Value| json!({ "alias": alias });
    let denied = class.ask(&other, "POST /api/class/afresh", Some(&afresh(&me["alias"]))).await;
    assert_eq!(denied.status, 403, "{}", denied.text());
    let nobody =
        class.ask(&teacher, "POST /api/class/afresh", Some(&afresh(&"no one".into()))).await;
    assert_eq!((nobody.status, nobody.json()["error"].as_str()), (422, Some("nobody")));
    others.until(|now| now["answered"] == 1).await;
    let done = class.ask(&teacher, "POST /api/class/afresh", Some(&afresh(&me["alias"]))).await;
    assert_eq!(done.status, 204, "{}", done.text());
    while line.next().await.is_some() {}
    others.until(|now| now["answered"] == 0).await;
    let again = class.ask(&person, "POST /api/class/me", None).await;
    assert_eq!((again.status, &again.json()["alias"]), (200, &me["alias"]));
    assert_eq!(again.json()["votes"], json!([]));
}
