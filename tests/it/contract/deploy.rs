//! What `deploy/` says is what the program takes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser as _;
use wisplink::cli::Cli;
use wisplink::config::Config;

use super::{read, root};

const EXAMPLE: &str = "deploy/wisplink.toml";

#[test]
fn the_example_says_what_the_program_does_without_it() {
    let said = load(&root().join(EXAMPLE)).unwrap();
    assert_eq!(
        said.redacted().unwrap(),
        Config::default().redacted().unwrap()
    );
    let example = read(EXAMPLE);
    for line in Config::default().redacted().unwrap().lines() {
        let stands = example.lines().any(|there| there == line);
        assert!(stands, "{EXAMPLE} lacks {line}");
    }
}

#[test]
fn the_example_names_every_setting_that_has_no_default() {
    let sections: BTreeSet<_> = keys("").into_iter().collect();
    assert!(sections.contains("database"), "{sections:?}");
    let named = settings(&read(EXAMPLE));
    for section in sections {
        for key in keys(&section) {
            let setting = format!("{section}.{key}");
            assert!(named.contains(&setting), "{EXAMPLE} lacks {setting}");
        }
    }
}

#[test]
fn every_setting_of_the_example_is_known() {
    for setting in settings(&read(EXAMPLE)) {
        let (section, key) = setting.split_once('.').unwrap();
        let known = keys(section);
        assert!(known.iter().any(|known| known == key), "{setting}");
    }
}

#[test]
fn what_deploy_sets_by_the_environment_can_be_set() {
    let named = settings(&read(EXAMPLE));
    let mut looked_at = 0;
    for path in files(&root().join("deploy")) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let path = path.display();
        for word in text.split(|c: char| !c.is_ascii_uppercase() && c != '_' && !c.is_ascii_digit())
        {
            let Some((section, key)) = word
                .strip_prefix("WISPLINK_")
                .and_then(|rest| rest.split_once("__"))
            else {
                continue;
            };
            looked_at += 1;
            let setting = format!("{section}.{key}").to_ascii_lowercase();
            assert!(named.contains(&setting), "{path}: {word}");
        }
    }
    assert!(looked_at > 5, "{looked_at}");
}

#[test]
fn the_units_run_commands_that_are_there() {
    let mut looked_at = 0;
    for path in files(&root().join("deploy/systemd")) {
        let unit = std::fs::read_to_string(&path).unwrap();
        for line in unit.lines() {
            let Some((_, command)) = line
                .split_once('=')
                .filter(|(key, _)| key.starts_with("Exec"))
            else {
                continue;
            };
            looked_at += 1;
            let words = command.trim_start_matches('-').replace("%i", "8081");
            let parsed = Cli::try_parse_from(words.split_whitespace());
            assert!(parsed.is_ok(), "{}: {line}: {parsed:?}", path.display());
        }
        for hard in [
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "DynamicUser=yes",
        ] {
            assert!(unit.contains(hard), "{} lacks {hard}", path.display());
        }
    }
    assert!(looked_at >= 4, "{looked_at}");
}

/// What runs in `ExecStartPost` is no part of the service: systemd hands it no credentials.
#[test]
fn whoever_asks_for_health_needs_no_secret() {
    let asked = Command::new(env!("CARGO_BIN_EXE_under-test"))
        .args(["health", "--listen", "127.0.0.1:1"])
        .env("WISPLINK_AUTH__HS256_SECRET_FILE", "/no/such/secret")
        .env("WISPLINK_DATABASE__PASSWORD_FILE", "/no/such/secret")
        .env("WISPLINK_NATS__USER", "api")
        .env("WISPLINK_NATS__PASSWORD_FILE", "/no/such/secret")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&asked.stdout).into_owned();
    assert_eq!(said, "nothing listens at http://127.0.0.1:1/readyz\n");
    assert_eq!(asked.status.code(), Some(1), "{asked:?}");
}

#[test]
fn compose_and_the_image_run_commands_that_are_there() {
    let compose = read("deploy/compose.yaml");
    let image = read("deploy/Dockerfile");
    let ours = ["serve", "ingest", "migrate", "streams", "check-config"];
    let lists = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("command: ["))
        .filter_map(|rest| rest.strip_suffix(']'))
        .filter(|words| ours.iter().any(|name| words.starts_with(name)));
    let mut looked_at = 0;
    for words in lists {
        looked_at += 1;
        let words = words.split(", ").map(str::to_owned);
        let parsed = Cli::try_parse_from(std::iter::once("wisplink".to_owned()).chain(words));
        assert!(parsed.is_ok(), "{parsed:?}");
    }
    assert_eq!(looked_at, 5);
    assert!(image.contains(r#"["/usr/bin/wisplink", "health"]"#));
    assert!(image.contains("\nUSER 65532:65532\n"));
    assert!(Cli::try_parse_from(["wisplink", "health"]).is_ok());
}

/// The settings a file names as `section.key`, those behind a `#`, too.
fn settings(text: &str) -> BTreeSet<String> {
    let mut section = "";
    let mut named = BTreeSet::new();
    for line in text.lines() {
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name;
        } else if let Some((key, _)) = line.split_once(" = ")
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            named.insert(format!("{section}.{key}"));
        }
    }
    named
}

/// The keys a section may have (or the sections, of the whole), as the error says them that an
/// unknown one gets.
fn keys(section: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("wisplink.toml");
    let text = if section.is_empty() {
        "no_such_key = 1\n".to_owned()
    } else {
        format!("[{section}]\nno_such_key = 1\n")
    };
    std::fs::write(&file, text).unwrap();
    let error = load(&file).unwrap_err();
    let (_, expected) = error.split_once("expected ").unwrap();
    let is_key = |word: &&str| {
        let mut letters = word.chars();
        !word.is_empty() && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    expected
        .split('`')
        .filter(is_key)
        .map(str::to_owned)
        .collect()
}

fn load(file: &Path) -> Result<Config, String> {
    Config::load(Some(file), &[]).map_err(|error| error.to_string())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
