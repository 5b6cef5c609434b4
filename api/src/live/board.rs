//! The board: which APs' links are not what they were, for those who show links as they are now.
//!
//! It says where to look, not what is there: whoever follows links reads the rows of these APs
//! itself. So changes between two looks are one, the newest wins, and what is kept grows with the
//! number of APs and not with what happens.

use std::collections::HashMap;

use entity::ids::DeviceId;
use tokio::sync::watch;

use crate::error::ApiError;

/// What is known of one tenant's APs.
#[derive(Debug, Default)]
pub struct Board {
    looks: HashMap<DeviceId, u64>,
    place: Place,
}

/// How far the board has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Grows with each change of an AP's links.
    pub version: u64,
    /// Grows when changes may have been missed, so that everything must be read anew.
    pub resyncs: u64,
    /// Whether changes may be missed right now.
    pub interrupted: bool,
}

impl Place {
    /// Whether changes may have been missed between here and `later`.
    pub const fn is_interrupted_by(self, later: Self) -> bool {
        self.resyncs != later.resyncs || self.interrupted != later.interrupted
    }
}

/// Waits until the board stands at a place as `wanted`.
pub async fn changed(
    board: &mut watch::Receiver<Board>,
    mut wanted: impl FnMut(Place) -> bool,
) -> Result<(), ApiError> {
    let came = board.wait_for(|board| wanted(board.place())).await;
    came.map(drop)
        .map_err(|_| ApiError::unavailable("the feed is closing; reconnect"))
}

impl Board {
    /// A board on which nothing has changed yet. The first resync tells that changes come in.
    pub fn watched(interrupted: bool) -> watch::Sender<Self> {
        watch::Sender::new(Self {
            place: Place {
                interrupted,
                ..Place::default()
            },
            ..Self::default()
        })
    }

    /// Links of `ap` changed.
    pub fn touch(&mut self, ap: DeviceId) {
        self.place.version += 1;
        self.looks.insert(ap, self.place.version);
    }

    /// Changes do not come in any more.
    pub const fn interrupt(&mut self) {
        self.place.interrupted = true;
    }

    /// Changes come in again; some may have been missed.
    pub const fn resync(&mut self) {
        self.place.resyncs += 1;
        self.place.interrupted = false;
    }

    /// Where the board stands.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The APs whose links changed after `version`.
    pub fn changed_after(&self, version: u64) -> Vec<DeviceId> {
        let changed = self.looks.iter().filter(|(_, at)| **at > version);
        changed.map(|(ap, _)| *ap).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_ap_is_looked_at_once_however_often_it_changed() {
        let mut board = Board::default();
        let [one, two] = [1, 2].map(|id| DeviceId(Uuid::from_u128(id)));
        for ap in [one, two, one, one] {
            board.touch(ap);
        }
        let mut changed = board.changed_after(0);
        changed.sort_unstable();
        assert_eq!(changed, [one, two]);
        assert_eq!(board.changed_after(2), [one]);
        assert_eq!(board.changed_after(board.place().version), []);
    }
}
