//! Whether a caller who was let in may still be believed.
//!
//! A token holds until its time is over; nobody can take it back before. An API key can be revoked,
//! and what it opened must close then.

use std::future::pending;

use tokio::sync::watch;

/// Why a caller is believed no more, before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withdrawal {
    /// Its API key was revoked.
    Revoked,
    /// For too long nobody could tell whether its API key still holds.
    Unchecked,
}

/// What stands behind a caller.
#[derive(Clone, Debug, Default)]
pub struct Standing(Option<watch::Receiver<Option<Withdrawal>>>);

impl Standing {
    /// Nothing that could be withdrawn.
    pub const fn of_token() -> Self {
        Self(None)
    }

    /// What `changes` says from now on.
    pub const fn watched(changes: watch::Receiver<Option<Withdrawal>>) -> Self {
        Self(Some(changes))
    }

    /// Waits until the caller is believed no more; for a token, for ever.
    pub async fn withdrawn(&self) -> Withdrawal {
        if let Some(changes) = &self.0 {
            let mut changes = changes.clone();
            if let Ok(Some(why)) = changes.wait_for(Option::is_some).await.map(|why| *why) {
                return why;
            }
        }
        // A token; or the program stops, which ends everything anyway.
        pending().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn what_was_withdrawn_stays_so_and_a_token_never_is() {
        let (say, changes) = watch::channel(None);
        let standing = Standing::watched(changes);
        assert_eq!(standing.withdrawn().now_or_never(), None);
        say.send_replace(Some(Withdrawal::Revoked));
        for _ in 0..2 {
            assert_eq!(standing.withdrawn().await, Withdrawal::Revoked);
        }
        assert_eq!(Standing::of_token().withdrawn().now_or_never(), None);
    }
}
