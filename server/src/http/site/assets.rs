use super::ready::Ready;
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};
use tokio::task::spawn_blocking;

/// The built site, wherever it is, and what of it is ready to be sent.
#[derive(Debug)]
pub struct Site {
    place: Place,
    /// One entry for each file that was asked for: as much memory as the site, and a fourth for its compressed forms.
    ready: Mutex<HashMap<PathBuf, (Version, Arc<Ready>)>>,
}

#[derive(Debug)]
enum Place {
    /// In a folder, looked at for each request, so that a rebuilt book shows at once.
    Folder(PathBuf),
    #[cfg(feature = "embed")]
    Embedded,
    #[cfg(not(feature = "embed"))]
    Nowhere,
}

/// Tells a file that was written anew. None: it cannot be, for it is part of the program.
type Version = Option<(SystemTime, u64)>;

/// The largest file that is kept ready. A larger one is read for each who asks, and sent as it is.
const MOST: u64 = 8 << 20;

#[cfg(feature = "embed")]
static EMBEDDED: include_dir::Dir<'_> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/../target/book");

impl Site {
    /// The folder asked for; else the embedded site, where there is one; else the workspace's.
    pub fn find(asked: Option<PathBuf>, workspace: Option<&Path>) -> Self {
        let place = match (asked, workspace) {
            (Some(folder), _) => Place::Folder(folder),
            #[cfg(feature = "embed")]
            (None, _) => Place::Embedded,
            #[cfg(not(feature = "embed"))]
            (None, Some(root)) => Place::Folder(root.join("target/book")),
            #[cfg(not(feature = "embed"))]
            (None, None) => Place::Nowhere,
        };
        Self { place, ready: Mutex::default() }
    }

    /// Whether there is a page to show.
    pub fn is_built(&self) -> bool {
        match &self.place {
            Place::Folder(folder) => folder.join("index.html").is_file(),
            #[cfg(feature = "embed")]
            Place::Embedded => true,
            #[cfg(not(feature = "embed"))]
            Place::Nowhere => false,
        }
    }

    /// A file, by its path inside the site.
    pub async fn read(self: &Arc<Self>, path: &str) -> Option<Arc<Ready>> {
        match &self.place {
            Place::Folder(_) => {
                let (site, path) = (self.clone(), path.to_owned());
                spawn_blocking(move || site.read_file(&path)).await.ok()?
            }
            #[cfg(feature = "embed")]
            Place::Embedded => {
                let file = EMBEDDED.get_file(path)?;
                let read = || Ok(Ready::new(path, bytes::Bytes::from_static(file.contents())));
                self.kept(file.path(), None, read).ok()
            }
            #[cfg(not(feature = "embed"))]
            Place::Nowhere => None,
        }
    }

    /// The path was cleaned; what remains is a link that leads out of the folder.
    fn read_file(&self, path: &str) -> Option<Arc<Ready>> {
        let Place::Folder(folder) = &self.place else { return None };
        let folder = fs::canonicalize(folder).ok()?;
        let file = fs::canonicalize(folder.join(path)).ok().filter(|f| f.starts_with(&folder))?;
        let about = fs::metadata(&file).ok().filter(Metadata::is_file)?;
        let read = || fs::read(&file).map(|bytes| Ready::new(path, bytes.into()));
        if about.len() > MOST {
            return read().ok().map(Arc::new);
        }
        self.kept(&file, Some((about.modified().ok()?, about.len())), read).ok()
    }

    /// What is kept of this version of a file; else it is read, and kept.
    fn kept(
        &self,
        file: &Path,
        version: Version,
        read: impl FnOnce() -> io::Result<Ready>,
    ) -> io::Result<Arc<Ready>> {
        let known = |ready: &HashMap<PathBuf, (Version, Arc<Ready>)>| {
            ready.get(file).filter(|(known, _)| *known == version).map(|(_, ready)| ready.clone())
        };
        if let Some(ready) = known(&self.ready.lock()) {
            return Ok(ready);
        }
        // Read without the lock, perhaps by several at once; they go on with the one that is kept first.
        let new = Arc::new(read()?);
        let mut ready = self.ready.lock();
        if let Some(ready) = known(&ready) {
            return Ok(ready);
        }
        ready.insert(file.to_owned(), (version, new.clone()));
        Ok(new)
    }
}
