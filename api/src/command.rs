//! Changes: one command a file, one transaction each. Each asks for a permit.

pub mod create_tenant;
pub mod create_site;
pub mod create_devices;
pub mod set_link_policy;
pub mod clear_link_policy;

mod text;
