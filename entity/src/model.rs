//! One `SeaORM` entity a table, in the order of the foreign keys.

pub mod tenant;
pub mod site;
pub mod device;
pub mod device_interface;
pub mod wireless_link;
pub mod link_event;
pub mod tenant_feed;
pub mod ingest_position;
pub mod ap_poll;
pub mod poll_history;
pub mod signal_hourly;
pub mod unknown_client;
pub mod link_policy;
pub mod api_key;
