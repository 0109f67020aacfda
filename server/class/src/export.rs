//! The sums of a class, for the teacher. Nobody is in them: groups under five are merged.

use crate::{
    rules::{Pair, merged},
    snapshot::outcome,
    store::{Done, Store, class, people, questions},
};
use serde::Serialize;

/// All questions of a class, with what they came to.
#[derive(Debug, Clone, Serialize)]
pub struct Sums {
    pub name: String,
    /// Seconds since 1970.
    pub opened: i64,
    /// Seconds since 1970; 0 while it goes on.
    pub ended: i64,
    pub people: i64,
    pub questions: Vec<Sum>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Sum {
    pub id: String,
    pub page: String,
    pub title: String,
    pub prompt: String,
    pub rounds: Vec<Votes>,
    /// What became of those who voted in both rounds. None where they are fewer than five.
    pub pair: Option<Pair>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Votes {
    pub round: i64,
    pub votes: i64,
    pub options: Vec<Option_>,
    /// How many chose any of the options that are not listed; null: fewer than five.
    pub others: Option<i64>,
}

/// An option that five or more chose.
#[derive(Debug, Clone, Serialize)]
pub struct Option_ {
    pub text: String,
    pub right: bool,
    pub votes: i64,
}

impl Sums {
    pub(crate) async fn read(store: &Store, id: &str) -> Done<Self> {
        let mut tx = store.pool.begin().await?;
        let class = class::get(&mut tx, id).await?;
        let people = people::count(&mut tx, id).await?;
        let mut questions = vec![];
        for asked in questions::asked(&mut tx, id).await? {
            let outcome = outcome(&mut tx, &class, &asked).await?;
            let q = asked.question;
            let votes = |round: &crate::rules::Round| {
                let (large, others) = merged(&round.by);
                let options = q.options.iter().filter_map(|o| {
                    let votes = *large.get(&o.value)?;
                    Some(Option_ { text: o.text.clone(), right: o.right, votes })
                });
                Votes { round: round.round, votes: round.votes, options: options.collect(), others }
            };
            let rounds = outcome.rounds.iter().map(votes).collect();
            let pair = outcome.pair.filter(|pair| pair.both >= 5);
            questions.push(Sum {
                id: q.id,
                page: q.page,
                title: q.title,
                prompt: q.prompt,
                rounds,
                pair,
            });
        }
        tx.commit().await?;
        Ok(Self { name: class.name, opened: class.opened, ended: class.ended, people, questions })
    }
}

/// As a table: a line for each option of each round.
pub fn csv(sums: &Sums) -> String {
    let mut lines = vec!["page,question,round,option,right,votes,moved to right".to_owned()];
    for q in &sums.questions {
        let last = q.rounds.len().saturating_sub(1);
        for (at, round) in q.rounds.iter().enumerate() {
            let pair = q.pair.filter(|_| at == last && at > 0);
            let moved = pair.map_or(String::new(), |pair| pair.to_right.to_string());
            let mut line = |option: &str, right: &str, votes: &str| {
                let cells =
                    [&q.page, &q.prompt, &round.round.to_string(), option, right, votes, &moved];
                lines.push(cells.map(cell).join(","));
            };
            for option in &round.options {
                line(
                    &option.text,
                    if option.right { "yes" } else { "no" },
                    &option.votes.to_string(),
                );
            }
            match round.others {
                Some(0) => {}
                Some(n) => line("(others, under five each)", "", &n.to_string()),
                None => line("(others, under five each)", "", "under five"),
            }
        }
    }
    lines.join("\r\n") + "\r\n"
}

/// Quoted; and what a spreadsheet would take for a formula is made a text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_stands_in_it() {
        assert_eq!(cell("say \"hi\", you"), "\"say \"\"hi\"\", you\"");
        assert_eq!(cell("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
    }
}
