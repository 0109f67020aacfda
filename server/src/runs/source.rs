//! The reader's own file. An editor elsewhere may write it too, so whoever saves says which version they edited.

use super::Workshop;
use labkit_shelf::{Folder, anchor::heading};
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File, Permissions},
    io::{self, Write},
    path::Path,
};
use still_running_protocol::Mine;
use tokio::task::spawn_blocking;

/// The most bytes the file may have here.
pub const MOST: usize = 64 << 10;
/// The first line that each of these files begins with.
const FIRST: &str = "//! Yours: start from the bug.\n";

/// Why the file stays as it is. Its text is meant for the reader.
#[derive(Debug, thiserror::Error)]
pub enum NotSaved {
    #[error("There is no lab of that name in this checkout.")]
    Unknown,
    #[error(
        "The file on disk has changed since you opened it, in another tab or another editor, so nothing was written. \
         Take what stands there, or save yours over it."
    )]
    Changed(Box<Mine>),
    #[error("Your file is larger than {} KiB, so it was not saved. Make it shorter.", MOST >> 10)]
    TooLarge,
    #[error("labs/{0}/mine.rs could not be read or written: {1}. Mend that, then try again.")]
    Disk(String, io::Error),
}

impl Workshop {
    /// The file as it stands.
    pub async fn source(&self, slug: &str) -> Result<Mine, NotSaved> {
        let folder = self.folder(slug)?;
        on_disk(move || read(&folder)).await
    }

    /// Writes the file, unless another version stands there than the one that was edited. Whenever this process is
    /// killed, the old or the new text stands there, whole. Dropped halfway, it is written all the same.
    pub async fn save(&self, slug: &str, text: String, version: String) -> Result<Mine, NotSaved> {
        if text.len() > MOST {
            return Err(NotSaved::TooLarge);
        }
        let (folder, desk) = (self.folder(slug)?, self.desk.clone());
        on_disk(move || {
            let _one_at_a_time = desk.lock();
            let stands = read(&folder)?;
            if stands.version != version {
                return Err(NotSaved::Changed(Box::new(stands)));
            }
            replace(&folder.dir(), &text).map_err(|why| disk(&folder, why))?;
            Ok(Mine { version: self::version(&text), text, ..stands })
        })
        .await
    }

    /// Where a lab's files are.
    pub fn folder(&self, slug: &str) -> Result<Folder, NotSaved> {
        self.workspace.shelf.folder(slug).ok_or(NotSaved::Unknown)
    }
}

/// A disk may be slow, so no task of the server's waits for it; and what was begun is ended, though nobody waits any more.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotSaved> + Send + 'static,
) -> Result<T, NotSaved> {
    let broken = |e| NotSaved::Disk("this".to_owned(), io::Error::other(e));
    spawn_blocking(work).await.unwrap_or_else(|e| Err(broken(e)))
}

fn disk(folder: &Folder, why: io::Error) -> NotSaved {
    NotSaved::Disk(folder.slug().to_owned(), why)
}

fn read(folder: &Folder) -> Result<Mine, NotSaved> {
    let file =
        |name: &str| fs::read_to_string(folder.dir().join(name)).map_err(|why| disk(folder, why));
    let (text, buggy) = (file("mine.rs")?, file("buggy.rs")?);
    let start = FIRST.to_owned() + heading(&buggy).1;
    Ok(Mine { version: version(&text), text, start })
}

/// A new file takes the old one's place. It is whole on disk before its name is the old one's.
fn replace(dir: &Path, text: &str) -> io::Result<()> {
    let (file, new) = (dir.join("mine.rs"), dir.join(".mine.rs.new"));
    write(&new, text, fs::metadata(&file)?.permissions())?;
    fs::rename(&new, &file)
}

fn write(file: &Path, text: &str, permissions: Permissions) -> io::Result<()> {
    let mut new = File::create(file)?;
    new.write_all(text.as_bytes())?;
    new.set_permissions(permissions)?;
    new.sync_all()
}

fn version(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|b| format!("{b:02x}")).collect()
}
