//! Whom PostgreSQL runs as when we are root, because root is the one user it refuses.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::StartError;

/// An ordinary user.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// The user to run as in place of root; none when we are not root.
pub(super) async fn in_place_of_root(data: &Path) -> Result<Option<User>, StartError> {
    if !are_root().await {
        return Ok(None);
    }
    if let Some(owner) = owner(data).await {
        return Ok(Some(owner));
    }
    for name in ["postgres", "nobody"] {
        if let (Some(uid), Some(gid)) = (number(&["-u", name]).await, number(&["-g", name]).await) {
            return Ok(Some(User {
                name: name.to_owned(),
                uid,
                gid,
            }));
        }
    }
    Err(StartError::NoUser)
}

/// When we are root, whom existing data belong to if not to root. They stay that user's, so that a
/// directory works for root and for its user in turn.
pub(super) async fn owner(data: &Path) -> Option<User> {
    let metadata = data.metadata().ok()?;
    if metadata.uid() == 0 || !are_root().await {
        return None;
    }
    let name = ask(&["-un", &metadata.uid().to_string()]).await?;
    Some(User {
        name,
        uid: metadata.uid(),
        gid: metadata.gid(),
    })
}

impl User {
    /// A place for data this user can reach: `dir`, or one in the system's temporary directory.
    pub(super) fn reachable(&self, dir: &Path) -> Result<PathBuf, StartError> {
        // `dir` is ours, so it is opened for passing through; what is above is others'.
        if let Err(source) = add_mode(dir, 0o011) {
            return Err(StartError::io("making accessible", dir)(source));
        }
        if dir.ancestors().all(|above| self.may_pass(above)) {
            return Ok(dir.to_owned());
        }
        let mut hasher = DefaultHasher::new();
        dir.hash(&mut hasher);
        let other = std::env::temp_dir().join(format!("wisplink-{:016x}", hasher.finish()));
        self.take(&other)?;
        tracing::warn!(
            "user {} cannot reach {}: PostgreSQL's data are in {}",
            self.name,
            dir.display(),
            other.display(),
        );
        Ok(other)
    }

    /// Makes `dir` and gives it to this user; refuses what another user may have put there.
    pub(super) fn take(&self, dir: &Path) -> Result<(), StartError> {
        match std::fs::create_dir(dir) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let found = dir
                    .symlink_metadata()
                    .map_err(StartError::io("reading", dir))?;
                if !found.is_dir() || ![0, self.uid].contains(&found.uid()) {
                    return Err(StartError::Foreign {
                        path: dir.to_owned(),
                    });
                }
            }
            Err(error) => return Err(StartError::io("making", dir)(error)),
        }
        chown(dir, Some(self.uid), Some(self.gid)).map_err(StartError::io("giving away", dir))
    }

    fn may_pass(&self, dir: &Path) -> bool {
        let Ok(metadata) = dir.metadata() else {
            return false;
        };
        let bit = if metadata.uid() == self.uid {
            0o100
        } else if metadata.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        metadata.mode() & bit != 0
    }
}

fn add_mode(dir: &Path, bits: u32) -> io::Result<()> {
    let mut permissions = dir.metadata()?.permissions();
    if permissions.mode() & bits == bits {
        return Ok(());
    }
    permissions.set_mode(permissions.mode() | bits);
    std::fs::set_permissions(dir, permissions)
}

async fn are_root() -> bool {
    number(&["-u"]).await == Some(0)
}

async fn number(arguments: &[&str]) -> Option<u32> {
    ask(arguments).await?.parse().ok()
}

async fn ask(arguments: &[&str]) -> Option<String> {
    let output = Command::new("id").args(arguments).output().await.ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
