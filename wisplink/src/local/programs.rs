//! Finding the servers' programs where distributions put them.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use tokio::process::Command;

const OLDEST_POSTGRES: Version = (15, 0);
const OLDEST_NATS: Version = (2, 9);

/// Directories in which every subdirectory is one PostgreSQL version.
const POSTGRES_HOMES: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql"),
    ("/usr/local/opt", "postgresql"),
];
/// Where nats-server is when it is not on the path. The last is for one put there by hand.
const NATS_HOMES: [&str; 5] = [
    "/usr/sbin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/usr/local/sbin",
    ".wisplink/bin",
];

type Version = (u32, u32);

/// A server that is missing or too old.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// Not found anywhere.
    #[error("{name} {oldest} or newer is not installed: run scripts/setup")]
    Missing {
        /// Which program.
        name: &'static str,
        /// The oldest version that will do.
        oldest: String,
    },
    /// Found, but only in old versions.
    #[error("{name} at {path} is version {found}, {oldest} or newer is needed: run scripts/setup")]
    TooOld {
        /// Which program.
        name: &'static str,
        /// The newest that was found.
        path: PathBuf,
        /// Its version.
        found: String,
        /// The oldest version that will do.
        oldest: String,
    },
}

/// PostgreSQL's programs, all of one version.
#[derive(Debug, Clone)]
pub struct PostgresPrograms {
    /// Makes a data directory.
    pub initdb: PathBuf,
    /// The server.
    pub postgres: PathBuf,
    /// Stops a server, given its data directory.
    pub pg_ctl: PathBuf,
}

impl PostgresPrograms {
    /// The first on the path that is new enough, else the newest of the usual places.
    pub async fn find() -> Result<Self, ProgramError> {
        let candidates = postgres_directories().into_iter().filter_map(|bin| {
            let programs = Self {
                initdb: bin.join("initdb"),
                postgres: bin.join("postgres"),
                pg_ctl: bin.join("pg_ctl"),
            };
            programs.complete().then_some(programs)
        });
        choose("PostgreSQL", OLDEST_POSTGRES, candidates, |programs| {
            &programs.postgres
        })
        .await
    }

    fn complete(&self) -> bool {
        [&self.initdb, &self.postgres, &self.pg_ctl]
            .iter()
            .all(|program| program.is_file())
    }
}

/// The nats-server.
#[derive(Debug, Clone)]
pub struct NatsProgram {
    /// Where it is.
    pub path: PathBuf,
}

impl NatsProgram {
    /// The first that is new enough.
    pub async fn find() -> Result<Self, ProgramError> {
        let directories = path().into_iter().chain(NATS_HOMES.map(PathBuf::from));
        let candidates = directories
            .map(|directory| directory.join("nats-server"))
            .filter(|path| path.is_file())
            .filter_map(|path| path.canonicalize().ok())
            .map(|path| Self { path });
        choose("nats-server", OLDEST_NATS, candidates, |program| {
            &program.path
        })
        .await
    }
}

/// The first directory of `PATH` that holds `name`.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    path()
        .into_iter()
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}

async fn choose<P>(
    name: &'static str,
    oldest: Version,
    candidates: impl Iterator<Item = P>,
    program: impl Fn(&P) -> &PathBuf,
) -> Result<P, ProgramError> {
    let mut old: Option<(Version, PathBuf)> = None;
    for candidate in candidates {
        let path = program(&candidate);
        match version(path).await {
            Some(found) if found >= oldest => return Ok(candidate),
            Some(found) if old.as_ref().is_none_or(|(seen, _)| *seen < found) => {
                old = Some((found, path.clone()));
            }
            _ => {}
        }
    }
    let oldest = written(oldest);
    Err(match old {
        Some((found, path)) => ProgramError::TooOld {
            name,
            path,
            found: written(found),
            oldest,
        },
        None => ProgramError::Missing { name, oldest },
    })
}

fn postgres_directories() -> Vec<PathBuf> {
    let mut directories = Vec::new();
    for directory in path() {
        // A distribution may link only some of the programs into the path.
        let linked = directory.join("postgres").canonicalize().ok();
        directories.push(directory);
        directories.extend(linked.and_then(|program| Some(program.parent()?.to_owned())));
    }
    for (home, prefix) in POSTGRES_HOMES {
        directories.extend(newest_first(Path::new(home), prefix));
    }
    directories
}

fn newest_first(home: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = home.read_dir() else {
        return Vec::new();
    };
    let mut versions: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.strip_prefix(prefix)?;
            Some((
                Reverse(first_version(version).unwrap_or_default()),
                entry.path().join("bin"),
            ))
        })
        .collect();
    versions.sort();
    versions.into_iter().map(|(_, bin)| bin).collect()
}

fn path() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

async fn version(program: &Path) -> Option<Version> {
    let output = Command::new(program).arg("--version").output().await.ok()?;
    first_version(&String::from_utf8_lossy(&output.stdout))
}

/// The first number of a text and, if a point and a number follow, that one.
fn first_version(text: &str) -> Option<Version> {
    let text = &text[text.find(|letter: char| letter.is_ascii_digit())?..];
    let mut numbers = text.splitn(2, '.').map(|part| {
        let end = part
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(part.len());
        part[..end].parse().ok()
    });
    let major = numbers.next()??;
    // "17beta1.2" has no minor version; nothing needs to know.
    Some((major, numbers.next().flatten().unwrap_or(0)))
}

fn written((major, minor): Version) -> String {
    if minor == 0 {
        major.to_string()
    } else {
        format!("{major}.{minor}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_programs_print() {
        for (text, version) in [
            (
                "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)",
                (15, 20),
            ),
            ("postgres (PostgreSQL) 19devel", (19, 0)),
            ("postgres (PostgreSQL) 18beta1", (18, 0)),
            ("nats-server: v2.9.10", (2, 9)),
            ("nats-server: v2.14.0-RC.1", (2, 14)),
            ("@17", (17, 0)),
        ] {
            assert_eq!(first_version(text), Some(version), "{text}");
        }
        assert_eq!(first_version("no version"), None);
    }
}
