//! `link_policies`: thresholds of the link state machine; a null falls through to the wider scope.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "link_policies",
    body: "
        scope text NOT NULL CHECK (scope IN ('tenant', 'site', 'device')),
        scope_id uuid NOT NULL,
        degraded_below_dbm smallint CHECK (degraded_below_dbm BETWEEN -120 AND -10),
        recover_margin_db smallint CHECK (recover_margin_db BETWEEN 0 AND 40),
        weak_polls smallint CHECK (weak_polls BETWEEN 1 AND 31),
        window_polls smallint CHECK (window_polls BETWEEN 1 AND 31),
        confirm_polls integer CHECK (confirm_polls BETWEEN 1 AND 1000),
        down_after_misses integer CHECK (down_after_misses BETWEEN 1 AND 1000),
        min_miss_spacing_s integer CHECK (min_miss_spacing_s BETWEEN 0 AND 86400),
        ap_silent_after_s integer CHECK (ap_silent_after_s > 0),
        stale_after_s integer CHECK (stale_after_s > 0),
        forget_after_s integer CHECK (forget_after_s > 0),
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, scope, scope_id),
        FOREIGN KEY (tenant_id) REFERENCES tenants (id)",
    storage: "",
    indexes: &[],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, INSERT, UPDATE, DELETE",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT",
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
