//! The program and its library from outside, on small repositories made for each test.

mod pages;
#[cfg(unix)]
mod recordings;
mod repo;
