//! `ingest_positions`: the last message that was read, and when it was published.
//!
//! A stream that was thrown back to an older copy and has grown again is as long as it should be. What
//! tells is that another message stands where this one stood.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            ALTER TABLE ingest_positions
                ADD COLUMN mark_seq bigint,
                ADD COLUMN mark_published timestamptz;";
        run(manager, sql).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            ALTER TABLE ingest_positions
                DROP COLUMN mark_seq,
                DROP COLUMN mark_published;";
        run(manager, sql).await
    }
}
