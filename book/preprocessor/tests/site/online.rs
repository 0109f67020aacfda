//! What an edition with an address tells other sites, and what it shows where there is nothing.

use crate::{pages::between, repo::Repo};
use mdbook_still_running::site;
use std::fs;

/// Builds the online edition with these options.
fn online(
    repo: &Repo,
    address: Option<&str>,
    browser: Option<&str>,
) -> Result<Vec<String>, String> {
    let options = site::Options {
        mode: site::Mode::Recorded,
        address: address.map(|a| a.parse().unwrap()),
        browser: browser.map(|b| repo.0.path().join(b)),
        ..site::Options::default()
    };
    site::build(&repo.catalog(), &options).map_err(|e| format!("{e:#}"))
}

#[test]
fn what_other_sites_are_told_is_a_whole_address_or_nothing() {
    let repo = Repo::new();
    repo.theme();
    let notes = online(&repo, None, None).unwrap().join("\n");
    assert!(notes.contains("--address"), "{notes}");
    let page = repo.page("tasks/lost-line.html");
    assert!(page.contains("<meta property=\"og:title\" content=\"A line is lost\">"));
    assert!(!page.contains("og:image") && !page.contains("og:url") && !page.contains("canonical"));

    let notes = online(&repo, Some("https://a.example/b"), None).unwrap().join("\n");
    assert!(notes.contains("--browser"), "{notes}");
    let page = repo.page("tasks/lost-line.html");
    assert!(page.contains(
        "<meta property=\"og:url\" content=\"https://a.example/b/tasks/lost-line.html\">"
    ));
    assert!(!page.contains("og:image"), "no picture is named that is not there");
}

#[test]
#[cfg(unix)]
fn a_named_browser_draws_each_lab_and_the_first_page() {
    let repo = Repo::new();
    repo.theme();
    repo.write("book/src/index.md", "# All of it\n\n{{#landing lost-line reader}}\n");
    let seen = "# A line\n\n{{#lab lost-line}}\n\n## Incident\n\nA *line* arrives with its `head` missing.\n\nIt is violated.\n";
    repo.write("book/src/tasks/lost-line.md", seen);
    repo.write(
        "book/src/SUMMARY.md",
        "[All](index.md)\n\n- [Start](start.md)\n- [Lost](tasks/lost-line.md)\n",
    );
    // Keeps what it was asked to draw behind the signature of a PNG.
    let script = "for a; do case $a in --screenshot=*) png=${a#*=};; file://*) svg=${a#file://};; esac; done\n\
                  { printf '\\211PNG\\r\\n\\032\\n'; cat \"$svg\"; } > \"$png\"\n";
    repo.program("target/browser", script);
    assert_eq!(
        online(&repo, Some("https://a.example/b"), Some("target/browser")).unwrap().len(),
        2
    );
    let drawn = |name: &str| {
        let png = fs::read(repo.0.path().join(format!("target/book/preview/{name}.png"))).unwrap();
        String::from_utf8_lossy(&png).into_owned()
    };
    let lab = drawn("lost-line");
    assert!(lab.contains(">A line arrives with its head missing.</text>"), "{lab}");
    assert!(!lab.contains("violated") && !lab.contains("held"), "nothing of how it ends: {lab}");
    assert!(drawn("index").contains(">All of it</text>"));
    let tag = |name: &str| {
        format!("<meta property=\"og:image\" content=\"https://a.example/b/preview/{name}.png\">")
    };
    assert!(repo.page("tasks/lost-line.html").contains(&tag("lost-line")));
    assert!(repo.page("index.html").contains(&tag("index")));

    repo.program("target/browser", "exit 0\n");
    let said = online(&repo, Some("https://a.example/b"), Some("target/browser")).unwrap_err();
    assert!(said.contains("drew no PNG"), "{said}");
}

#[test]
fn the_page_for_what_is_not_there_is_right_at_any_depth() {
    let repo = Repo::new();
    let start = |repo: &Repo| {
        let page = repo.page("404.html");
        assert!(!page.contains("<link") && !page.contains(" src="), "it loads nothing: {page}");
        between(&page, "id=\"start\" href=\"", "\"").to_owned()
            + if page.contains("<script>") { " or found" } else { "" }
    };
    repo.build().unwrap();
    assert_eq!(start(&repo), "/", "a server of ours serves from the root");
    online(&repo, Some("https://a.example/b"), None).unwrap();
    assert_eq!(start(&repo), "/b/");
    online(&repo, None, None).unwrap();
    assert_eq!(start(&repo), "./ or found");
}
