use crate::{catalog::Lab, runs::Workshop};
use labkit_shelf::{WRONG, anchor::heading};
use std::collections::{BTreeMap, HashMap};
use still_running_protocol::Mine;

/// What stands in the files that are compared.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    pub mine: String,
    /// What mine was before the reader touched it.
    pub start: String,
    /// Each known wrong fix, by its variant.
    pub wrong: BTreeMap<String, String>,
}

impl Texts {
    /// As they stand on disk. What cannot be read is compared with nothing.
    pub async fn of(workshop: &Workshop, lab: &Lab) -> Self {
        let Ok(Mine { text: mine, start, .. }) = workshop.source(lab.slug()).await else {
            return Self::default();
        };
        let folder = workshop.folder(lab.slug()).ok();
        let text = |variant: &String| {
            let name = variant.trim_start_matches(WRONG);
            let text = folder.as_ref()?.source(&format!("wrong/{name}.rs")).ok()?;
            Some((variant.clone(), text))
        };
        Self { mine, start, wrong: lab.description.wrong.iter().filter_map(text).collect() }
    }

    /// Whether the reader has changed nothing.
    pub fn is_untouched(&self) -> bool {
        !self.mine.is_empty() && heading(&self.mine).1.trim() == heading(&self.start).1.trim()
    }

    /// What is to be said of the variant whose text is nearest to the reader's.
    pub fn nearest(&self, mut alike: Vec<String>) -> Option<String> {
        alike.sort();
        let near = |variant: &String| {
            let text = self.wrong.get(variant).unwrap_or(&self.start);
            (nearness(&self.mine, text) * 1000.0) as u32
        };
        let variant = alike.into_iter().max_by_key(near)?;
        let Some(text) = self.wrong.get(&variant) else {
            return Some("At every point it fails just as the bug does.".to_owned());
        };
        let name = variant.trim_start_matches(WRONG);
        Some(format!(
            "At every point it behaves like a fix that is known to be none (wrong/{name}.rs): {}",
            heading(text).0
        ))
    }
}

/// How much two texts have in common, from 0 to 1: words, wherever they stand.
fn nearness(one: &str, other: &str) -> f64 {
    let (one, other) = (words(one), words(other));
    let all: usize = one.values().chain(other.values()).sum();
    let both: usize = one.iter().map(|(word, n)| 2 * n.min(other.get(word).unwrap_or(&0))).sum();
    both as f64 / all.max(1) as f64
}

fn words(text: &str) -> HashMap<&str, usize> {
    let mut words = HashMap::new();
    let code = heading(text).1;
    for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()) {
        *words.entry(word).or_default() += 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(mine: &str) -> Texts {
        let wrong = [
            ("wrong-limit", "//! A limit.\ntimeout(limit, tokio::spawn(work))"),
            ("wrong-pinned", "//! Pinned\n//! in a box.\nBox::pin(work).await"),
        ];
        let wrong = wrong.map(|(name, text)| (name.to_owned(), text.to_owned()));
        Texts { mine: mine.into(), start: "//! Yours.\nwork.await".into(), wrong: wrong.into() }
    }

    fn told(mine: &str, alike: &[&str]) -> String {
        let alike = alike.iter().map(|&name| name.to_owned()).collect();
        texts(mine).nearest(alike).unwrap_or_default()
    }

    #[test]
    fn of_several_that_behave_alike_the_nearest_text_is_told_of() {
        let all = ["wrong-limit", "wrong-pinned", "buggy"];
        let told_of = told("let w = Box::pin(work);\nw.await", &all);
        assert!(told_of.ends_with("(wrong/pinned.rs): Pinned in a box."), "{told_of}");
        assert!(told("work.await", &all).contains("as the bug does"));
        assert!(told("x", &[]).is_empty());
    }

    #[test]
    fn a_file_that_nobody_touched_is_known_whatever_its_first_line_says() {
        assert!(texts("//! Mine!\nwork.await\n").is_untouched());
        assert!(!texts("//! Yours.\nspawn(work).await").is_untouched());
    }
}
