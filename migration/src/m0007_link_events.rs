//! `link_events` and `tenant_feeds`: every change of a link, numbered without gaps per tenant.
//!
//! Events have no foreign key to links or devices: they outlive both.

use sea_orm_migration::prelude::*;

use crate::protect::{Grant, TenantTable, create_table, drop_table};
use crate::roles;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const FEEDS: TenantTable = TenantTable {
    name: "tenant_feeds",
    body: "
        epoch uuid NOT NULL,
        last_seq bigint NOT NULL CHECK (last_seq >= 0),
        published_seq bigint NOT NULL CHECK (published_seq BETWEEN 0 AND last_seq),
        PRIMARY KEY (tenant_id),
        FOREIGN KEY (tenant_id) REFERENCES tenants (id)",
    storage: "WITH (fillfactor = 50)",
    indexes: &[],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, INSERT, UPDATE",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, INSERT, UPDATE",
        },
    ],
};

const EVENTS: TenantTable = TenantTable {
    name: "link_events",
    body: "
        seq bigint NOT NULL CHECK (seq > 0),
        id uuid NOT NULL,
        link_id uuid NOT NULL,
        ap_device_id uuid NOT NULL,
        cpe_device_id uuid NOT NULL,
        client_mac macaddr NOT NULL,
        other_ap_device_id uuid,
        from_state text
            CHECK (from_state IN ('discovered', 'active', 'degraded', 'down', 'stale')),
        to_state text NOT NULL
            CHECK (to_state IN ('discovered', 'active', 'degraded', 'down', 'stale')),
        reason text NOT NULL CHECK (reason IN (
            'first_seen', 'confirmed', 'signal_weak', 'signal_recovered', 'missed_polls',
            'ap_silent', 'roamed', 'reassigned', 'seen_again', 'expired', 'reconnected')),
        signal_strength smallint,
        at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (tenant_id, seq),
        FOREIGN KEY (tenant_id) REFERENCES tenants (id)",
    storage: "",
    indexes: &["CREATE INDEX link_events_by_link ON link_events (tenant_id, link_id, seq)"],
    grants: &[
        Grant {
            role: roles::API,
            privileges: "SELECT, INSERT",
        },
        Grant {
            role: roles::INGEST,
            privileges: "SELECT, INSERT",
        },
    ],
};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_table(manager, &FEEDS).await?;
        create_table(manager, &EVENTS).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, EVENTS.name).await?;
        drop_table(manager, FEEDS.name).await
    }
}
