//! What PostgreSQL has to know of `wireless_links`: an AP is of one tenant. Without it the links of
//! an AP are thought to be one, and their CPEs are fetched one by one instead of together.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const STATISTICS: &str = "
    CREATE STATISTICS wireless_links_ap_statistics (dependencies)
    ON tenant_id, ap_device_id FROM wireless_links;";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, STATISTICS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP STATISTICS wireless_links_ap_statistics;").await
    }
}
