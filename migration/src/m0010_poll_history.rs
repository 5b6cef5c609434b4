//! `poll_history`: every poll, one row of parallel arrays each, in one partition a day.
//!
//! One row a client would be 20 to 60 times as many rows.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table, run, secure};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "poll_history",
    body: "
        ap_device_id uuid NOT NULL,
        collected_at timestamptz NOT NULL,
        client_macs macaddr[] NOT NULL,
        signal smallint[] NOT NULL,
        remote_signal smallint[] NOT NULL,
        snr smallint[] NOT NULL,
        ccq smallint[] NOT NULL,
        tx_kbps integer[] NOT NULL,
        rx_kbps integer[] NOT NULL,
        noise_floor smallint,
        PRIMARY KEY (tenant_id, ap_device_id, collected_at)",
    storage: "PARTITION BY RANGE (collected_at)",
    indexes: &[],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, INSERT",
        },
    ],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager, &TABLE).await?;
        // A missing partition must not stop ingest.
        let sql = "CREATE TABLE poll_history_default PARTITION OF poll_history DEFAULT;";
        run(
            manager,
            &format!("{sql} {}", secure("poll_history_default", "tenant_id")),
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, TABLE.name).await
    }
}
