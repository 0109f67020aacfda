use std::{env, fs, path::PathBuf};

/// Names the folder that holds `initdb` and `postgres`. Where it is set, nowhere else is looked.
pub const BIN_ENV: &str = "STILL_RUNNING_POSTGRES_BIN";

/// The folder with `initdb` and `postgres`: the one [`BIN_ENV`] names, else on the `PATH`, else the newest below the places
/// packages put them.
pub fn find() -> Option<PathBuf> {
    let places = match env::var_os(BIN_ENV) {
        Some(only) => vec![PathBuf::from(only)],
        None => everywhere(),
    };
    places.into_iter().find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}

fn everywhere() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(packaged()).collect()
}

/// Debian, Fedora and Homebrew keep server programs off the `PATH`. Newest version first.
fn packaged() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> =
        ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"]
            .iter()
            .filter_map(|root| fs::read_dir(root).ok())
            .flatten()
            .flatten()
            .filter_map(|entry| {
                Some((version(&entry.file_name().to_string_lossy())?, entry.path().join("bin")))
            })
            .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, dir)| dir).chain([PathBuf::from("/usr/pgsql/bin")]).collect()
}

/// `15`, or `postgresql@15`.
fn version(name: &str) -> Option<u32> {
    name.strip_prefix("postgresql@").unwrap_or(name).parse().ok()
}
