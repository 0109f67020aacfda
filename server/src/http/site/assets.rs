use bytes::Bytes;
use std::path::{Path, PathBuf};

/// Where the site is.
#[derive(Debug)]
pub enum Site {
    /// In a folder, read anew for each request, so that a rebuilt book shows at once.
    Folder(PathBuf),
    #[cfg(feature = "embed")]
    Embedded,
    /// Nowhere.
    None,
}

pub struct Asset {
    pub bytes: Bytes,
}

#[cfg(feature = "embed")]
static EMBEDDED: include_dir::Dir<'_> =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/../target/book");

impl Site {
    /// The folder asked for; else the embedded site, where there is one; else the workspace's.
    pub fn find(asked: Option<PathBuf>, workspace: Option<&Path>) -> Self {
        match (asked, workspace) {
            (Some(folder), _) => Self::Folder(folder),
            #[cfg(feature = "embed")]
            (None, _) => Self::Embedded,
            #[cfg(not(feature = "embed"))]
            (None, Some(root)) => Self::Folder(root.join("target/book")),
            #[cfg(not(feature = "embed"))]
            (None, None) => Self::None,
        }
    }

    /// Whether there is a page to show.
    pub fn is_built(&self) -> bool {
        match self {
            Self::Folder(folder) => folder.join("index.html").is_file(),
            #[cfg(feature = "embed")]
            Self::Embedded => true,
            Self::None => false,
        }
    }

    /// A file, by its path inside the site.
    pub async fn read(&self, path: &str) -> Option<Asset> {
        match self {
            Self::Folder(folder) => read(folder, path).await,
            #[cfg(feature = "embed")]
            Self::Embedded => EMBEDDED
                .get_file(path)
                .map(|file| Asset { bytes: Bytes::from_static(file.contents()) }),
            Self::None => None,
        }
    }
}

/// The path was cleaned; what remains is a link that leads out of the folder.
async fn read(folder: &Path, path: &str) -> Option<Asset> {
    let folder = tokio::fs::canonicalize(folder).await.ok()?;
    let file = tokio::fs::canonicalize(folder.join(path)).await.ok()?;
    if !file.starts_with(&folder) {
        return None;
    }
    tokio::fs::read(file).await.ok().map(|bytes| Asset { bytes: bytes.into() })
}
