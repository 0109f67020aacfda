//! A compiler for wasm: rustup's target where it is installed, else Debian's packages.

use crate::wasm::{installed, printed};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library";

pub enum Toolchain {
    /// `rustup target add wasm32-unknown-unknown` was possible.
    Rustup,
    /// Debian's compiler builds the standard library from source, and the rustup toolchain's `rust-lld` links.
    Debian { linker: PathBuf },
}

impl Toolchain {
    pub fn find() -> Result<Self> {
        if installed(TARGET) {
            return Ok(Self::Rustup);
        }
        if [DEBIAN_CARGO, DEBIAN_RUSTC, DEBIAN_SOURCE].iter().any(|p| !Path::new(p).exists()) {
            bail!(
                "no compiler for {TARGET} here. Run: rustup target add {TARGET}, or where that \
                 cannot be had: apt-get install rustc-web cargo-web rust-web-src"
            );
        }
        Ok(Self::Debian { linker: linker()? })
    }

    /// `cargo build` of the client, but for its flags.
    pub fn cargo(&self) -> Command {
        match self {
            // For the flags below; the compiler is the same.
            Self::Rustup => {
                let mut cargo = Command::new("cargo");
                cargo.env("RUSTC_BOOTSTRAP", "1");
                cargo
            }
            Self::Debian { linker } => {
                let mut cargo = Command::new(DEBIAN_CARGO);
                cargo
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    .env_remove("RUSTUP_TOOLCHAIN");
                cargo
            }
        }
    }

    /// What Debian's way asks for beyond the usual.
    pub fn arguments(&self) -> &'static [&'static str] {
        match self {
            Self::Rustup => &[],
            Self::Debian { .. } => {
                &["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"]
            }
        }
    }

    /// A panic's words are a third of the file, and nobody reads them in a page; only a compiler that builds the
    /// standard library anew can leave all of them out. Where they come from can be left out by any.
    pub fn flags(&self) -> &'static [&'static str] {
        match self {
            Self::Rustup => &["-Zlocation-detail=none", "-Zfmt-debug=none"],
            Self::Debian { .. } => &[
                "-Zunstable-options",
                "-Cpanic=immediate-abort",
                "-Zlocation-detail=none",
                "-Zfmt-debug=none",
            ],
        }
    }

    /// For the manifest, such as `rustc 1.96.0 (…), Debian's`.
    pub fn version(&self) -> Result<String> {
        match self {
            Self::Rustup => printed("rustc", &["--version"]),
            Self::Debian { .. } => printed(DEBIAN_RUSTC, &["--version"]),
        }
    }

    /// The folders whose names must not get into the built file, each with what stands for it. Debian's way leaves out
    /// everything that would name one; and a flag that names them would make the symbols, and so the bytes, others.
    pub fn folders(&self, root: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
        if matches!(self, Self::Debian { .. }) {
            return Ok(vec![]);
        }
        crate::wasm::folders(root)
    }
}

fn linker() -> Result<PathBuf> {
    let sysroot = PathBuf::from(printed("rustc", &["--print", "sysroot"])?);
    let host = printed("rustc", &["--print", "host-tuple"])?;
    let lld = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if !lld.exists() {
        bail!("no rust-lld at {}: the rustup toolchain should have it", lld.display());
    }
    Ok(lld)
}
