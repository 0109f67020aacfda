use anyhow::{Context, Result, bail};
use labkit_shelf::{Part, is_slug};
use std::io::{self, IsTerminal, Write};

const HOW: &str = "\
cargo xtask new-lab <slug> [kind] --part PART [--title TITLE] [--section SECTION]…

  slug       names the symptom, such as lost-line: lower-case letters and hyphens
  kind       async: channels, pipes, locks, on a paused clock (unless another is named)
             http:  a server and a client over a socket
             cases: several bugs in one lab, chosen by a knob
  --part     where its chapter goes: tasks, http, databases, grpc or production
  --title    what one sees, in one sentence without a full stop; left to you unless given
  --section  a section of the article, such as 2.3

A part that is not given is asked for in a terminal.";

/// `check` names it until somebody wrote it.
const UNTITLED: &str = "TODO: what one sees";

/// The parts of the book, in its order.
const PARTS: [Part<'_>; 5] = [
    Part { folder: "tasks", heading: "Tasks and futures" },
    Part { folder: "http", heading: "HTTP" },
    Part { folder: "databases", heading: "Databases" },
    Part { folder: "grpc", heading: "gRPC" },
    Part { folder: "production", heading: "Production" },
];

/// What a lab begins as.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    /// Beside labkit.
    dependencies: &'static [&'static str],
    pub lab: &'static str,
    pub buggy: &'static str,
    pub fixed: &'static str,
    /// The file of a popular fix that is none, below the lab's folder, and what is in it.
    pub wrong: (&'static str, &'static str),
}

macro_rules! kind {
    ($name:literal, $wrong:literal, $dependencies:expr) => {
        Kind {
            name: $name,
            dependencies: &$dependencies,
            lab: include_str!(concat!($name, "/lab.rs")),
            buggy: include_str!(concat!($name, "/buggy.rs")),
            fixed: include_str!(concat!($name, "/fixed.rs")),
            wrong: ($wrong, include_str!(concat!($name, "/", $wrong))),
        }
    };
}

static KINDS: [Kind; 3] = [
    kind!("async", "wrong/batch.rs", ["tokio"]),
    kind!("http", "wrong/each.rs", ["labkit-http", "axum", "tokio"]),
    kind!("cases", "wrong/batch.rs", ["tokio"]),
];

impl Kind {
    /// The lines of its manifest.
    pub fn dependencies(&self) -> String {
        let all = ["labkit"].iter().chain(self.dependencies);
        all.map(|name| format!("{name}.workspace = true")).collect::<Vec<_>>().join("\n")
    }
}

/// A lab to be made.
#[derive(Debug)]
pub struct Wanted {
    pub slug: String,
    pub kind: &'static Kind,
    pub part: Part<'static>,
    pub title: String,
    pub sections: Vec<String>,
}

impl Wanted {
    /// From the command line; what is missing there is asked for, where somebody sits.
    pub fn read(args: &[String]) -> Result<Self> {
        let (mut plain, mut part, mut title, mut sections) = (vec![], None, None, vec![]);
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value =
                || args.next().cloned().with_context(|| format!("{arg} needs a value.\n\n{HOW}"));
            match arg.as_str() {
                "--part" => part = Some(value()?),
                "--title" => title = Some(value()?),
                "--section" => sections.extend(value()?.split(',').map(|s| s.trim().to_owned())),
                flag if flag.starts_with('-') => bail!("there is no {flag}.\n\n{HOW}"),
                _ => plain.push(arg.as_str()),
            }
        }
        let (slug, kind) = match plain.as_slice() {
            [slug] => (*slug, "async"),
            [slug, kind] => (*slug, *kind),
            _ => bail!("{HOW}"),
        };
        let (slug, kind) = (self::slug(slug)?, self::kind(kind)?);
        let part = self::part(&known(part, "part (tasks, http, databases, grpc, production)")?)?;
        let title = self::title(title.as_deref().unwrap_or(UNTITLED))?;
        sections.iter().try_for_each(|section| self::section(section))?;
        Ok(Self { slug, kind, part, title, sections })
    }

    /// Its chapter, from the root of the repository.
    pub fn chapter(&self) -> String {
        format!("book/src/{}/{}.md", self.part.folder, self.slug)
    }
}

