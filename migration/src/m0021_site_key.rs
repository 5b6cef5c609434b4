//! Devices' key to their site: nothing happens by itself when a site is deleted.
//!
//! `deleteSite` moves the devices out first, and did so before. Citus takes no key with the tenant in
//! it that sets anything to null, not even other columns (its issue 7132).

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The rows that are there are looked at as the owner, who belongs to no tenant: until that is done,
/// within this transaction, the owner is not bound by row-level security.
fn key(action: &str) -> String {
    format!(
        "ALTER TABLE sites NO FORCE ROW LEVEL SECURITY;
         ALTER TABLE devices NO FORCE ROW LEVEL SECURITY;
         ALTER TABLE devices
             DROP CONSTRAINT devices_tenant_id_site_id_fkey,
             ADD CONSTRAINT devices_tenant_id_site_id_fkey FOREIGN KEY (tenant_id, site_id)
                 REFERENCES sites (tenant_id, id) {action};
         ALTER TABLE devices FORCE ROW LEVEL SECURITY;
         ALTER TABLE sites FORCE ROW LEVEL SECURITY;"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &key("")).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &key("ON DELETE SET NULL (site_id)")).await
    }
}
