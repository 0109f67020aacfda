use crate::{catalog::Workspace, keeper::Order};
use std::{fs, io, path::PathBuf};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Where the reader's own variant of a lab is built. There is room for one build at a time.
#[derive(Debug)]
pub struct Workshop {
    workspace: Workspace,
    bench: Semaphore,
}

impl Workshop {
    pub fn new(workspace: Workspace) -> Self {
        Self { workspace, bench: Semaphore::new(1) }
    }

    /// Waits until nobody else builds.
    pub async fn bench(&self) -> SemaphorePermit<'_> {
        self.bench.acquire().await.expect("nobody closes it")
    }

    /// The build. The whole workspace is in scope, so that nothing is compiled a second time.
    pub fn build(&self, slug: &str) -> Order {
        let feature = format!("{slug}/mine");
        let mut order = Order::new("cargo").args([
            "build",
            "--bin",
            slug,
            "--features",
            &feature,
            "--color",
            "always",
        ]);
        if self.workspace.programs.ends_with("release") {
            order = order.args(["--release"]);
        }
        order.dir = Some(self.workspace.root.clone());
        order.env("CARGO_TERM_PROGRESS_WHEN", "never")
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
