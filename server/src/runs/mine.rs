use super::compiler::Compiler;
use crate::{
    catalog::Workspace,
    keeper::{Captured, End, Order, Status, capture_until},
};
use parking_lot::Mutex;
use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};
use still_running_protocol::Problem;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How much of what a compiler says is kept.
const SAID: usize = 8 << 20;

/// Why there is no program to run.
#[derive(Debug)]
pub struct NotBuilt {
    /// What cargo said, for people.
    pub said: String,
    /// The places it named.
    pub problems: Vec<Problem>,
}

/// Where the reader's own variant of a lab is built. There is room for one build at a time.
#[derive(Debug)]
pub struct Workshop {
    pub(super) workspace: Workspace,
    /// Held while a build goes on: two of them would wait for cargo's own lock, without telling.
    bench: Semaphore,
    /// One save at a time, so that none comes between another's look and its write.
    pub(super) desk: Arc<Mutex<()>>,
}

impl Workshop {
    pub fn new(workspace: Workspace) -> Self {
        Self { workspace, bench: Semaphore::new(1), desk: Arc::default() }
    }

    /// Waits until nobody else builds.
    pub async fn bench(&self) -> SemaphorePermit<'_> {
        self.bench.acquire().await.expect("nobody closes it")
    }

    /// The build, whose output is for people.
    pub fn build(&self, slug: &str) -> Order {
        self.order(slug).args(["--color", "always"])
    }

    /// The same, whose output is for a [`Compiler`](super::compiler::Compiler).
    pub(super) fn build_with_places(&self, slug: &str) -> Order {
        self.order(slug).args([
            "--message-format",
            "json-diagnostic-rendered-ansi",
            "--color",
            "always",
        ])
    }

    fn order(&self, slug: &str) -> Order {
        let feature = format!("{slug}/mine");
        cargo_build(&self.workspace, &["--bin", slug, "--features", &feature])
    }

    /// Builds it, and puts it aside. It is given up after `limit`, or once `stop` ends; nothing of the build is left then.
    pub async fn make(
        &self,
        slug: &str,
        limit: Duration,
        stop: impl Future<Output = ()>,
    ) -> Result<PathBuf, NotBuilt> {
        let _bench = self.bench().await;
        let not = |said: String| NotBuilt { said, problems: vec![] };
        let captured = capture_until(&self.build_with_places(slug), limit, SAID, stop).await;
        let Captured { output, end } = captured.map_err(|why| not(why.to_string()))?;
        let mut compiler = Compiler::default();
        let mut said = compiler.push(&output);
        said.extend(compiler.finish());
        let said = String::from_utf8_lossy(&said).into_owned();
        match end {
            End::Exited(Some(Status::Code(0))) => self
                .keep(slug)
                .map_err(|why| not(format!("What was built could not be put aside: {why}."))),
            End::Exited(_) => Err(NotBuilt { said, problems: compiler.problems }),
            End::TimeLimit => Err(not(format!("{said}The build took too long, and was ended."))),
        }
    }

    /// Puts what was built aside, where the next build does not touch it, and says where that is.
    pub fn keep(&self, slug: &str) -> io::Result<PathBuf> {
        let folder = self.workspace.programs.join("mine");
        fs::create_dir_all(&folder)?;
        let (built, kept) = (self.workspace.programs.join(slug), folder.join(slug));
        let new = folder.join(format!("{slug}.new"));
        if new.exists() {
            fs::remove_file(&new)?;
        }
        // A link, not a copy: a file just written may be busy, and then it cannot be run.
        fs::hard_link(&built, &new).or_else(|_| fs::copy(&built, &new).map(drop))?;
        fs::rename(&new, &kept)?;
        Ok(kept)
    }
}

/// The build of all labs, as cargo tells of it to programs: each that is done, on a line of its own.
pub fn build_all(workspace: &Workspace) -> Order {
    let how = ["--bins", "--keep-going", "--quiet", "--message-format", "json-render-diagnostics"];
    cargo_build(workspace, &how)
}

/// The whole workspace is in scope, so that nothing is compiled a second time.
fn cargo_build(workspace: &Workspace, how: &[&str]) -> Order {
    let mut order = Order::new("cargo").args(["build"]).args(how.iter().copied());
    if workspace.programs.ends_with("release") {
        order = order.args(["--release"]);
    }
    if let Some(target) = target(workspace) {
        order = order.args(["--target-dir", &target]);
    }
    order.dir = Some(workspace.root().to_owned());
    order.env("CARGO_TERM_PROGRESS_WHEN", "never")
}

/// Where our own build went, which is where this one is looked for: whoever starts this program need not have told
/// cargo the same as whoever built it. Cargo marks the folder.
fn target(workspace: &Workspace) -> Option<String> {
    let mut above = workspace.programs.ancestors();
    let target = above.find(|folder| folder.join("CACHEDIR.TAG").is_file())?;
    target.to_str().map(str::to_owned)
}
