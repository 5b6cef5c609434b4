//! One nats-server a test.

use std::io::Write as _;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::{NamedTempFile, TempDir};
use wisplink::local::PrivateNats;

use super::HarnessError;

/// A test's own nats-server; its streams go with it.
#[derive(Debug)]
pub struct TestNats {
    // Dropped first: the server must not outlive its directory.
    server: PrivateNats,
    _disk: Option<SmallDisk>,
    dir: TempDir,
}

/// A disk in memory, unmounted when dropped.
#[derive(Debug)]
struct SmallDisk(PathBuf);

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may still be about to end.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

impl TestNats {
    /// Starts one, empty.
    pub async fn start() -> Result<Self, HarnessError> {
        Self::start_in(directory()?, "").await
    }

    /// Starts one, empty, with this configuration.
    pub async fn start_configured(config: &str) -> Result<Self, HarnessError> {
        Self::start_in(directory()?, config).await
    }

    async fn start_in(dir: TempDir, config: &str) -> Result<Self, HarnessError> {
        let server = PrivateNats::start_configured(dir.path(), config).await?;
        Ok(Self {
            server,
            _disk: None,
            dir,
        })
    }

    /// Starts one whose streams are on a disk of so many megabytes. None: only root can make one.
    pub async fn start_on_small_disk(megabytes: u32) -> Result<Option<Self>, HarnessError> {
        let dir = directory()?;
        let at = dir.path().join("nats");
        std::fs::create_dir(&at)?;
        let size = format!("size={megabytes}m");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&at);
        if !mount.stderr(Stdio::null()).status()?.success() {
            return Ok(None);
        }
        let disk = Some(SmallDisk(at));
        let server = PrivateNats::start(dir.path()).await?;
        Ok(Some(Self {
            server,
            _disk: disk,
            dir,
        }))
    }

    /// Fills its small disk to the last byte, until the result is dropped.
    pub fn fill_disk(&self) -> std::io::Result<NamedTempFile> {
        let mut rest = NamedTempFile::new_in(self.store())?;
        let block = [0; 4096];
        while rest.write_all(&block).is_ok() {}
        Ok(rest)
    }

    /// A file with `text` that lives as long as the server.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Deref for TestNats {
    type Target = PrivateNats;

    fn deref(&self) -> &PrivateNats {
        &self.server
    }
}

impl DerefMut for TestNats {
    fn deref_mut(&mut self) -> &mut PrivateNats {
        &mut self.server
    }
}

fn directory() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("wisplink-nats-").tempdir()
}
