//! `ap_polls`: the watermark of each AP, and what it shows now.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "ap_polls",
    body: "
        ap_device_id uuid NOT NULL,
        last_poll_at timestamptz NOT NULL,
        prev_poll_at timestamptz,
        version bigint NOT NULL,
        interval_s integer,
        outcome text NOT NULL CHECK (outcome IN ('ok', 'failed', 'unsupported')),
        clients integer NOT NULL,
        rf_stats jsonb,
        interfaces text[] NOT NULL,
        client_macs macaddr[] NOT NULL,
        signal smallint[] NOT NULL,
        remote_signal smallint[] NOT NULL,
        snr smallint[] NOT NULL,
        ccq smallint[] NOT NULL,
        tx_kbps integer[] NOT NULL,
        rx_kbps integer[] NOT NULL,
        PRIMARY KEY (tenant_id, ap_device_id),
        FOREIGN KEY (tenant_id, ap_device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE",
    storage: "WITH (fillfactor = 50)",
    indexes: &[],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, INSERT, UPDATE, DELETE",
        },
    ],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager, &TABLE).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, TABLE.name).await
    }
}
