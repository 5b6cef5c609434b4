//! `signal_hourly`: what is kept of a link's signal when its polls are dropped, one row an hour,
//! in one partition a month.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table, run, secure};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "signal_hourly",
    body: "
        ap_device_id uuid NOT NULL,
        client_mac macaddr NOT NULL,
        hour timestamptz NOT NULL,
        samples integer NOT NULL,
        signal_samples integer NOT NULL,
        signal_sum integer NOT NULL,
        signal_min smallint,
        signal_max smallint,
        ccq_samples integer NOT NULL,
        ccq_sum integer NOT NULL,
        tx_samples integer NOT NULL,
        tx_kbps_sum bigint NOT NULL,
        rx_samples integer NOT NULL,
        rx_kbps_sum bigint NOT NULL,
        PRIMARY KEY (tenant_id, ap_device_id, client_mac, hour)",
    storage: "PARTITION BY RANGE (hour)",
    // Which hours are rolled up is asked by the hour.
    indexes: &[
        "CREATE INDEX signal_hourly_by_hour ON signal_hourly (tenant_id, hour, ap_device_id)",
    ],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, INSERT, UPDATE",
        },
    ],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager, &TABLE).await?;
        let sql = "CREATE TABLE signal_hourly_default PARTITION OF signal_hourly DEFAULT;";
        run(
            manager,
            &format!("{sql} {}", secure("signal_hourly_default", "tenant_id")),
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, TABLE.name).await
    }
}
