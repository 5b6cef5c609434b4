//! `api_keys`: keys for programs; only their hashes are kept.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table, run};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "api_keys",
    body: "
        id uuid NOT NULL,
        name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
        key_hash bytea NOT NULL CHECK (length(key_hash) = 32),
        role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        PRIMARY KEY (tenant_id, id),
        FOREIGN KEY (tenant_id) REFERENCES tenants (id)",
    storage: "",
    indexes: &["CREATE INDEX api_keys_by_hash ON api_keys (key_hash)"],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, INSERT, UPDATE",
        },
        Grant {
            role: roles::AUTH,
            privileges: "SELECT",
        },
    ],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager, &TABLE).await?;
        // Whose key it is becomes known by looking it up; until then there is no tenant to enter.
        let sql = "CREATE POLICY auth ON api_keys FOR SELECT TO wisplink_auth USING (true);";
        run(manager, sql).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, TABLE.name).await
    }
}
