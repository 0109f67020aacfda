//! A program saves a bill, is told that it is saved, and goes on. What is in the file?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod close;
    pub(crate) mod moment;
    pub(crate) mod std_file;
    pub(crate) mod sync;
}

use labkit::{Latch, ok_or_err, prelude::*};
use std::{any::type_name, env, fs, io, path::Path, process, thread};
use tempfile::NamedTempFile;
use tokio::{
    fs::File,
    io::AsyncWriteExt,
    process::Command,
    runtime::{Builder, Runtime},
    task::spawn_blocking,
};

labkit::choice! {
    /// What comes after the bill was saved.
    Case {
        /// Somebody else reads it at once.
        Mail = "mail",
        /// The program ends.
        Exit = "exit",
        /// Nothing: the disk had been full all the time.
        Full = "full",
    }
}

labkit::knobs! {
    /// What comes after the bill was saved.
    case: Case = Case::Mail;
    /// How many lines the bill has.
    lines: usize = 1, 1..=9, grid [3];
    /// How long one lookup of a name holds the thread that files are written on. Two lookups take turns.
    lookup: Duration = 60, 20..=300, grid [150];
}

/// Writes a bill into its file, which is new and empty.
trait Saves {
    async fn save(file: File, bill: &[String]) -> io::Result<()>;
}

async fn scenario<A: Saves + 'static>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Mail => mail::<A>(&lab, knobs).await,
        Case::Exit => exit::<A>(&lab, knobs).await,
        Case::Full => full::<A>(&lab, knobs).await,
    }
}

// ANCHOR: scenario
async fn mail<A: Saves + 'static>(lab: &Lab, knobs: Knobs) -> Result {
    let place = NamedTempFile::new()?;
    let (path, run) = (place.path().to_owned(), lab.clone());
    lab.lanes(&["shop", "file", "thread", "mailer", "auditor"]);
    let shop = move || {
        let runtime = runtime()?;
        let found = runtime.block_on(async {
            save::<A>(&path, knobs, Some(&run)).await?;
            run.lane("shop").say("log: saved");
            let found = lines_in(&path)?;
            run.lane("mailer").say(format!("reads the file, and finds lines: {found}"));
            io::Result::Ok(found)
        })?;
        drop(runtime); // the shop closes
        run.lane("auditor").say(format!("reads it later, and finds lines: {}", lines_in(&path)?));
        io::Result::Ok(found)
    };
    let found = spawn_blocking(shop).await??;
    lab.cancelled(); // a file was dropped; nobody watches that
    lab.check_eq("lines that the mailer found", knobs.lines, found);
    Ok(())
}

/// Saves one bill, while other requests of the shop look up names.
async fn save<A: Saves>(path: &Path, knobs: Knobs, seen: Option<&Lab>) -> io::Result<()> {
    let file = File::create(path).await?;
    look_up_names(knobs.lookup, seen.map(|lab| lab.lane("thread"))).await;
    let bill = bill(knobs.lines);
    let saving = A::save(file, &bill);
    match seen {
        Some(lab) => seen_to_save(lab, saving, path, bill.concat().len()).await,
        None => saving.await,
    }
}
// ANCHOR_END: scenario

/// Tells how long it takes, and what is in the file when it is dropped: that is by the end of `save()`.
async fn seen_to_save(
    lab: &Lab,
    saving: impl Future<Output = io::Result<()>>,
    path: &Path,
    whole: usize,
) -> io::Result<()> {
    lab.lane("shop").watch("save()", saving).outcome(ok_or_err).await?;
    let file = lab.lane("file");
    file.mark(format!("is dropped, with {} of {whole} bytes in it", fs::metadata(path)?.len()));
    Ok(())
}

// ANCHOR: runtime
/// A runtime that has one thread for what blocks: for files, for names, and for `spawn_blocking`.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().max_blocking_threads(1).build()
}

/// Two lookups take turns, as `getaddrinfo` blocks. Returns when the first has the thread and the second is next in line.
async fn look_up_names(takes: Duration, thread: Option<Lane>) {
    let busy = Latch::default();
    let begun = busy.clone();
    let look_up = move || {
        let (begun, thread) = (begun.clone(), thread.clone());
        spawn_blocking(move || {
            let _shown = thread.map(|thread| thread.busy("looks up a name"));
            begun.open();
            thread::sleep(takes);
        })
    };
    for first in [look_up(), look_up()] {
        let look_up = look_up.clone();
        tokio::spawn(async move {
            let mut last = first.await;
            while last.is_ok() {
                last = look_up().await;
            }
        });
    }
    busy.opened().await;
}
// ANCHOR_END: runtime

