//! What of Prometheus a lab needs that watches itself: samples, as a `/metrics` endpoint gives them, and alerting rules in its own
//! format, with its own semantics. `promtool` is asked whether that is so (`tests/promtool.rs`).
//!
//! ```
//! use labkit_prometheus::{Alert, Rule, Samples};
//!
//! let mut rule = Rule::read("
//! groups:
//!   - name: tasks
//!     rules:
//!       - alert: TooMany
//!         expr: tasks > 5
//!         for: 30s
//! ").unwrap();
//! let many = Samples::read("# TYPE tasks gauge\ntasks 7\n").unwrap();
//! assert_eq!(rule.eval(15, &many), Alert::Pending);
//! assert_eq!(rule.eval(45, &many), Alert::Firing);
//! ```
//!
//! A rule is one comparison of one metric without labels. Whatever else Prometheus can do is refused.

#![warn(missing_docs)]

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// What one scrape brought: a value for each metric. After a scrape that failed there are none, as with Prometheus, to which all
/// series of a target that does not answer are gone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples(BTreeMap<String, f64>);

impl Samples {
    /// From the text format.
    ///
    /// # Errors
    /// For a line that is neither a comment nor a metric and its value.
    pub fn read(text: &str) -> Result<Self> {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let sample = |line: &str| {
            let (name, value) = line.rsplit_once(' ').context("a metric has a value")?;
            Ok((name.to_owned(), value.parse().with_context(|| line.to_owned())?))
        };
        Ok(Self(lines.map(sample).collect::<Result<_>>()?))
    }

    /// The value of a metric; none where there is no such series.
    pub fn get(&self, metric: &str) -> Option<f64> {
        self.0.get(metric).copied()
    }
}

/// What has become of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// Its expression does not hold. One that was firing is *resolved* now.
    Inactive,
    /// It holds, and has not held for long enough.
    Pending,
    /// It has held for as long as `for` says.
    Firing,
}

/// An alerting rule, and since when it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub alert: String,
    metric: String,
    is_above: bool,
    limit: f64,
    /// In seconds.
    hold: u64,
    since: Option<u64>,
}

impl Rule {
    /// The one alert of a file of rules.
    ///
    /// # Errors
    /// Where the file has none or several, or an expression that is no comparison of one metric, by its name, with a number.
    pub fn read(rules: &str) -> Result<Self> {
        let of = |key: &str| -> Result<&str> {
            let lines = rules.lines().map(|line| line.trim_start_matches([' ', '-']));
            let mut all = lines.filter_map(|line| line.split_once(": ")).filter(|(k, _)| *k == key);
            match (all.next(), all.next()) {
                (Some((_, value)), None) => Ok(value.trim()),
                (None, _) => bail!("the rules have no {key:?}"),
                _ => {
                    bail!("the rules have several {key:?}, and one alert is all that is read here")
                }
            }
        };
        let words: Vec<&str> = of("expr")?.split(' ').collect();
        let [metric, sign @ (">" | "<"), limit] = words[..] else {
            bail!("{:?} is no comparison such as `tasks > 5`", of("expr")?)
        };
        // A function of a metric is PromQL, and no name.
        if !metric.chars().all(|c| c.is_ascii_alphanumeric() || "_:".contains(c)) {
            bail!("{metric:?} is no name of a metric, as in {:?}", of("expr")?);
        }
        Ok(Self {
            alert: of("alert")?.to_owned(),
            metric: metric.to_owned(),
            is_above: sign == ">",
            limit: limit.parse().with_context(|| limit.to_owned())?,
            hold: seconds(of("for")?)?,
            since: None,
        })
    }

    /// Evaluates it, `at` seconds after the beginning. Points in time must not go back.
    pub fn eval(&mut self, at: u64, samples: &Samples) -> Alert {
        let holds = samples.get(&self.metric).is_some_and(|value| match self.is_above {
            true => value > self.limit,
            false => value < self.limit,
        });
        if !holds {
            self.since = None;
            return Alert::Inactive;
        }
        match at - *self.since.get_or_insert(at) >= self.hold {
            true => Alert::Firing,
            false => Alert::Pending,
        }
    }
}

/// A span as Prometheus writes it, of whole seconds or minutes.
fn seconds(span: &str) -> Result<u64> {
    let parts = [("s", 1), ("m", 60)].into_iter().find_map(|(unit, of)| {
        Some(span.strip_suffix(unit)?.parse::<u64>().ok()?.saturating_mul(of))
    });
    parts.with_context(|| format!("{span:?} is no span such as 30s or 5m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: m > 5\n        for: 1m\n";

    fn of(value: f64) -> Samples {
        Samples(BTreeMap::from([("m".to_owned(), value)]))
    }

    #[test]
    fn it_fires_after_its_time_and_begins_anew_when_it_did_not_hold() {
        let mut rule = Rule::read(RULES).unwrap();
        let told = [(0, 6.), (30, 7.), (60, 6.), (90, 5.), (120, 6.), (150, 6.), (180, 6.)]
            .map(|(at, value)| rule.eval(at, &of(value)));
        use Alert::*;
        assert_eq!(told, [Pending, Pending, Firing, Inactive, Pending, Pending, Firing]);
    }

    #[test]
    fn a_series_that_is_gone_resolves_it() {
        let mut rule = Rule::read(RULES).unwrap();
        rule.eval(0, &of(9.));
        assert_eq!(rule.eval(60, &of(9.)), Alert::Firing);
        assert_eq!(rule.eval(90, &Samples::default()), Alert::Inactive);
    }

    #[test]
    fn what_it_cannot_read_is_refused_and_named() {
        let refused =
            |from: &str, to: &str| Rule::read(&RULES.replace(from, to)).unwrap_err().to_string();
        assert!(refused("m > 5", "rate(m[1m]) > 5").contains("rate(m[1m]) > 5"));
        assert!(refused("1m\n", "a while\n").contains("a while"));
        assert!(refused("for: 1m", "").contains("no \"for\""));
        assert!(
            Rule::read(&format!("{RULES}{RULES}")).unwrap_err().to_string().contains("several")
        );
        assert!(Samples::read("nothing").is_err());
    }
}
