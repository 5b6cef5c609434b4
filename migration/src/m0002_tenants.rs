//! `tenants`: the owners of everything else. The one table whose own `id` is the tenant.

use sea_orm_migration::prelude::*;

use crate::protect::{drop_table, run, secure};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = "
            CREATE TABLE tenants (
                id uuid PRIMARY KEY,
                name text NOT NULL CHECK (name <> '' AND length(name) <= 200),
                created_at timestamptz NOT NULL,
                updated_at timestamptz NOT NULL,
                UNIQUE (name)
            );";
        // The platform role serves the platform's operators: it sees all tenants, and nothing else.
        let rights = "
            CREATE POLICY platform ON tenants TO wisplink_platform USING (true) WITH CHECK (true);
            GRANT SELECT ON tenants TO wisplink_api;
            GRANT SELECT (id) ON tenants TO wisplink_ingest;
            GRANT SELECT, INSERT, UPDATE ON tenants TO wisplink_platform;";
        run(
            manager,
            &format!("{table} {} {rights}", secure("tenants", "id")),
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "tenants").await
    }
}
