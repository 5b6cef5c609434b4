//! `device_interfaces`: devices' network interfaces, by which MAC addresses find their owner.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "device_interfaces",
    body: "
        id uuid NOT NULL,
        device_id uuid NOT NULL,
        name text NOT NULL,
        mac_address macaddr NOT NULL,
        type text NOT NULL,
        running boolean NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, device_id, name),
        FOREIGN KEY (tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE",
    storage: "",
    indexes: &[
        "CREATE INDEX device_interfaces_by_mac ON device_interfaces (tenant_id, mac_address)",
    ],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, INSERT, UPDATE, DELETE",
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
