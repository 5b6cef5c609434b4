//! `unknown_clients`: clients of an AP that belong to no managed device, or to several.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "unknown_clients",
    body: "
        ap_device_id uuid NOT NULL,
        mac macaddr NOT NULL,
        interface text,
        signal_strength smallint,
        reason text NOT NULL CHECK (reason IN ('unmanaged', 'ambiguous')),
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        randomized boolean NOT NULL,
        PRIMARY KEY (tenant_id, ap_device_id, mac),
        FOREIGN KEY (tenant_id, ap_device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE",
    storage: "WITH (fillfactor = 80)",
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
