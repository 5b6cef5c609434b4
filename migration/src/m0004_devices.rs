//! `devices`: managed devices: access points and customer devices.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "devices",
    body: "
        id uuid NOT NULL,
        site_id uuid,
        hostname text NOT NULL CHECK (hostname <> '' AND length(hostname) <= 253),
        ip_address inet,
        model text,
        serial_number text,
        firmware_version text,
        status text NOT NULL DEFAULT 'unknown' CHECK (status IN ('unknown', 'online', 'offline')),
        last_seen timestamptz,
        interfaces_at timestamptz,
        latitude double precision CHECK (latitude BETWEEN -90 AND 90),
        longitude double precision CHECK (longitude BETWEEN -180 AND 180),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, hostname),
        FOREIGN KEY (tenant_id) REFERENCES tenants (id),
        FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, id)
            ON DELETE SET NULL (site_id)",
    storage: "",
    indexes: &["CREATE INDEX devices_by_site ON devices (tenant_id, site_id)"],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, INSERT, UPDATE, DELETE",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, UPDATE",
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
