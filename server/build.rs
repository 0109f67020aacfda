//! An embedded site is part of the program, so a rebuilt site means a rebuilt program.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        println!("cargo::rerun-if-changed=../target/book");
    }
}
