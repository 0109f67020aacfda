//! `cargo xtask site`, where rustup lacks the target of the labs that run in a page.

use super::{asked, built, script, xtask};

#[test]
fn without_the_target_of_labs_in_the_page_the_site_is_built_of_recordings_and_says_so() {
    let folder = built();
    let (root, target) = (folder.path(), folder.path().join("lib/wasm32-wasip1"));
    script(&root.join("builds/debug/mdbook-still-running"), "echo built with: $*");
    // As rustc does, it names a folder that may not be there.
    script(&root.join("rustc"), &format!("echo {}", target.display()));
    let done = xtask(root, &["site"]).output().unwrap();
    let [said, warned] = [done.stdout, done.stderr].map(|all| String::from_utf8(all).unwrap());
    assert!(done.status.success(), "{warned}");
    assert!(said.contains("built with: build --recorded --out target/site\n"), "{said}");
    assert!(warned.contains("No wasm32-wasip1 here (rustup target add wasm32-wasip1"), "{warned}");
    assert!(warned.contains("The online edition shows recordings"), "{warned}");
    assert!(!asked(root).contains("wasm"), "{}", asked(root));
}
