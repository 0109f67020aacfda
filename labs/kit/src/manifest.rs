use crate::{
    KnobSet, Lab, Result,
    cli::{self, Ask},
    text,
};
use labkit_wire::{
    Clock, Description, Kind, KnobKind, Need, VERSION, Values, Verdict, WRONG, exit,
};
use std::{io::Write, panic, pin::Pin, process, sync::atomic::Ordering::SeqCst};
use tokio::runtime::{Builder, Runtime};

/// What a lab says of itself.
pub struct Manifest {
    /// One sentence: what one sees.
    pub title: &'static str,
    /// The crates it is about.
    pub crates: &'static [&'static str],
    /// The sections of the article it covers.
    pub article: &'static [&'static str],
    /// Paused for pure async state; real for anything with a socket, a database or a blocking thread.
    pub clock: Clock,
    /// What it uses beyond its own process.
    pub needs: &'static [Need],
}

/// One run of a lab, from its first event to its last check.
pub type Scenario<K> = fn(Lab, K) -> Pin<Box<dyn Future<Output = Result>>>;

/// A variant by its name: `buggy`, `fixed`, `mine`, and `wrong-…` for a popular fix that is none.
pub type Variant<K> = (&'static str, Scenario<K>);

/// Something the lab needs is not here. It ends the run with the verdict of that name.
#[derive(Debug)]
pub struct Unavailable {
    /// What is missing, as the subject of a sentence: `no PostgreSQL was found on this machine`.
    pub what: String,
    /// The one command that gets it.
    pub how: String,
}

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.what, self.how)
    }
}
impl std::error::Error for Unavailable {}

/// Names a lab's variants: `variants![scenario: Reader]` runs `scenario::<buggy::Reader>`, `scenario::<fixed::Reader>`, and
/// `scenario::<mine::Reader>` where the feature `mine` is on.
/// In a page there are the first two only: what no page offers is not to be fetched.
///
/// Popular fixes that are none stand in `wrong/<name>.rs` (`mod wrong { pub(crate) mod join; }` in `lab.rs`):
/// `variants![scenario: Reader, wrong: join]` runs `scenario::<wrong::join::Reader>` as `wrong-join`.
#[macro_export]
macro_rules! variants {
    ($scenario:ident: $ty:ident $(, wrong: $($wrong:ident),+)?) => {
        &[
            ("buggy", |lab, knobs| Box::pin($scenario::<buggy::$ty>(lab, knobs))),
            ("fixed", |lab, knobs| Box::pin($scenario::<fixed::$ty>(lab, knobs))),
            #[cfg(feature = "mine")]
            ("mine", |lab, knobs| Box::pin($scenario::<mine::$ty>(lab, knobs))),
            $($(#[cfg(not(target_family = "wasm"))] (
                concat!("wrong-", stringify!($wrong)),
                |lab, knobs| Box::pin($scenario::<wrong::$wrong::$ty>(lab, knobs)),
            ),)+)?
        ]
    };
}

impl Manifest {
    /// Does what the command line asks, and ends the process with the code that says what came of it.
    pub fn main<K: KnobSet + 'static>(
        self,
        slug: &str,
        variants: &[Variant<K>],
    ) -> process::ExitCode {
        #[cfg(not(target_family = "wasm"))]
        if std::env::args().nth(1).as_deref() == Some(labkit_postgres::KEEPER_ARG) {
            return labkit_postgres::keeper_main();
        }
        let lab = self.describe::<K>(slug, variants);
        match cli::parse(&lab, std::env::args_os().skip(1)) {
            Ok(Ask::Describe) => print(&description(&lab)),
            Ok(Ask::Help) => print(&help(&lab)),
            Ok(Ask::Run { variant, knobs }) => {
                let scenario = variants.iter().find(|v| v.0 == variant).expect("a known variant").1;
                leave(run(&lab, &variant, knobs, scenario))
            }
            Err(why) => {
                eprintln!("{slug}: {why}\nTry: {slug} --help");
                exit::USAGE.into()
            }
        }
    }

    fn describe<K: KnobSet>(&self, slug: &str, variants: &[Variant<K>]) -> Description {
        let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let (wrong, variants): (Vec<_>, Vec<_>) =
            variants.iter().map(|v| v.0.to_owned()).partition(|name| name.starts_with(WRONG));
        Description {
            version: VERSION,
            slug: slug.to_owned(),
            title: self.title.to_owned(),
            crates: owned(self.crates),
            article: owned(self.article),
            clock: self.clock,
            variants,
            wrong,
            knobs: K::declare(),
            needs: self.needs.to_vec(),
        }
    }
}

