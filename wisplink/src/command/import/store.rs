//! Reads what is here of a tenant, and writes what an import brings.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::args;
use entity::database::Database;
use entity::feed::{self, Known, NewEvent};
use entity::ids::TenantId;
use entity::link_state::{EventReason, LinkState};
use entity::model::{ap_poll, device, device_interface, site, tenant, wireless_link};
use entity::scope::TenantScope;
use entity::tx::{SystemTx, TenantTx};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect as _, RuntimeErr,
};
use sqlx::Row as _;
use sqlx::postgres::PgArguments;

use super::compare::{Changes, TenantChanges, There};

/// `PostgreSQL` takes 65,535 parameters in one statement; a link has 25 columns.
const ROWS: usize = 1_000;

const TENANTS: &str = "SELECT id, name, created_at, updated_at FROM tenants";
const NEW_TENANT: &str = "
    INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, $2, $3, $4)";
const RENAME_TENANT: &str = "UPDATE tenants SET name = $2, updated_at = $3 WHERE id = $1";

/// Our database, as the three roles that write what is imported.
pub(super) struct Store {
    platform: Database,
    api: Database,
    ingest: Database,
}

impl Store {
    pub(super) const fn new(platform: Database, api: Database, ingest: Database) -> Self {
        Self {
            platform,
            api,
            ingest,
        }
    }

    /// The pool that sees tenants.
    pub(super) const fn platform(&self) -> &Database {
        &self.platform
    }

    /// Ends all connections.
    pub(super) async fn close(&self) {
        for database in [&self.platform, &self.api, &self.ingest] {
            database.close().await;
        }
    }

    /// What is here of `id`.
    pub(super) async fn look(&self, id: TenantId) -> Result<There, DbErr> {
        let system = self.platform.system().await.map_err(failed)?;
        let tenants = tenants(&system).await.map_err(failed)?;
        drop(system);
        let (mine, others): (Vec<_>, Vec<_>) = tenants.into_iter().partition(|row| row.id == id);
        let tx = self.api.read(scope(id)).await.map_err(failed)?;
        let polled: Vec<_> = ap_poll::Entity::find()
            .select_only()
            .column(ap_poll::Column::ApDeviceId)
            .filter(ap_poll::Column::TenantId.eq(id))
            .into_tuple()
            .all(&tx)
            .await?;
        Ok(There {
            tenant: mine.into_iter().next(),
            names: others.into_iter().map(|row| row.name).collect(),
            sites: site::Entity::find()
                .filter(site::Column::TenantId.eq(id))
                .all(&tx)
                .await?,
            devices: device::Entity::find()
                .filter(device::Column::TenantId.eq(id))
                .all(&tx)
                .await?,
            interfaces: device_interface::Entity::find()
                .filter(device_interface::Column::TenantId.eq(id))
                .all(&tx)
                .await?,
            links: wireless_link::Entity::find()
                .filter(wireless_link::Column::TenantId.eq(id))
                .all(&tx)
                .await?,
            polled: HashSet::from_iter(polled),
        })
    }

    /// Writes `changes`. Stopped half-way, the next run does the rest: the tenant comes first, then
    /// its devices, all or none, then its links.
    pub(super) async fn write(
        &self,
        changes: TenantChanges,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let id = changes.id;
        self.write_tenant(changes.tenant).await.map_err(failed)?;
        let tx = self.api.write(scope(id)).await.map_err(failed)?;
        store::<site::Entity>(&tx, changes.sites).await?;
        store::<device::Entity>(&tx, changes.devices).await?;
        store::<device_interface::Entity>(&tx, changes.interfaces).await?;
        tx.commit().await.map_err(failed)?;
        if changes.links.new.is_empty() {
            return Ok(());
        }
        let tx = self.ingest.write(scope(id)).await.map_err(failed)?;
        let events = changes.links.new.iter().flat_map(events).collect();
        store::<wireless_link::Entity>(&tx, changes.links).await?;
        feed::append(&tx, events, Known::default(), now)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn write_tenant(&self, changes: Changes<tenant::Model>) -> Result<(), sqlx::Error> {
        let tx = self.platform.system().await?;
        for row in changes.new {
            let values = args![row.id, &row.name, row.created_at, row.updated_at]?;
            tx.execute(NEW_TENANT, values).await?;
        }
        for row in changes.changed {
            let values = args![row.id, &row.name, row.updated_at]?;
            tx.execute(RENAME_TENANT, values).await?;
        }
        tx.commit().await
    }
}

async fn tenants(tx: &SystemTx) -> Result<Vec<tenant::Model>, sqlx::Error> {
    let rows = tx.rows(TENANTS, PgArguments::default()).await?;
    rows.iter()
        .map(|row| {
            Ok(tenant::Model {
                id: row.try_get(0)?,
                name: row.try_get(1)?,
                created_at: row.try_get(2)?,
                updated_at: row.try_get(3)?,
            })
        })
        .collect()
}

/// Writes rows of one table: the new ones together, the others one by one.
async fn store<E>(tx: &TenantTx, changes: Changes<E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: Send,
{
    let mut new = changes.new.into_iter().peekable();
    while new.peek().is_some() {
        let rows = new.by_ref().take(ROWS);
        E::insert_many(rows.map(|row| row.into_active_model().reset_all()))
            .exec_without_returning(tx)
            .await?;
    }
    for row in changes.changed {
        E::update(row.into_active_model().reset_all())
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What is told of a link that comes from elsewhere: that it was seen first when it was, and if it
/// is down, that it has been so since it was seen last.
fn events(link: &wireless_link::Model) -> Vec<NewEvent> {
    let first_state = match link.state {
        LinkState::Down | LinkState::Stale => LinkState::Active,
        connected => connected,
    };
    let first = NewEvent {
        link: link.id,
        ap: link.ap_device_id,
        cpe: link.cpe_device_id,
        client_mac: link.client_mac,
        other_ap: None,
        from: None,
        to: first_state,
        reason: EventReason::FirstSeen,
        signal: link.signal_strength,
        at: link.discovered_at,
    };
    if link.state.is_connected() {
        return vec![first];
    }
    let last = NewEvent {
        from: Some(first_state),
        to: link.state,
        reason: EventReason::MissedPolls,
        at: link.last_seen,
        ..first.clone()
    };
    vec![first, last]
}

#[expect(
    clippy::disallowed_methods,
    reason = "the operator imports this tenant, with a login for the database"
)]
fn scope(tenant: TenantId) -> TenantScope {
    TenantScope::assume(tenant)
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
