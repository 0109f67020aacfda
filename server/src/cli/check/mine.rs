//! `check <slug> --mine`: whether the reader's own variant is a fix.

use crate::{
    catalog::{Catalog, Lab, Workspace},
    cli::{Complaint, out::line},
    fix::{self, Fix, Texts, does_not_compile},
    runs::{Environment, NotBuilt, Workshop},
};
use labkit_wire::Value;
use std::{collections::BTreeMap, process::ExitCode, sync::Arc, time::Duration};
use still_running_protocol::{Finding, Point};
use tokio_util::sync::CancellationToken;

/// How long a build may take.
pub const BUILD: Duration = Duration::from_secs(600);
/// The exit code where the reader's file does not compile; no lab has it.
pub const UNCOMPILED: u8 = 20;
/// What stands below the help of `check`.
pub const CODES: &str = "\
Exit codes: 0, all is as it is to be. 1, it is not. 2, the command line is wrong.
With --mine: 0, yours held at all points. 10, it fails at a point. 11, nothing was at stake where it is with the fix.
12, something is missing here. 20, your file does not compile.";

/// What is asked of the reader's own variant.
pub struct Asked<'a> {
    pub slug: &'a str,
    pub knobs: &'a BTreeMap<String, Value>,
    pub at_once: usize,
    pub limit: Duration,
    pub json: bool,
}

/// Builds it, and runs it at every point. Once `stop` is cancelled it ends soon, and leaves nothing.
pub async fn check(
    asked: &Asked<'_>,
    catalog: &Catalog,
    workshop: &Workshop,
    environment: &Arc<Environment>,
    stop: &CancellationToken,
) -> Result<ExitCode, Complaint> {
    let jobs = fix::jobs(catalog, asked.slug, asked.knobs)?;
    let lab = jobs[0].lab.clone();
    let program = match workshop.make(asked.slug, BUILD, stop.cancelled()).await {
        Ok(program) => program,
        Err(_) if stop.is_cancelled() => return Ok(ExitCode::FAILURE),
        Err(not) => return Ok(uncompiled(&not, asked.json)),
    };
    let fix = Fix {
        texts: Texts::of(workshop, &lab).await,
        environment: environment.clone(),
        limit: asked.limit,
        at_once: asked.at_once,
        program,
        lab,
    };
    let tell = |point: &Point| {
        if !asked.json {
            line(&told(point));
        }
    };
    let finding = fix.examine(&jobs, stop, tell).await;
    if stop.is_cancelled() {
        return Ok(ExitCode::FAILURE);
    }
    if asked.json {
        line(&serde_json::to_string_pretty(&finding).expect("its keys are texts"));
    } else {
        say(&fix.lab, &finding);
    }
    Ok(ExitCode::from(finding.verdict.code()))
}

/// Where there is none, there is nothing to build.
pub fn workshop(workspace: Option<Workspace>) -> Result<Workshop, Complaint> {
    let none = || {
        Complaint::usage("There is no source here to build your own variant from.")
            .because("this is not a checkout of the project")
            .so("clone the project, and run this in its folder.")
    };
    workspace.map(Workshop::new).ok_or_else(none)
}

/// What the compiler says, and last where to look first.
pub fn uncompiled(not: &NotBuilt, json: bool) -> ExitCode {
    let words = does_not_compile(&not.problems);
    let words = words.unwrap_or_else(|| "It could not be built; the reason is above.".to_owned());
    eprint!("{}", not.said);
    match json {
        true => {
            let said = serde_json::json!({ "words": words, "problems": not.problems });
            line(&serde_json::to_string_pretty(&said).expect("its keys are texts"));
        }
        false => line(&words),
    }
    ExitCode::from(UNCOMPILED)
}

fn told(point: &Point) -> String {
    let Point { done, of, place, seen, .. } = point;
    format!("{} {done:>3} of {of}  {place}: {seen}", point.mark())
}

fn say(lab: &Lab, finding: &Finding) {
    line(&format!("{} mine: {}", lab.slug(), finding.words));
    finding.why.iter().chain(&finding.alike).for_each(|more| line(&format!("  {more}")));
    if let Some(command) = &finding.at {
        line(&format!("  To see it again: {command}"));
    }
}
