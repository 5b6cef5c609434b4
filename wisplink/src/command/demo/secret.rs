//! The secret the demo's tokens are signed with. It is kept, so that a token still holds when the
//! demo was started anew.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rand::TryRngCore as _;
use rand::rngs::OsRng;

use crate::command::CommandError;
use crate::config::Secret;

/// The secret in `dir`, made if there is none.
pub(super) fn secret(dir: &Path) -> Result<Secret, CommandError> {
    let path = dir.join("secret");
    let failed = |doing| {
        let path = path.clone();
        move |source| CommandError::File {
            doing,
            path,
            source,
        }
    };
    match std::fs::read_to_string(&path) {
        Ok(kept) => return Ok(kept.into()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed("reading")(error)),
    }
    let mut bytes = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| failed("making")(std::io::Error::other(error)))?;
    let mut secret = String::new();
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(secret, "{byte:02x}");
    }
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    file.and_then(|mut file| file.write_all(secret.as_bytes()))
        .map_err(failed("writing"))?;
    Ok(secret.into())
}