fn slug(slug: &str) -> Result<String> {
    if !is_slug(slug) || slug.bytes().any(|b| b.is_ascii_digit()) {
        bail!(
            "a slug is lower-case letters and hyphens, and names the symptom; {slug:?} is not one.\n\n{HOW}"
        );
    }
    Ok(slug.to_owned())
}

fn kind(name: &str) -> Result<&'static Kind> {
    KINDS
        .iter()
        .find(|kind| kind.name == name)
        .with_context(|| format!("there is no kind {name:?} of lab.\n\n{HOW}"))
}

fn part(folder: &str) -> Result<Part<'static>> {
    let found = PARTS.into_iter().find(|part| part.folder == folder);
    found.with_context(|| format!("the book has no part {folder:?}.\n\n{HOW}"))
}

fn title(title: &str) -> Result<String> {
    let title = title.trim();
    if title.is_empty() || title.contains(['[', ']', '\n']) || title.ends_with('.') {
        bail!(
            "a title is one sentence without brackets or a full stop; {title:?} is not one.\n\n{HOW}"
        );
    }
    Ok(title.to_owned())
}

fn section(section: &str) -> Result<()> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match section.split_once('.') {
        Some((part, section)) if number(part) && number(section) => Ok(()),
        _ => bail!("a section of the article is written as 2.3; {section:?} is not one.\n\n{HOW}"),
    }
}

/// What was given, else what somebody types.
fn known(given: Option<String>, what: &str) -> Result<String> {
    if let Some(given) = given {
        return Ok(given);
    }
    if !io::stdin().is_terminal() {
        bail!("say its {what}.\n\n{HOW}");
    }
    eprint!("Its {what}: ");
    io::stderr().flush()?;
    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    Ok(typed.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[&str]) -> Result<Wanted> {
        Wanted::read(&line.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_lab_is_told_in_one_line() {
        let line = [
            "slow-snail",
            "http",
            "--part",
            "grpc",
            "--title",
            "It is slow",
            "--section",
            "2.3,2.4",
        ];
        let wanted = read(&line).unwrap();
        assert_eq!(
            (wanted.kind.name, wanted.chapter().as_str()),
            ("http", "book/src/grpc/slow-snail.md")
        );
        assert_eq!(wanted.sections, ["2.3", "2.4"]);
        assert_eq!(read(&["a", "--part", "http", "--title", "T"]).unwrap().kind.name, "async");
    }

    #[test]
    fn what_is_no_lab_is_refused_with_what_is_allowed() {
        let whole = ["--part", "http", "--title", "T"];
        for (line, why) in [
            (&["h2-hang"][..], "a slug is"),
            (&["a", "grpc"], "no kind \"grpc\""),
            (&["a", "--part", "parts"], "no part \"parts\""),
            (&["a", "--title", "It hangs."], "a title is"),
            (&["a", "--section", "2"], "a section"),
            (&["a", "--colour", "red"], "there is no --colour"),
            (&["a", "--section"], "--section needs a value"),
            (&[], "new-lab <slug>"),
        ] {
            // What comes first counts, except for the part and the title, of which the last does.
            let line: Vec<&str> = line[..line.len().min(1)]
                .iter()
                .chain(&whole)
                .chain(line.iter().skip(1))
                .copied()
                .collect();
            let line = if line.len() == whole.len() { vec![] } else { line };
            let said = read(&line).unwrap_err().to_string();
            assert!(said.contains(why) && said.contains("--section SECTION"), "{line:?}: {said}");
        }
    }
}
