//! `wireless_links`: one link per AP and radio of a CPE.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLE: TenantTable = TenantTable {
    name: "wireless_links",
    body: "
        id uuid NOT NULL,
        ap_device_id uuid NOT NULL,
        cpe_device_id uuid NOT NULL,
        interface text,
        client_mac macaddr NOT NULL,
        signal_strength smallint,
        remote_signal_strength smallint,
        signal_to_noise smallint,
        tx_ccq smallint,
        tx_rate text,
        rx_rate text,
        tx_rate_kbps integer,
        rx_rate_kbps integer,
        distance_m integer,
        uptime_s integer,
        last_ip text,
        state text NOT NULL
            CHECK (state IN ('discovered', 'active', 'degraded', 'down', 'stale')),
        state_since timestamptz NOT NULL,
        sightings integer NOT NULL CHECK (sightings >= 0),
        missed_polls integer NOT NULL CHECK (missed_polls >= 0),
        weak_polls integer NOT NULL,
        discovered_at timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, id),
        UNIQUE (tenant_id, ap_device_id, client_mac),
        FOREIGN KEY (tenant_id, ap_device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
        FOREIGN KEY (tenant_id, cpe_device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE,
        CHECK (ap_device_id <> cpe_device_id)",
    storage: "WITH (fillfactor = 80)",
    indexes: &[
        "CREATE INDEX wireless_links_by_cpe ON wireless_links (tenant_id, cpe_device_id)",
        "CREATE INDEX wireless_links_by_state ON wireless_links (tenant_id, state)",
        "CREATE INDEX wireless_links_by_mac ON wireless_links (tenant_id, client_mac)",
    ],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, DELETE",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, INSERT, UPDATE, DELETE",
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
