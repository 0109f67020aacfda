#!/bin/sh
# To copy, for CI: each line ends the build where it finds something.
set -eu
cargo clippy --all-targets -- --deny warnings
cargo test
