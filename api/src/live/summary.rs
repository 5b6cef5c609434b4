//! Following how many links are in which state.

use std::sync::Arc;
use std::time::Duration;

use entity::database::Database;
use entity::link_state::LinkState;
use entity::scope::TenantScope;
use futures::Stream;
use sea_orm::Condition;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::error::{ApiError, Code};
use crate::limits;
use crate::live::board::{Board, Place, changed};
use crate::live::hub::{Feed, Hub};
use crate::live::rows;

/// Links by state.
pub type Counts = Vec<(LinkState, i64)>;

/// What a follower gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Links by state, as they were last read.
    pub counts: Counts,
    /// Whether nothing can have changed since without being told.
    pub is_current: bool,
}

/// Counts the links of `scope`'s tenant that meet `condition`, at once and whenever the numbers are
/// different, every `interval` at most.
pub fn follow(
    hub: &Hub,
    database: Database,
    scope: TenantScope,
    condition: Condition,
    interval: Duration,
) -> impl Stream<Item = Result<Summary, ApiError>> + Send + use<> {
    let feed = hub.attach(scope.tenant());
    let follower = Follower {
        board: feed.board(),
        _feed: feed,
        source: rows::Source {
            database,
            scope,
            condition,
        },
        interval,
        seen: None,
        looked: Instant::now(),
        told: None,
    };
    futures::stream::unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        match follower.next().await {
            Ok(summary) => Some((Ok(summary), Some(follower))),
            Err(error) => Some((Err(error), None)),
        }
    })
}

struct Follower {
    board: watch::Receiver<Board>,
    /// Keeps the board going.
    _feed: Arc<Feed>,
    source: rows::Source,
    interval: Duration,
    /// Up to where the board was heeded. None while the counts have to be read in any case.
    seen: Option<Place>,
    looked: Instant,
    told: Option<Summary>,
}

impl Follower {
    async fn next(&mut self) -> Result<Summary, ApiError> {
        loop {
            let summary = match self.look().await {
                Ok(summary) => summary,
                Err(error) if error.code() == Code::Unavailable => {
                    self.seen = None;
                    let Some(told) = self.told.clone().filter(|told| told.is_current) else {
                        sleep(limits::LINKS_RETRY).await;
                        continue;
                    };
                    Summary {
                        is_current: false,
                        ..told
                    }
                }
                Err(error) => return Err(error),
            };
            if self.told.as_ref() != Some(&summary) {
                self.told = Some(summary.clone());
                return Ok(summary);
            }
        }
    }

    /// Waits for a change and counts again; when changes do not come in any more, the old counts are
    /// told to be old.
    async fn look(&mut self) -> Result<Summary, ApiError> {
        if let (Some(seen), Some(told)) = (self.seen, &self.told) {
            changed(&mut self.board, |place| place != seen).await?;
            let due = sleep_until(self.looked + self.interval);
            tokio::select! {
                () = due => {}
                lost = changed(&mut self.board, |place| place.interrupted && !seen.interrupted) => {
                    lost?;
                    self.seen = Some(self.board.borrow().place());
                    return Ok(Summary { is_current: false, ..told.clone() });
                }
            }
        }
        self.looked = Instant::now();
        let place = self.board.borrow_and_update().place();
        let counts = self.source.counts().await?;
        self.seen = Some(place);
        Ok(Summary {
            counts,
            is_current: !place.interrupted,
        })
    }
}
