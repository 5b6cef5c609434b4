//! Published keys (a JWKS): where they come from, and which there are now.
//!
//! # Invariants
//! - Keys are replaced by a whole good set, never by less: while the source is away, or sends
//!   something that is no set of keys, those that are known go on serving.
//! - Whatever tokens name, the source is asked once in [`limits::JWKS_PAUSE`] at most.

pub mod keeper;
pub mod key_set;
mod source;

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout};

use crate::limits;
use key_set::KeySet;

/// The published keys, as far as they are known.
#[derive(Clone)]
pub(super) struct Jwks {
    known: watch::Receiver<Known>,
    wanted: Arc<Notify>,
}

/// What is known of the source.
#[derive(Clone, Default)]
struct Known {
    keys: Option<Arc<KeySet>>,
    /// When the source was last asked, whatever came of it.
    asked: Option<Instant>,
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Nobody published it.
    Unknown,
    /// No keys are known at all yet.
    Away,
}

impl Known {
    fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> Result<DecodingKey, Missing> {
        let keys = self.keys.as_ref().ok_or(Missing::Away)?;
        keys.find(algorithm, kid).ok_or(Missing::Unknown)
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.asked
            .is_some_and(|asked| now < asked + limits::JWKS_PAUSE)
    }
}

impl Jwks {
    /// The key that a token names. For one that is not known the source is asked, if it was not
    /// lately: the issuer may have begun to use it.
    pub(super) async fn key(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
    ) -> Result<DecodingKey, Missing> {
        let mut known = self.known.clone();
        let now = known.borrow_and_update().clone();
        let found = now.find(algorithm, kid);
        if found.is_ok() || now.is_fresh(Instant::now()) {
            return found;
        }
        self.wanted.notify_one();
        // The answer is what is known then, be it news or not.
        let _ = timeout(limits::JWKS_FETCH, known.changed()).await;
        known.borrow().find(algorithm, kid)
    }
}
