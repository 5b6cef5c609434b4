//! House rules that no linter knows.

use std::path::{Path, PathBuf};

use super::{read, root};

/// The members of the workspace.
const MEMBERS: [&str; 7] = [
    "entity",
    "migration",
    "ingest",
    "api",
    "wisplink",
    "tests",
    "bench",
];
const LONGEST_FILE: usize = 300;

/// Where a tenant is proven; nowhere else is a scope made from an id.
const SCOPE_MAKERS: [&str; 6] = [
    "api/src/auth/api_key/notes.rs",
    "api/src/auth/principal.rs",
    "ingest/src/lanes/lane.rs",
    "ingest/src/publish.rs",
    "ingest/src/sweep.rs",
    "wisplink/src/command/import/store.rs",
];

#[test]
fn no_file_is_longer_than_three_hundred_lines() {
    let long: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| text.lines().count() > LONGEST_FILE)
        .map(|(path, text)| format!("{path}: {}", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn every_member_obeys_the_workspace_lints() {
    for member in MEMBERS {
        let manifest = read(&format!("{member}/Cargo.toml"));
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{member}/Cargo.toml"
        );
    }
    let workspace = read("Cargo.toml");
    for lint in ["unwrap_used", "expect_used", "todo", "panic"] {
        assert!(workspace.contains(&format!("{lint} = \"deny\"")), "{lint}");
    }
    assert!(workspace.contains("unsafe_code = \"forbid\""));
}

#[test]
fn the_state_machine_knows_no_clock_no_chance_and_no_world() {
    let outside = [
        "Utc::now",
        "Instant",
        "SystemTime",
        "rand",
        "async ",
        "tokio",
        "tracing",
        "sqlx",
    ];
    let mut looked_at = 0;
    for (path, text) in sources() {
        let is_machine = path.starts_with("ingest/src/machine") || path == "ingest/src/decide.rs";
        if !is_machine || path.contains("/tests") {
            continue;
        }
        looked_at += 1;
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let found = outside.iter().find(|word| line.contains(**word));
            assert!(found.is_none(), "{path}: {line}");
        }
    }
    assert!(looked_at >= 5, "the machine was not found");
}

#[test]
fn a_tenant_scope_is_made_in_the_listed_places_only() {
    let makers: Vec<String> = sources()
        .into_iter()
        .filter(|(path, _)| !path.starts_with("tests/") && !path.starts_with("entity/"))
        .filter(|(_, text)| text.contains("TenantScope::assume"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(makers, SCOPE_MAKERS);
}

#[test]
fn what_is_left_to_do_says_what_about() {
    const TOPICS: [&str; 4] = ["security", "correctness", "scale", "tidy"];
    let word = ["TO", "DO"].concat();
    for (path, text) in sources() {
        for line in text.lines().filter(|line| line.contains(&word)) {
            let said = TOPICS
                .iter()
                .any(|topic| line.contains(&format!("{word}({topic}): ")));
            assert!(said, "{path}: {line}");
        }
    }
}

/// Every Rust file of the members, by its path in the repository, in order.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for member in MEMBERS {
        collect(&root().join(member), &mut files);
    }
    let mut sources: Vec<_> = files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    assert!(sources.len() > 100, "too few sources: {}", sources.len());
    sources.sort();
    sources
}

/// The texts of every Rust file below `folder`.
pub(super) fn sources_below(folder: &str) -> Vec<String> {
    let texts = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with(folder));
    texts.map(|(_, text)| text).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}
