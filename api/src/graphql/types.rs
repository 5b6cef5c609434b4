//! One GraphQL type a file.

pub mod node;
pub mod viewer;
pub mod tenant;
pub mod api_key;
pub mod site;
pub mod device;
pub mod device_interface;
pub mod ap_poll;
pub mod registration;
pub mod unknown_client;
pub mod wireless_link;
pub mod link_connection;
pub mod link_summary;
pub mod link_update;
pub mod link_event;
pub mod link_event_connection;
pub mod link_policy;
pub mod signal_bucket;
pub mod link_availability;
pub mod enums;
