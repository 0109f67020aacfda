//! What the form of a question tells: nothing. Who has read no line of a chapter must not find the right answer by the
//! length of the options, or because there is only one other.

use std::{fs, path::Path};

const PARTS: [&str; 5] = ["tasks", "http", "databases", "grpc", "production"];
/// How much longer than any other the right answer may be, and how much shorter, in percent.
const LONGER: usize = 140;
const SHORTER: usize = 75;

struct Question {
    /// `databases/orphan-query.md: busy`.
    name: String,
    right: usize,
    /// The lengths of the others, in characters; *not sure* is none of them.
    wrong: Vec<usize>,
}

impl Question {
    fn is_longest(&self) -> bool {
        self.wrong.iter().all(|&wrong| wrong < self.right)
    }

    fn is_shortest(&self) -> bool {
        self.wrong.iter().all(|&wrong| wrong > self.right)
    }

    /// Told at a glance, and not by a letter or two.
    fn stands_out(&self) -> bool {
        self.wrong.iter().all(|wrong| self.right * 100 > wrong * LONGER)
            || self.wrong.iter().all(|wrong| self.right * 100 < wrong * SHORTER)
    }
}

fn questions(part: &str) -> Vec<Question> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src").join(part);
    let mut all = vec![];
    for page in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if page.extension().is_some_and(|ext| ext == "md") {
            let file = page.file_name().unwrap().display().to_string();
            of(&format!("{part}/{file}"), &fs::read_to_string(&page).unwrap(), &mut all);
        }
    }
    all
}

fn of(page: &str, text: &str, all: &mut Vec<Question>) {
    for line in text.lines() {
        let asked =
            ["{{#predict ", "{{#saw ", "{{#check "].iter().find_map(|d| line.strip_prefix(d));
        if let Some(asked) = asked {
            let name = asked.split([' ', '}']).next().unwrap();
            all.push(Question { name: format!("{page}: {name}"), right: 0, wrong: vec![] });
        }
        let Some((option, _)) = line.split_once(" :: ") else { continue };
        let Some(question) = all.last_mut() else { continue };
        match (option.strip_prefix("- [x] "), option.strip_prefix("- [ ] ")) {
            (Some(right), _) => question.right = right.chars().count(),
            (_, Some(wrong)) if wrong != "Not sure." => question.wrong.push(wrong.chars().count()),
            _ => {}
        }
    }
}

#[test]
fn a_question_has_two_wrong_answers_at_least() {
    let few: Vec<_> = PARTS.into_iter().flat_map(questions).filter(|q| q.wrong.len() < 2).collect();
    assert!(few.is_empty(), "{:?}", few.iter().map(|q| &q.name).collect::<Vec<_>>());
}

#[test]
fn no_answer_is_told_by_its_length() {
    for part in PARTS {
        let all = questions(part);
        let told: Vec<_> = all.iter().filter(|q| q.stands_out()).map(|q| &q.name).collect();
        assert!(told.is_empty(), "{told:?}");
        for (what, is) in [
            ("longest", Question::is_longest as fn(&Question) -> bool),
            ("shortest", Question::is_shortest),
        ] {
            let count = all.iter().filter(|q| is(q)).count();
            assert!(
                count * 5 <= all.len() * 2,
                "{part}: the right answer is the {what} in {count} of {}",
                all.len()
            );
        }
    }
}
