//! Asks labs what they are, all at once; a lab that does not answer costs its own place, and nobody else's.

use super::Lab;
use crate::keeper::{Captured, End, Order, Status, capture};
use labkit_shelf::is_slug;
use labkit_wire::{Description, VERSION};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::task::JoinSet;

const LIMIT: Duration = Duration::from_secs(5);
const MOST: usize = 1 << 20;
/// How many are asked at a time.
const AT_ONCE: usize = 8;

/// In no particular order.
pub async fn describe(programs: Vec<PathBuf>) -> Vec<Result<Lab, String>> {
    let (mut asking, mut answers) = (JoinSet::new(), vec![]);
    for program in programs {
        if asking.len() == AT_ONCE {
            answers.extend(asking.join_next().await);
        }
        asking.spawn(ask(program));
    }
    answers.extend(asking.join_all().await.into_iter().map(Ok));
    answers.into_iter().map(|joined| joined.unwrap_or_else(|e| Err(e.to_string()))).collect()
}

/// One of them, or a sentence.
pub async fn ask(program: PathBuf) -> Result<Lab, String> {
    let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let described = match answer(&program).await {
        Ok(json) => read(&name, &json),
        Err(why) => Err(why),
    };
    match described {
        Ok(description) => Ok(Lab { description, program }),
        Err(why) => Err(format!("{name} is left out: {why}.")),
    }
}

async fn answer(program: &Path) -> Result<Vec<u8>, String> {
    let order = Order::new(program).args(["--describe"]);
    match capture(&order, LIMIT, MOST).await.map_err(|e| e.to_string())? {
        Captured { output, end: End::Exited(Some(Status::Code(0))) } => Ok(output),
        Captured { end: End::TimeLimit, .. } => {
            Err(format!("asked to describe itself, it gave no answer in {} s", LIMIT.as_secs()))
        }
        Captured { end: End::Exited(status), .. } => Err(match status {
            Some(Status::Code(code)) => {
                format!("asked to describe itself, it ended with exit code {code}")
            }
            other => format!(
                "asked to describe itself, it was ended by {}",
                other.and_then(Status::signal).unwrap_or_else(|| "someone".to_owned())
            ),
        }),
    }
}

fn read(name: &str, json: &[u8]) -> Result<Description, String> {
    if json.is_empty() {
        return Err("asked to describe itself, it said nothing".to_owned());
    }
    let description: Description = serde_json::from_slice(json)
        .map_err(|e| format!("its description cannot be read ({e})"))?;
    match &description {
        d if d.version != VERSION => Err(format!(
            "it speaks version {} and this program version {VERSION}; build both",
            d.version
        )),
        d if d.slug != name || !is_slug(name) => Err(format!("it calls itself {:?}", d.slug)),
        d => match d.fault() {
            Some(fault) => Err(format!("it describes itself wrongly: {fault}")),
            None => Ok(description),
        },
    }
}
