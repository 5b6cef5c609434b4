//! API keys: secrets for programs, that can be taken back.
//!
//! A key is 256 random bits, so its SHA-256 is enough to know it by: nobody guesses the one from the
//! other, and looking the hash up by index tells nothing by its timing.
//!
//! # Invariants
//! - The text of a key is seen when it is made, and when a caller shows it; it is kept nowhere.
//! - A key is believed for [`limits::API_KEY_TRUST`](crate::limits::API_KEY_TRUST) after it was
//!   found good, and then looked up again.
//! - However many keys are shown, one statement at a time looks them up.

pub mod text;
pub(crate) mod book;
pub(crate) mod desk;
pub(crate) mod notes;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::Utc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use crate::auth::principal::Credential;
use crate::error::ApiError;
use crate::limits;
use book::{Answer, Book};
use text::KeyHash;

/// The API keys, as far as they are known here.
#[derive(Clone)]
pub(super) struct ApiKeys {
    book: Arc<Mutex<Book>>,
    asks: mpsc::Sender<Ask>,
}

/// Somebody waits until a key was looked up.
pub(crate) struct Ask {
    hash: KeyHash,
    answered: oneshot::Sender<Result<(), ApiError>>,
}

impl ApiKeys {
    /// Whom the key speaks for, if it is to be believed. When that cannot be told now, it is not the
    /// key's fault.
    pub(super) async fn verify(&self, key: &str) -> Result<Credential, ApiError> {
        let hash = KeyHash::of(key).ok_or_else(|| ApiError::unauthenticated(text::MALFORMED))?;
        let answer = match self.ask_book(&hash) {
            Answer::LookUp => {
                self.look_up(hash).await?;
                self.ask_book(&hash)
            }
            known => known,
        };
        match answer {
            Answer::Holds(credential) => Ok(credential),
            Answer::Refused(words) => Err(ApiError::unauthenticated(words)),
            Answer::LookUp => Err(ApiError::unavailable(BUSY)),
        }
    }

    fn ask_book(&self, hash: &KeyHash) -> Answer {
        open(&self.book).answer(hash, Instant::now(), Utc::now())
    }

    async fn look_up(&self, hash: KeyHash) -> Result<(), ApiError> {
        let (answered, answer) = oneshot::channel();
        let asking = async {
            let ask = Ask { hash, answered };
            self.asks.send(ask).await.map_err(drop)?;
            answer.await.map_err(drop)
        };
        let answer = timeout(limits::API_KEY_LOOK_UP, asking).await;
        // Too many are ahead; or the program stops.
        let busy = || ApiError::unavailable(BUSY);
        answer.map_err(|_| busy())?.map_err(|()| busy())?
    }
}

const BUSY: &str = "API keys cannot be checked now; try again";

fn open(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}
