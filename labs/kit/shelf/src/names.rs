use std::{fs, io, path::Path};

/// What a folder holds, by name.
///
/// # Errors
/// Where the folder cannot be read.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let name = |entry: io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
    };
    let mut all = fs::read_dir(folder)?.map(name).collect::<io::Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}
