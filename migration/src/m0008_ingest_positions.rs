//! `ingest_positions`: how far each source is read, and by whom.
//!
//! The one table without a tenant: a source carries all tenants' messages. Only the ingest role
//! reaches it, and it holds nothing of any tenant's.

use sea_orm_migration::prelude::*;

use crate::protect::{drop_table, run};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            CREATE TABLE ingest_positions (
                source text PRIMARY KEY,
                stream_created timestamptz,
                next_seq bigint NOT NULL CHECK (next_seq > 0),
                holder uuid,
                lease_until timestamptz
            ) WITH (fillfactor = 50);
            REVOKE ALL ON ingest_positions FROM PUBLIC;
            GRANT SELECT, INSERT, UPDATE ON ingest_positions TO wisplink_ingest;";
        run(manager, sql).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "ingest_positions").await
    }
}
