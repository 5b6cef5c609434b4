//! Changes: one command a file, one transaction each. Each asks for a permit.

pub mod create_tenant;
pub mod create_site;
pub mod update_site;
pub mod delete_site;
pub mod create_devices;
pub mod update_device;
pub mod delete_device;
pub mod forget_link;
pub mod set_link_policy;
pub mod clear_link_policy;
pub mod create_api_key;
pub mod revoke_api_key;

mod links;
mod change;
mod text;
