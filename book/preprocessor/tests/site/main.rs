//! The program and its library from outside, on small repositories made for each test; and the pages that a test holds to
//! their subject.

mod article;
mod online;
mod pages;
mod paths;
mod questions;
#[cfg(unix)]
mod repo;
mod wrong;
