//! One nats-server a test.

use std::ops::{Deref, DerefMut};

use tempfile::TempDir;
use wisplink::local::PrivateNats;

use super::HarnessError;

/// A test's own nats-server; its streams go with it.
#[derive(Debug)]
pub struct TestNats {
    // Dropped first: the server must not outlive its directory.
    server: PrivateNats,
    _dir: TempDir,
}

impl TestNats {
    /// Starts one, empty.
    pub async fn start() -> Result<Self, HarnessError> {
        let dir = tempfile::Builder::new()
            .prefix("wisplink-nats-")
            .tempdir()?;
        let server = PrivateNats::start(dir.path()).await?;
        Ok(Self { server, _dir: dir })
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
