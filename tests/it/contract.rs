//! What the project promises about itself: the house rules, as tests.

mod errors;
mod migrations;
mod citus;
mod papers;
mod metrics;
mod watch;
mod log_fields;
mod readme;
mod schema;
mod breaking;
mod tidy;
mod supply;
mod deploy;

use std::path::PathBuf;

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `stale_after_s` as GraphQL writes it: `staleAfterS`.
pub(crate) fn camel_case(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        name + &word[..1].to_uppercase() + &word[1..]
    })
}
