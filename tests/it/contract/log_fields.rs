//! Log lines have fields of fixed names.

use std::collections::BTreeSet;

use super::{read, tidy};

const MACROS: [&str; 7] = [
    "trace!(",
    "debug!(",
    "info!(",
    "warn!(",
    "error!(",
    "info_span!(",
    "debug_span!(",
];

#[test]
fn every_field_of_a_log_line_is_listed_and_every_listed_one_is_used() {
    let used: BTreeSet<String> = ["entity/src", "ingest/src", "api/src", "wisplink/src"]
        .iter()
        .flat_map(|folder| tidy::sources_below(folder))
        .flat_map(|text| fields(&text))
        .collect();
    let page = read("docs/metrics.md");
    let section = page.split("## Log lines\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.flat_map(|row| {
        let names = row.split(" | ").next().unwrap_or_default();
        names.split('`').step_by(2).map(str::to_owned)
    });
    let listed: BTreeSet<String> = names.filter(|name| !name.is_empty()).collect();
    assert_eq!(used, listed);
}

#[test]
fn fields_are_found_however_they_are_written() {
    let text = r#"
        tracing::warn!(%error, seq = a.seq(), ?gap, "said, with a = b"; );
        tracing::info!("nothing but {} and {}", self.name, other);
        tracing::info_span!("request", id = %id.0, trace);
        tracing::info_span!(target: "x", parent: None, "name", id = %id.0, otel.kind = f(a, b));
        tracing::debug!(target: TARGET, left, sample = x.as_deref());
    "#;
    let found: BTreeSet<_> = fields(text).into_iter().collect();
    let expected = ["error", "gap", "id", "left", "sample", "seq", "trace"];
    assert_eq!(found, expected.map(str::to_owned).into());
}

/// The names of fields in the calls that log. Spans of traces are no log lines.
fn fields(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for call in MACROS {
        for rest in text.split(&format!("tracing::{call}")).skip(1) {
            let arguments = arguments(rest);
            let is_trace = |argument: &String| argument.starts_with("target:");
            let is_text = |argument: &&String| argument.starts_with('"');
            let is_span = call.contains("span");
            if is_span && arguments.iter().any(is_trace) {
                continue;
            }
            let mut rest = arguments.iter();
            if is_span {
                rest.by_ref().find(is_text);
            }
            // What comes behind the text of a line is put into it.
            let before = rest.take_while(|argument| !is_text(argument));
            found.extend(before.filter_map(|argument| field(argument)));
        }
    }
    found
}

/// The name of the field that `argument` makes, if it makes one.
fn field(argument: &str) -> Option<String> {
    let name = argument.trim_start_matches(['%', '?']);
    let name = name.split(" =").next()?.trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    (!name.is_empty() && name.chars().all(is_name)).then(|| name.to_owned())
}

/// The arguments of a call, whose text begins behind its bracket.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut is_text, mut is_escaped) = (0, false, false);
    let mut arguments = vec![String::new()];
    for letter in text.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = arguments.last_mut() {
            last.push(letter);
        }
    }
    arguments
        .iter()
        .map(|argument| argument.trim().to_owned())
        .collect()
}
