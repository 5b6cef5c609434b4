//! Which link events.

use async_graphql::{ID, InputObject};
use entity::ids::{DeviceId, LinkId};
use entity::link_state as row;
use entity::wire::link_event::LinkEvent;

use crate::error::ApiError;
use crate::graphql::scalar::parse_ids;
use crate::graphql::types::enums::{LinkEventReason, LinkState};

/// Which events are meant. All conditions given must hold.
#[derive(InputObject, Default)]
pub struct LinkEventFilter {
    /// Of one of these links.
    link_ids: Option<Vec<ID>>,
    /// Of one of these APs.
    ap_device_ids: Option<Vec<ID>>,
    /// Of one of these CPEs.
    cpe_device_ids: Option<Vec<ID>>,
    /// Into one of these states.
    to_state: Option<Vec<LinkState>>,
    /// For one of these reasons.
    reason: Option<Vec<LinkEventReason>>,
}

/// A filter with its ids read.
#[derive(Debug)]
pub struct EventFilter {
    links: Option<Vec<LinkId>>,
    aps: Option<Vec<DeviceId>>,
    cpes: Option<Vec<DeviceId>>,
    to_state: Option<Vec<row::LinkState>>,
    reason: Option<Vec<row::EventReason>>,
}

impl LinkEventFilter {
    /// Reads the ids.
    pub fn parse(self) -> Result<EventFilter, ApiError> {
        let devices = |ids: Option<Vec<ID>>| ids.map(|ids| parse_ids("device", &ids)).transpose();
        Ok(EventFilter {
            links: self
                .link_ids
                .map(|ids| parse_ids("link", &ids))
                .transpose()?,
            aps: devices(self.ap_device_ids)?,
            cpes: devices(self.cpe_device_ids)?,
            to_state: self
                .to_state
                .map(|all| all.into_iter().map(Into::into).collect()),
            reason: self
                .reason
                .map(|all| all.into_iter().map(Into::into).collect()),
        })
    }
}

impl EventFilter {
    /// Whether `event` is meant.
    pub fn matches(&self, event: &LinkEvent) -> bool {
        fn among<T: PartialEq>(wanted: Option<&Vec<T>>, value: &T) -> bool {
            wanted.is_none_or(|wanted| wanted.contains(value))
        }
        among(self.links.as_ref(), &event.link_id)
            && among(self.aps.as_ref(), &event.ap_device_id)
            && among(self.cpes.as_ref(), &event.cpe_device_id)
            && among(self.to_state.as_ref(), &event.to_state)
            && among(self.reason.as_ref(), &event.reason)
    }
}
