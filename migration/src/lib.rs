//! The schema, one change a file, in the order in which they are applied.
//!
//! Every table comes from [`protect::create_table`], which puts the tenant into its key and
//! row-level security on it. `sea-orm-cli migrate` and `wisplink migrate` run the same list.

use sea_orm_migration::prelude::*;

mod roles;
mod protect;

mod m0001_roles;
mod m0002_tenants;
mod m0003_sites;
mod m0004_devices;
mod m0005_device_interfaces;
mod m0006_wireless_links;
mod m0007_link_events;
mod m0008_ingest_positions;
mod m0009_ap_polls;
mod m0010_poll_history;
mod m0011_signal_hourly;
mod m0012_unknown_clients;
mod m0013_link_policies;
mod m0014_api_keys;
mod m0015_partitions;
mod m0016_retention;
mod m0017_forgotten_links;
mod m0018_event_indexes;
mod m0019_link_row;
mod m0020_position_marks;
mod m0021_site_key;
mod m0022_link_statistics;
mod apply;
pub mod citus;

pub use apply::{MigrateError, Pending, apply, known, pending};

/// The list of changes.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_roles::Migration),
            Box::new(m0002_tenants::Migration),
            Box::new(m0003_sites::Migration),
            Box::new(m0004_devices::Migration),
            Box::new(m0005_device_interfaces::Migration),
            Box::new(m0006_wireless_links::Migration),
            Box::new(m0007_link_events::Migration),
            Box::new(m0008_ingest_positions::Migration),
            Box::new(m0009_ap_polls::Migration),
            Box::new(m0010_poll_history::Migration),
            Box::new(m0011_signal_hourly::Migration),
            Box::new(m0012_unknown_clients::Migration),
            Box::new(m0013_link_policies::Migration),
            Box::new(m0014_api_keys::Migration),
            Box::new(m0015_partitions::Migration),
            Box::new(m0016_retention::Migration),
            Box::new(m0017_forgotten_links::Migration),
            Box::new(m0018_event_indexes::Migration),
            Box::new(m0019_link_row::Migration),
            Box::new(m0020_position_marks::Migration),
            Box::new(m0021_site_key::Migration),
            Box::new(m0022_link_statistics::Migration),
        ]
    }
}
