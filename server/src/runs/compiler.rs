//! What cargo says of a build, for people and for the editor: the text goes on, and the places in it are kept.

use serde::Deserialize;
use still_running_protocol::{Level, Problem};

/// How many problems are kept; what follows from the first ones is not worth more.
const MOST: usize = 50;
/// A line longer than that is no message of cargo's.
const LINE: usize = 4 << 20;

/// Reads a build's output, cut anywhere.
#[derive(Debug, Default)]
pub struct Compiler {
    line: Vec<u8>,
    pub problems: Vec<Problem>,
}

#[derive(Deserialize)]
struct Message {
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    rendered: Option<String>,
    message: String,
    level: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    label: Option<String>,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

impl Compiler {
    /// Takes the next bytes; gives the text in them, for people.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut text = vec![];
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() > LINE {
                text.extend(self.end_line());
            }
        }
        text
    }

    /// What is left where the last line has no end.
    pub fn finish(&mut self) -> Vec<u8> {
        self.end_line()
    }

    fn end_line(&mut self) -> Vec<u8> {
        let line = std::mem::take(&mut self.line);
        if !line.starts_with(b"{\"reason\":") {
            return line;
        }
        match serde_json::from_slice(&line) {
            Ok(Message { message: Some(said) }) => self.diagnostic(said),
            // What was built, and that it was: nothing that a reader asks.
            Ok(Message { message: None }) => vec![],
            Err(_) => line,
        }
    }

    fn diagnostic(&mut self, said: Diagnostic) -> Vec<u8> {
        let level = match said.level.as_str() {
            "error" => Some(Level::Error),
            "warning" => Some(Level::Warning),
            _ => None,
        };
        let code = said.code.map(|code| code.code);
        let span = said.spans.into_iter().find(|span| span.is_primary).map(Span::written);
        if let (Some(level), Some(span)) = (level, span)
            && self.problems.len() < MOST
        {
            self.problems.push(span.problem(level, said.message, code));
        }
        said.rendered.unwrap_or_default().into_bytes()
    }
}

impl Span {
    /// Where a macro wrote it, the place that called the macro.
    fn written(self) -> Self {
        match self.expansion {
            Some(by) => Self { label: self.label, ..by.span.written() },
            None => self,
        }
    }

    fn problem(self, level: Level, message: String, code: Option<String>) -> Problem {
        Problem {
            file: self.file_name,
            level,
            line: self.line_start,
            column: self.column_start,
            end_line: self.line_end,
            end_column: self.column_end,
            message,
            label: self.label,
            code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = concat!(
        r#"{"reason":"compiler-message","message":{"rendered":"error: two\n","message":"mismatched types","level":"error","#,
        r#""code":{"code":"E0308"},"spans":[{"file_name":"std.rs","line_start":1,"line_end":1,"column_start":1,"#,
        r#""column_end":2,"is_primary":true,"label":"expected u32","expansion":{"span":{"file_name":"labs/own/mine.rs","#,
        r#""line_start":14,"line_end":14,"column_start":5,"column_end":9,"is_primary":false,"label":null,"#,
        r#""expansion":null}}}]}}"#
    );

    #[test]
    fn text_goes_on_and_places_are_kept_however_the_output_is_cut() {
        let all = format!("one\n{SAID}\n{{\"reason\":\"build-finished\"}}\nthree");
        for cut in 0..all.len() {
            let mut compiler = Compiler::default();
            let mut text = compiler.push(&all.as_bytes()[..cut]);
            text.extend(compiler.push(&all.as_bytes()[cut..]));
            text.extend(compiler.finish());
            assert_eq!(String::from_utf8(text).unwrap(), "one\nerror: two\nthree", "cut at {cut}");
            let [problem] = compiler.problems.as_slice() else { panic!("cut at {cut}") };
            assert_eq!((problem.file.as_str(), problem.line), ("labs/own/mine.rs", 14));
            assert_eq!((problem.column, problem.end_column), (5, 9));
            assert_eq!(problem.label.as_deref(), Some("expected u32"), "of what is written there");
        }
    }
}
