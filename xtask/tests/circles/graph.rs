//! Circles, after Tarjan: what can reach each other, each as text.

use crate::imports::Imports;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Each circle: its files, and the paths that close it.
pub fn circles(imports: &Imports) -> Vec<String> {
    let mut search =
        Search { imports, next: 0, state: BTreeMap::new(), stack: Vec::new(), found: Vec::new() };
    for file in imports.keys() {
        if !search.state.contains_key(&**file) {
            search.visit(file);
        }
    }
    search
        .found
        .iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| told(imports, circle))
        .collect()
}

fn told(imports: &Imports, circle: &[PathBuf]) -> String {
    let mut text = format!("a circle of {} files", circle.len());
    for (from, to) in imports.iter().filter(|(from, _)| circle.contains(from)) {
        for (there, path) in to.iter().filter(|(there, _)| circle.contains(there)) {
            text += &format!("\n    {} → {}: {path}", from.display(), there.display());
        }
    }
    text
}

/// When a file was first met, and whether its circle is still open.
struct State {
    met: usize,
    open: bool,
}

struct Search<'a> {
    imports: &'a Imports,
    next: usize,
    state: BTreeMap<&'a Path, State>,
    stack: Vec<&'a Path>,
    found: Vec<Vec<PathBuf>>,
}

impl<'a> Search<'a> {
    fn visit(&mut self, file: &'a Path) -> usize {
        let met = self.next;
        self.next += 1;
        self.state.insert(file, State { met, open: true });
        self.stack.push(file);
        let mut low = met;
        for there in self.imports.get(file).into_iter().flat_map(|to| to.keys()) {
            low = low.min(match self.state.get(&**there) {
                None => self.visit(there),
                Some(state) if state.open => state.met,
                Some(_) => low,
            });
        }
        if low == met {
            self.close(file);
        }
        low
    }

    fn close(&mut self, first: &Path) {
        let at = self.stack.iter().rposition(|file| *file == first).expect("it was put there");
        let circle = self.stack.split_off(at);
        for file in &circle {
            self.state.get_mut(file).expect("it was met").open = false;
        }
        self.found.push(circle.into_iter().map(Path::to_owned).collect());
    }
}