#[cfg(not(target_family = "wasm"))]
fn description(lab: &Description) -> String {
    serde_json::to_string_pretty(lab).expect("plain data")
}

#[cfg(not(target_family = "wasm"))]
fn help(lab: &Description) -> String {
    cli::help(lab)
}

/// A page knows the lab already, and what it doesn't ask for it needn't fetch.
#[cfg(target_family = "wasm")]
fn description(lab: &Description) -> String {
    lab.slug.clone()
}

#[cfg(target_family = "wasm")]
use description as help;

fn print(text: &str) -> process::ExitCode {
    let mut stdout = std::io::stdout();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Ok(()) => process::ExitCode::SUCCESS,
        Err(_) => process::ExitCode::FAILURE,
    }
}

/// Ends the process now. A lab that leaks a blocked thread on purpose must not wait for it here.
fn leave(code: u8) -> ! {
    process::exit(code.into())
}

fn run<K: KnobSet + 'static>(
    lab: &Description,
    variant: &str,
    knobs: Values,
    scenario: Scenario<K>,
) -> u8 {
    #[cfg(not(target_family = "wasm"))]
    crate::out::install_tracing();
    let runtime = runtime(lab.clock);
    let code = runtime.block_on(async {
        let world = Lab::new();
        tell_panics(&world);
        begin(&world, lab, variant, &knobs);
        let ended = scenario(world.clone(), K::read(&knobs)).await;
        end(&world, ended)
    });
    #[expect(
        clippy::disallowed_methods,
        reason = "a lab may leak a blocked thread on purpose; its process ends next"
    )]
    runtime.shutdown_background();
    code
}

fn runtime(clock: Clock) -> Runtime {
    let runtime = match clock {
        Clock::Paused => Builder::new_current_thread().enable_all().start_paused(true).build(),
        #[cfg(target_family = "wasm")]
        Clock::Real => panic!("a lab in a page has no threads and no sockets"),
        #[cfg(not(target_family = "wasm"))]
        Clock::Real => Builder::new_multi_thread().worker_threads(2).enable_all().build(),
    };
    runtime.expect("a runtime can be built")
}

fn begin(world: &Lab, lab: &Description, variant: &str, knobs: &Values) {
    let unit = |name: &str| match lab.knob(name).map(|k| &k.kind) {
        Some(KnobKind::Number { unit, .. }) => unit.clone(),
        _ => String::new(),
    };
    let text = text::head(&lab.slug, variant, knobs, unit);
    let kind =
        Kind::Run { lab: lab.slug.clone(), variant: variant.to_owned(), knobs: knobs.clone() };
    world.world().emit("run", kind, &text);
}

fn end(world: &Lab, ended: Result) -> u8 {
    let panicked = world.world().panics.load(SeqCst) > 0;
    let (verdict, why) = match ended {
        Err(e) if e.is::<Unavailable>() => (Verdict::Unavailable, e.to_string()),
        // What went wrong in the lab then went wrong for that.
        Err(_) if world.world().is_disturbed() => world.world().verdict(),
        Err(e) => {
            world.world().fault("lab", &format!("fault of the lab itself: {e:#}"));
            return 1;
        }
        Ok(()) if panicked => return 101,
        Ok(()) => world.world().verdict(),
    };
    let text = text::verdict(verdict, &why);
    world.world().emit("run", Kind::Verdict { verdict, why }, &text);
    verdict.code()
}

/// A panic in any task is a fault of the lab, and is said in the same stream as everything else.
fn tell_panics(lab: &Lab) {
    let lab = lab.clone();
    panic::set_hook(Box::new(move |info| {
        lab.world().panics.fetch_add(1, SeqCst);
        lab.world().fault("panic", &info.to_string().replace('\n', " "));
    }));
}
