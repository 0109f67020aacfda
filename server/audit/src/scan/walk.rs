//! One pass over a file, with what surrounds each place: function, loop, scope that may drop.

use super::{
    find::{Candidate, Fact, Scan, Step},
    frame::{Frame, Scope},
    read,
};
use crate::rules::Rules;
use proc_macro2::Span;
use std::{collections::HashMap, mem};
use syn::Attribute;

pub(crate) struct Walk<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) scan: Scan,
    pub(crate) frame: Frame,
    lines: Vec<&'a str>,
    /// What each imported name stands for.
    pub(crate) uses: HashMap<String, String>,
    pub(super) tests: usize,
    pub(super) cfgs: usize,
    pub(super) in_drop: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(text: &'a str, test: bool, rules: &'a Rules) -> Self {
        Self {
            rules,
            scan: Scan::default(),
            frame: Frame::default(),
            lines: text.lines().collect(),
            uses: HashMap::new(),
            tests: usize::from(test),
            cfgs: 0,
            in_drop: false,
        }
    }

    pub(crate) fn finish(self) -> Scan {
        self.scan
    }

    pub(crate) fn dress(&self, mut found: Candidate) -> Candidate {
        found.function = self.frame.name.clone();
        found.in_test = self.tests > 0;
        found.behind_cfg = self.cfgs > 0;
        found
    }

    pub(crate) fn add(&mut self, found: Candidate) {
        let found = self.dress(found);
        self.scan.candidates.push(found);
    }

    /// Stands only where the whole crate has none of the word.
    pub(crate) fn add_unless(&mut self, word: &'static str, found: Candidate) {
        let found = self.dress(found);
        self.scan.marks.unless.push((word, found));
    }

    /// The function works in steps, if it is one and not a task's own.
    pub(crate) fn fact(&mut self, why: String, at: Span) {
        if self.frame.is_async && !self.frame.name.is_empty() {
            let (function, documented) = (self.frame.name.clone(), self.frame.documented);
            self.scan.facts.push(Fact { function, why, line: at.start().line, documented });
        }
    }

    pub(crate) fn step(&mut self, callee: String, scope: Scope, found: Candidate) {
        let found = self.dress(found);
        self.scan.steps.push(Step { callee, scope: scope.word(), found });
    }

    /// Whether the function's text has this word.
    pub(crate) fn says(&self, word: &str) -> bool {
        let lines = self.lines.get(self.frame.lines.clone()).unwrap_or(&[]);
        lines.iter().any(|line| line.contains(word))
    }

    /// Whether the file's text has this word.
    pub(crate) fn file_says(&self, word: &str) -> bool {
        self.lines.iter().any(|line| line.contains(word))
    }

    /// A path with its first part as it was imported.
    pub(crate) fn full(&self, path: &syn::Path) -> String {
        let spelled = read::spell(path);
        let first = spelled.split("::").next().unwrap_or_default();
        match self.uses.get(first) {
            Some(whole) => format!("{whole}{}", &spelled[first.len()..]),
            None => spelled,
        }
    }

    /// Visits what runs elsewhere: nothing around it drops it.
    pub(crate) fn elsewhere(&mut self, blocking: bool, visit: impl FnOnce(&mut Self)) {
        let scopes = mem::take(&mut self.frame.scopes);
        let loops = mem::take(&mut self.frame.loops);
        let handler = mem::take(&mut self.frame.handler);
        let was = (self.frame.is_async, self.frame.blocking);
        if blocking {
            (self.frame.is_async, self.frame.blocking) = (false, true);
        }
        visit(self);
        (self.frame.is_async, self.frame.blocking) = was;
        self.frame.handler = handler;
        self.frame.loops = loops;
        self.frame.scopes = scopes;
    }

    pub(super) fn propagating(&mut self, on: bool, visit: impl FnOnce(&mut Self)) {
        let was = mem::replace(&mut self.frame.propagates, on);
        visit(self);
        self.frame.propagates = was;
    }

    pub(super) fn note_cfg(&mut self, attrs: &[Attribute]) -> bool {
        let is = attrs.iter().any(|a| a.path().is_ident("cfg") && !is_test(a));
        self.scan.cfgs += usize::from(is);
        is
    }
}

pub(super) fn is_test(a: &Attribute) -> bool {
    let path = read::spell(a.path());
    let list = || a.meta.require_list().map(|l| l.tokens.to_string()).unwrap_or_default();
    path.ends_with("test") || path == "rstest" || path == "cfg" && list().contains("test")
}
