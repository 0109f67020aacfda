//! The teacher's run, which all watch; and the end of everybody's runs.

use crate::support::{Seen, Viewer, assert_pattern, class::Class, eventually, seconds};
use serde_json::{Value, json};
use still_running_protocol::{Reason, ToClient, ToServer};
use tokio::task::JoinSet;

fn shows(now: &Value) -> bool {
    now["run"].is_object()
}

fn shows_nothing(now: &Value) -> bool {
    now.get("run").is_some_and(Value::is_null)
}

#[tokio::test]
async fn a_hundred_watch_the_teachers_run_and_one_who_stalls_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let teacher = class.teach().await;
    let mut lines = vec![];
    for _ in 0..100 {
        let person = class.person().await;
        lines.push((class.line(&person).await, person));
    }
    let id = class.run(&teacher, "print", 600_000).await;
    let own = class.watch(&teacher, &id).await;
    assert_eq!(class.show(&teacher, &id).await.status, 204);
    let (addr, mut room) = (class.addr, JoinSet::new());
    for (i, (mut line, person)) in lines.into_iter().enumerate() {
        room.spawn(async move {
            let told = line.until(shows).await["run"].clone();
            assert_eq!((&told["lab"], &told["widget"]), (&"fixture".into(), &"q--run".into()));
            let id = told["id"].as_str().unwrap();
            let viewer = Viewer::open_as(addr, &person, id, 0).await.unwrap();
            // One looks away: its socket stays open, and is never read.
            if i == 0 {
                return Some(viewer);
            }
            watch(viewer).await;
            None
        });
    }
    watch(own).await;
    let all = room.join_all().await;
    assert_eq!(all.iter().flatten().count(), 1, "all others saw all of it");
}

async fn watch(viewer: Viewer) {
    let (bytes, exit) = { viewer }.read_to_end().await;
    assert_eq!((bytes.len(), exit.code, exit.reason), (600_000, Some(0), Reason::Exited));
    assert_pattern(&bytes, 0);
}

#[tokio::test]
async fn nobody_but_the_teacher_shows_a_run_or_ends_the_one_that_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (person, teacher) = (class.person().await, class.teach().await);
    let id = class.run(&teacher, "idle", 0).await;
    let mut own = class.watch(&teacher, &id).await;
    for line in ["PUT /api/class/show", "DELETE /api/class/show", "POST /api/class/stop"] {
        let refused = class.ask(&person, line, Some(&json!({}))).await;
        assert_eq!(refused.json()["error"], "teacher-only", "{line}");
    }
    assert_eq!(class.show(&teacher, &"0".repeat(32)).await.json()["error"], "unknown-run");
    assert_eq!(class.show(&teacher, &id).await.status, 204);
    let refused = class.ask(&person, &format!("DELETE /api/runs/{id}"), None).await;
    assert_eq!((refused.status, &refused.json()["error"]), (403, &"teachers-run".into()));
    let mut guest = class.watch(&person, &id).await;
    guest.send(&ToServer::Stop).await;
    let hung_up = loop {
        if let Seen::Closed(code) = guest.next().await {
            break code;
        }
    };
    assert_eq!(hung_up, Some(1008));
    own.send(&ToServer::Stop).await;
    assert_eq!(own.read_to_goodbye().await, Reason::ByTeacher, "who watches did not stop it");
}

#[tokio::test]
async fn no_run_is_shown_while_a_question_waits_for_its_reveal() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &[]);
    let (person, teacher) = (class.person().await, class.teach().await);
    let id = class.run(&teacher, "idle", 0).await;
    let mut own = class.watch(&teacher, &id).await;
    for (version, step) in ["ask", "close", "discuss", "again"].into_iter().enumerate() {
        class.step(&teacher, version as i64, step).await;
        class.line(&teacher).await.until(|now| now["version"] == version + 1).await;
        let refused = class.show(&teacher, &id).await;
        assert_eq!((refused.status, &refused.json()["error"]), (409, &"question-waits".into()));
    }
    let mut line = class.line(&person).await;
    class.step(&teacher, 4, "reveal").await;
    line.until(|now| now["phase"] == "reveal").await;
    assert_eq!(class.show(&teacher, &id).await.status, 204);
    line.until(shows).await;
    // What is shown may be the answer: it ends, and who comes later is not told of it.
    class.step(&teacher, 5, "again").await;
    line.until(shows_nothing).await;
    assert_eq!(own.read_to_goodbye().await, Reason::ByTeacher);
    let mut late = class.line(&person).await;
    let asked = late.until(|now| now.get("run").is_some() || now["phase"] == "ask").await;
    assert_eq!(asked["phase"], "ask", "{asked}");
}

#[tokio::test]
async fn who_comes_late_sees_the_teachers_run_from_its_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &["--unwatched", "1"]);
    let (person, teacher) = (class.person().await, class.teach().await);
    let id = class.run(&teacher, "print", 600_000).await;
    let own = class.watch(&teacher, &id).await;
    assert_eq!(class.show(&teacher, &id).await.status, 204);
    watch(own).await;
    let ended = "still_running_runs{state=\"ended\"} 0";
    eventually("nobody watches it any more, and it is forgotten", seconds(20), async || {
        class.ask(&teacher, "GET /metrics", None).await.text().contains(ended)
    })
    .await;
    let told = class.line(&person).await.until(shows).await;
    watch(class.watch(&person, told["run"]["id"].as_str().unwrap()).await).await;
    assert_eq!(class.ask(&teacher, "DELETE /api/class/show", None).await.status, 204);
    let gone = class.ask(&person, &format!("GET /api/runs/{id}"), None).await;
    assert_eq!(gone.status, 404);
}

#[tokio::test]
async fn stop_all_ends_what_runs_and_what_waits_and_tells_whose_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open(folder.path(), &["--runs", "1"]);
    let (one, two, teacher) = (class.person().await, class.person().await, class.teach().await);
    let runs = || async { (class.run(&one, "idle", 0).await, class.run(&two, "idle", 0).await) };
    let (goes, waits) = runs().await;
    let (mut first, mut second) = (class.watch(&one, &goes).await, class.watch(&two, &waits).await);
    second.expect(&ToClient::Queued { place: 1, about: None }).await;
    let ended = class.ask(&teacher, "POST /api/class/stop", None).await;
    assert_eq!(ended.json(), json!({ "ended": 2, "elsewhere": false }));
    assert_eq!(first.read_to_goodbye().await, Reason::ByTeacher);
    assert_eq!(second.read_to_goodbye().await, Reason::ByTeacher);
    // The next one runs as ever.
    let (again, _) = runs().await;
    class.watch(&one, &again).await.read_bytes(5).await;
}
