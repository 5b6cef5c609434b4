//! One nats-server a test.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use tempfile::TempDir;
use wisplink::local::PrivateNats;

use super::HarnessError;

/// A test's own nats-server; its streams go with it.
#[derive(Debug)]
pub struct TestNats {
    // Dropped first: the server must not outlive its directory.
    server: PrivateNats,
    dir: TempDir,
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
        Ok(Self { server, dir })
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
