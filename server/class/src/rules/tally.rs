use serde::Serialize;
use std::collections::BTreeMap;

/// The votes of one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Round {
    pub round: i64,
    /// All votes.
    pub votes: i64,
    /// By the value of the option.
    pub by: BTreeMap<String, i64>,
}

impl Round {
    pub fn new(round: i64, by: BTreeMap<String, i64>) -> Self {
        Self { round, votes: by.values().sum(), by }
    }

    /// How many voted for what is right.
    pub fn right(&self, is_right: impl Fn(&str) -> bool) -> i64 {
        self.by.iter().filter(|(value, _)| is_right(value)).map(|(_, n)| n).sum()
    }
}

/// What became of those who voted in both rounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pair {
    pub both: i64,
    /// From a wrong answer to the right one: the figure of the day.
    pub to_right: i64,
    pub to_wrong: i64,
    pub stayed_right: i64,
    pub stayed_wrong: i64,
}

/// From how many went from one option to another.
pub fn pair<'a>(
    moves: impl IntoIterator<Item = (&'a str, &'a str, i64)>,
    is_right: impl Fn(&str) -> bool,
) -> Pair {
    let mut pair = Pair::default();
    for (from, to, n) in moves {
        pair.both += n;
        *match (is_right(from), is_right(to)) {
            (false, true) => &mut pair.to_right,
            (true, false) => &mut pair.to_wrong,
            (true, true) => &mut pair.stayed_right,
            (false, false) => &mut pair.stayed_wrong,
        } += n;
    }
    pair
}

/// The fewest of a group that is told of by itself.
const GROUP: i64 = 5;

/// The options by themselves that enough people chose, and how many chose any of the others. None: so few that not even their number
/// is told.
pub fn merged(by: &BTreeMap<String, i64>) -> (BTreeMap<String, i64>, Option<i64>) {
    let (large, small): (BTreeMap<_, _>, BTreeMap<_, _>) =
        by.clone().into_iter().partition(|(_, n)| *n >= GROUP);
    let rest: i64 = small.values().sum();
    (large, (rest == 0 || rest >= GROUP).then_some(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(all: &[(&str, i64)]) -> BTreeMap<String, i64> {
        all.iter().map(|(value, n)| ((*value).to_owned(), *n)).collect()
    }

    #[test]
    fn the_figure_of_the_day_is_who_went_from_wrong_to_right() {
        let moves = [("1", "4", 30), ("4", "4", 20), ("4", "2", 3), ("1", "2", 5), ("5", "4", 2)];
        let pair = pair(moves, |value| value == "4");
        let wanted =
            Pair { both: 60, to_right: 32, to_wrong: 3, stayed_right: 20, stayed_wrong: 5 };
        assert_eq!(pair, wanted);
    }

    #[test]
    fn nobody_voted_is_no_vote_and_not_an_error() {
        let round = Round::new(1, by(&[]));
        assert_eq!((round.votes, round.right(|_| true)), (0, 0));
        assert_eq!(pair([], |_| true), Pair::default());
    }

    #[test]
    fn groups_under_five_are_told_only_together_and_not_at_all_where_they_are_few_together() {
        assert_eq!(merged(&by(&[("1", 9), ("2", 5)])), (by(&[("1", 9), ("2", 5)]), Some(0)));
        assert_eq!(merged(&by(&[("1", 9), ("2", 4), ("3", 3)])), (by(&[("1", 9)]), Some(7)));
        assert_eq!(merged(&by(&[("1", 9), ("2", 4)])), (by(&[("1", 9)]), None));
    }
}