fn bill(lines: usize) -> Vec<String> {
    (1..=lines).map(|n| format!("{n} book, 12.00\n")).collect()
}

/// How many whole lines are there, as anybody else sees it.
fn lines_in(path: &Path) -> io::Result<usize> {
    Ok(fs::read_to_string(path)?.lines().count())
}

// ANCHOR: exit
/// The main function of a process of its own.
fn program<A: Saves>(path: &Path, knobs: Knobs) -> io::Result<()> {
    runtime()?.block_on(async {
        let saved = save::<A>(path, knobs, None).await;
        process::exit(i32::from(saved.is_err()))
    })
}

async fn exit<A: Saves + 'static>(lab: &Lab, knobs: Knobs) -> Result {
    let place = NamedTempFile::new()?;
    let mut command = Command::new(env::current_exe()?);
    command.args([PROGRAM, type_name::<A>()]).arg(place.path());
    command.args([knobs.lines.to_string(), knobs.lookup.as_millis().to_string()]);
    let ended = lab.lane("shop").watch("the program", command.kill_on_drop(true).status()).await?;
    lab.cancelled();
    lab.lane("shop").say(format!("ends, with exit code {}", ended.code().unwrap_or(-1)));
    let found = lines_in(place.path())?;
    lab.lane("mailer").say(format!("reads the file, and finds lines: {found}"));
    lab.check_eq("the program ended well", true, ended.success());
    lab.check_eq("lines that the mailer found", knobs.lines, found);
    Ok(())
}
// ANCHOR_END: exit

// ANCHOR: full
async fn full<A: Saves>(lab: &Lab, knobs: Knobs) -> Result {
    let path = Path::new("/dev/full");
    let Some(refused) = fs::write(path, "x").err().filter(|_| path.exists()) else {
        return Err(Unavailable {
            what: "there is no /dev/full here, a disk that is always full".into(),
            how: "run this case on Linux".into(),
        }
        .into());
    };
    lab.lane("disk").say(format!("refuses what is written to it: {refused}"));
    let file = File::options().write(true).open(path).await?;
    let bill = bill(knobs.lines);
    let saved = lab.lane("shop").watch("save()", A::save(file, &bill)).outcome(ok_or_err).await;
    lab.cancelled();
    lab.lane("shop").say(match &saved {
        Ok(()) => "log: saved".into(),
        Err(e) => format!("log: not saved: {e}"),
    });
    lab.check_eq(
        "the error that save() returns",
        Some(refused.kind()),
        saved.err().map(|e| e.kind()),
    );
    Ok(())
}
// ANCHOR_END: full

/// The first argument of this executable where it is the shop of the case `exit`.
const PROGRAM: &str = "--program";

type Main = fn(&Path, Knobs) -> io::Result<()>;

/// The shop's main function, of the variant that was asked for.
fn program_of(variant: &str) -> Option<Main> {
    let all: &[(&str, Main)] = &[
        (type_name::<buggy::App>(), program::<buggy::App>),
        (type_name::<fixed::App>(), program::<fixed::App>),
        #[cfg(feature = "mine")]
        (type_name::<mine::App>(), program::<mine::App>),
        (type_name::<wrong::close::App>(), program::<wrong::close::App>),
        (type_name::<wrong::moment::App>(), program::<wrong::moment::App>),
        (type_name::<wrong::std_file::App>(), program::<wrong::std_file::App>),
        (type_name::<wrong::sync::App>(), program::<wrong::sync::App>),
    ];
    all.iter().find(|(name, _)| *name == variant).map(|(_, main)| *main)
}

/// What the arguments after [`PROGRAM`] ask for.
fn asked(args: &[String]) -> Option<(Main, &Path, Knobs)> {
    let [variant, path, lines, lookup] = args else { return None };
    let (lines, lookup) = (lines.parse().ok()?, ms(lookup.parse().ok()?));
    Some((program_of(variant)?, Path::new(path), Knobs { case: Case::Exit, lines, lookup }))
}

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    if let Some((PROGRAM, rest)) = args.split_first().map(|(first, rest)| (&**first, rest)) {
        return match asked(rest) {
            Some((main, path, knobs)) if main(path, knobs).is_ok() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
    }
    Manifest {
        title: "Saved, says the log, and the file is empty",
        crates: &["tokio"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: close, moment, std_file, sync],
    )
}
