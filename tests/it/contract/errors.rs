//! `docs/errors.md` names every code, every code a socket is closed with, and every limit.

use api::error::Code;
use api::limits;

use super::read;

#[test]
fn every_code_is_explained() {
    let paper = read("docs/errors.md");
    for code in Code::ALL {
        let row = format!("| `{}` |", code.as_str());
        assert!(paper.contains(&row), "docs/errors.md lacks {row}");
    }
    let rows = paper
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.chars().next())
        .filter(char::is_ascii_uppercase)
        .count();
    assert_eq!(
        rows,
        Code::ALL.len(),
        "docs/errors.md explains a code that is not there"
    );
}

#[test]
fn every_close_is_explained() {
    let paper = read("docs/errors.md");
    let protocol = read("api/src/http/protocol.rs") + &read("api/src/http/graphql_ws.rs");
    let numbers = protocol.split(|char: char| !char.is_ascii_digit());
    let mut codes: Vec<_> = numbers
        .filter(|digits| {
            digits.len() == 4 && (digits.starts_with("44") || digits.starts_with("101"))
        })
        .collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 9, "{codes:?}");
    for code in codes {
        assert!(
            paper.contains(&format!("| {code} |")),
            "docs/errors.md lacks {code}"
        );
    }
}

#[test]
fn every_limit_is_told_as_it_is() {
    let paper = read("docs/errors.md").replace(',', "");
    for (what, allowed) in [
        ("bytes of a body", limits::BODY_BYTES),
        (
            "bytes of a message to a socket",
            limits::SOCKET_MESSAGE_BYTES,
        ),
        ("operations in one request", limits::BATCH),
        ("operations on one socket", limits::SOCKET_OPERATIONS),
        ("tokens", limits::TOKENS),
        ("brackets within brackets", limits::BRACKETS),
        ("selections within selections", limits::LEVELS),
        ("levels of fields", limits::DEPTH),
        ("fields", limits::FIELDS),
        ("root fields", limits::ROOT_FIELDS),
        ("aliases", limits::ALIASES),
        ("directives in one place", limits::DIRECTIVES_IN_ONE_PLACE),
        ("directives", limits::DIRECTIVES),
        ("values in the answer", limits::VALUES),
        ("values in the variables", limits::VARIABLE_VALUES),
        ("levels of introspection", limits::INTROSPECTION_DEPTH),
        (
            "lists within lists of introspection",
            limits::INTROSPECTION_LISTS,
        ),
        ("rows on a page", limits::PAGE as usize),
        ("devices", limits::NEW_DEVICES),
    ] {
        let row = format!("| {what} | {allowed} |");
        assert!(paper.contains(&row), "docs/errors.md lacks {row}");
    }
}
