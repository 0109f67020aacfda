use serde::{Deserialize, Serialize};

/// A question, as the teacher's page has it. The teacher is believed: pages and questions are the book's, not ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// As in the page, such as `lost-line--where`.
    pub id: String,
    /// The page within the book, such as `tasks/lost-line`.
    pub page: String,
    /// The chapter's title.
    pub title: String,
    /// What is asked.
    pub prompt: String,
    pub options: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub text: String,
    #[serde(default)]
    pub right: bool,
}

/// A question that can't be asked, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This question can't be asked: {0}.")]
pub struct Unasked(pub(crate) &'static str);

/// What people say of themselves on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkState {
    Stuck,
    Done,
    /// Neither: takes the mark away.
    Clear,
}

impl MarkState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Done => "done",
            Self::Clear => "clear",
        }
    }
}

const OPTIONS: std::ops::RangeInclusive<usize> = 2..=12;

impl Question {
    /// Whether it can be asked.
    pub fn check(&self) -> Result<(), Unasked> {
        let bad = |what| Err(Unasked(what));
        let fits = |text: &str, most| text.len() <= most && !text.contains('\0');
        let values: std::collections::BTreeSet<_> = self.options.iter().map(|o| &o.value).collect();
        match self {
            q if q.id.is_empty() || !fits(&q.id, 100) => bad("its id is 1 to 100 bytes"),
            q if !page_name(&q.page) => bad("its page is a path within the book"),
            q if !fits(&q.title, 300) || !fits(&q.prompt, 2000) => {
                bad("its title has at most 300 bytes, and what it asks at most 2000")
            }
            q if !OPTIONS.contains(&q.options.len()) => bad("it has 2 to 12 options"),
            q if values.len() < q.options.len() => bad("each option has a value of its own"),
            q if !q.options.iter().all(|o| fits(&o.value, 20) && fits(&o.text, 1000)) => {
                bad("an option's value has at most 20 bytes, and its text at most 1000")
            }
            q if !q.options.iter().any(|o| o.right) => bad("one of its options is right"),
            _ => Ok(()),
        }
    }

    pub fn right(&self) -> impl Fn(&str) -> bool {
        let right: Vec<String> =
            self.options.iter().filter(|o| o.right).map(|o| o.value.clone()).collect();
        move |value| right.iter().any(|r| r == value)
    }
}

/// A page within the book, such as `tasks/lost-line`.
pub fn page_name(page: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_/.".contains(&b);
    (1..=200).contains(&page.len()) && page.bytes().all(plain) && !page.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        let choice = |value: &str, right| Choice { value: value.into(), text: value.into(), right };
        Question {
            id: "a--b".into(),
            page: "tasks/a".into(),
            title: "A".into(),
            prompt: "What?".into(),
            options: vec![choice("1", false), choice("2", true)],
        }
    }

    #[test]
    fn a_question_that_cannot_be_asked_is_refused_with_what_is_wrong() {
        assert_eq!(question().check(), Ok(()));
        let wrong: [fn(&mut Question); 8] = [
            |q| q.id.clear(),
            |q| q.id = "x".repeat(101),
            |q| q.page = "../secret".into(),
            |q| q.prompt = "x".repeat(2001),
            |q| q.options.truncate(1),
            |q| q.options = vec![q.options[0].clone(); 13],
            |q| q.options[1].value = "1".into(),
            |q| q.options[1].right = false,
        ];
        for (i, wrong) in wrong.into_iter().enumerate() {
            let mut question = question();
            wrong(&mut question);
            let why = question.check().expect_err(&format!("case {i}")).to_string();
            assert!(why.ends_with('.'), "{why}");
        }
    }
}
