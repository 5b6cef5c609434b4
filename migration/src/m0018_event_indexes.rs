//! The events of one AP or one CPE are found without reading all of the tenant's.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "
            CREATE INDEX link_events_by_ap ON link_events (tenant_id, ap_device_id, seq);
            CREATE INDEX link_events_by_cpe ON link_events (tenant_id, cpe_device_id, seq);";
        run(manager, sql).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP INDEX link_events_by_ap, link_events_by_cpe;").await
    }
}
