//! What the build takes in, and what it may not do.

use super::read;

const MEMBERS: &str = "members = [";

#[test]
fn no_crate_of_ours_may_hold_unsafe_code() {
    let workspace = read("Cargo.toml");
    assert!(workspace.contains("\nunsafe_code = \"forbid\"\n"));
    let (_, members) = workspace.split_once(MEMBERS).unwrap();
    let (members, _) = members.split_once(']').unwrap();
    for member in members.split(',').map(|name| name.trim().trim_matches('"')) {
        if !member.is_empty() {
            let manifest = read(&format!("{member}/Cargo.toml"));
            assert!(
                manifest.contains("\n[lints]\nworkspace = true\n"),
                "{member}/Cargo.toml does not take the workspace's lints"
            );
        }
    }
}

#[test]
fn what_is_built_is_what_is_locked() {
    const BUILDS: [&str; 5] = [
        "cargo run",
        "cargo test",
        "cargo nextest run",
        "cargo clippy",
        "cargo doc",
    ];
    for file in ["Makefile", "scripts/test", "scripts/each-test", ".ci/run"] {
        for line in read(file).lines() {
            for build in BUILDS {
                let said = line.contains(&format!("{build} "));
                assert!(!said || line.contains("--locked"), "{file}: {line}");
            }
        }
    }
}
