//! `app.link_row`: links as the worker hands them over, an array of rows.
//!
//! A type of its own rather than the table's: a column added to the table must not stop workers that
//! do not know it yet.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TYPE: &str = "
    CREATE TYPE app.link_row AS (
        id uuid, ap_device_id uuid, cpe_device_id uuid, interface text, client_mac macaddr,
        signal_strength smallint, remote_signal_strength smallint, signal_to_noise smallint,
        tx_ccq smallint, tx_rate text, rx_rate text, tx_rate_kbps integer, rx_rate_kbps integer,
        distance_m integer, uptime_s integer, last_ip text, state text, state_since timestamptz,
        sightings integer, missed_polls integer, weak_polls integer, discovered_at timestamptz,
        last_seen timestamptz, updated_at timestamptz);";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `fresh` drops tables only, so the type of an earlier life may still be there.
        run(manager, &format!("{DROP} {TYPE}")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DROP).await
    }
}

const DROP: &str = "DROP TYPE IF EXISTS app.link_row;";
