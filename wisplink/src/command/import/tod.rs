//! What The Other Dude's database holds, as it says it: one snapshot of all tenants.
//!
//! Columns are named one by one: those with credentials are never read.

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, InterfaceId, LinkId, SiteId, TenantId};
use sqlx::postgres::PgRow;
use sqlx::{Connection as _, FromRow, PgConnection};

use super::ImportError;
use crate::config::Address;

/// A connection inside a read-only transaction.
pub(super) struct Tod {
    session: PgConnection,
    address: String,
}

/// A tenant with everything that is taken over.
pub(super) struct Fleet {
    pub(super) tenant: Tenant,
    pub(super) sites: Vec<Site>,
    pub(super) devices: Vec<Device>,
    pub(super) interfaces: Vec<Interface>,
    pub(super) links: Vec<Link>,
}

#[derive(FromRow)]
pub(super) struct Tenant {
    pub(super) id: TenantId,
    pub(super) name: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct Site {
    pub(super) id: SiteId,
    pub(super) name: String,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) address: Option<String>,
    pub(super) elevation: Option<f64>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct Device {
    pub(super) id: DeviceId,
    pub(super) site_id: Option<SiteId>,
    pub(super) hostname: String,
    pub(super) ip_address: String,
    pub(super) model: Option<String>,
    pub(super) serial_number: Option<String>,
    pub(super) version: Option<String>,
    pub(super) status: String,
    pub(super) last_seen: Option<DateTime<Utc>>,
    pub(super) latitude: Option<f64>,
    pub(super) longitude: Option<f64>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct Interface {
    pub(super) id: InterfaceId,
    pub(super) device_id: DeviceId,
    pub(super) name: String,
    pub(super) mac_address: String,
    pub(super) kind: String,
    pub(super) running: bool,
    pub(super) updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct Link {
    pub(super) id: LinkId,
    pub(super) ap_device_id: DeviceId,
    pub(super) cpe_device_id: DeviceId,
    pub(super) interface: Option<String>,
    pub(super) client_mac: String,
    pub(super) signal_strength: Option<i32>,
    pub(super) tx_ccq: Option<i32>,
    pub(super) tx_rate: Option<String>,
    pub(super) rx_rate: Option<String>,
    pub(super) state: String,
    pub(super) missed_polls: i32,
    pub(super) discovered_at: DateTime<Utc>,
    pub(super) last_seen: DateTime<Utc>,
}

/// Its own policies open everything to whoever sets this; a superuser needs it not.
const OPEN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL app.current_tenant = 'super_admin'";

/// The tenant of all zeros is its own, for its audit log.
const TENANTS: &str = "
    SELECT id, name, created_at, updated_at FROM tenants
    WHERE id <> '00000000-0000-0000-0000-000000000000' ORDER BY name, id";

const SITES: &str = "
    SELECT id, name, latitude::float8, longitude::float8, address, elevation::float8, created_at,
        updated_at
    FROM sites WHERE tenant_id = $1 ORDER BY name, id";

const DEVICES: &str = "
    SELECT id, site_id, hostname, ip_address, model, serial_number,
        coalesce(routeros_version, firmware_version) AS version, status, last_seen,
        latitude::float8, longitude::float8, created_at, updated_at
    FROM devices WHERE tenant_id = $1 ORDER BY hostname, id";

const INTERFACES: &str = "
    SELECT id, device_id, name, mac_address, type AS kind, running, updated_at
    FROM device_interfaces WHERE tenant_id = $1 ORDER BY device_id, name, id";

const LINKS: &str = "
    SELECT id, ap_device_id, cpe_device_id, interface, client_mac, signal_strength, tx_ccq, tx_rate,
        rx_rate, state, missed_polls, discovered_at, last_seen
    FROM wireless_links WHERE tenant_id = $1 ORDER BY last_seen DESC, id";

impl Tod {
    /// Connects, and opens the snapshot.
    pub(super) async fn open(address: &Address) -> Result<Self, ImportError> {
        let shown = address.to_string();
        let failed = |source| ImportError::Source {
            address: shown.clone(),
            source,
        };
        let connected = PgConnection::connect(address.as_str()).await;
        let mut session = connected.map_err(failed)?;
        sqlx::raw_sql(OPEN)
            .execute(&mut session)
            .await
            .map_err(failed)?;
        Ok(Self {
            session,
            address: shown,
        })
    }

    /// All tenants, or those of `asked`.
    pub(super) async fn tenants(&mut self, asked: &[TenantId]) -> Result<Vec<Tenant>, ImportError> {
        let rows = sqlx::query_as(TENANTS).fetch_all(&mut self.session).await;
        let tenants: Vec<Tenant> = rows.map_err(|source| self.failed(source))?;
        if tenants.is_empty() {
            return Err(ImportError::NothingSeen(self.address.clone()));
        }
        let wanted = |tenant: &Tenant| asked.is_empty() || asked.contains(&tenant.id);
        Ok(tenants.into_iter().filter(wanted).collect())
    }

    /// Everything of `tenant`.
    pub(super) async fn fleet(&mut self, tenant: Tenant) -> Result<Fleet, ImportError> {
        Ok(Fleet {
            sites: self.rows(SITES, tenant.id).await?,
            devices: self.rows(DEVICES, tenant.id).await?,
            interfaces: self.rows(INTERFACES, tenant.id).await?,
            links: self.rows(LINKS, tenant.id).await?,
            tenant,
        })
    }

    async fn rows<T>(&mut self, sql: &'static str, tenant: TenantId) -> Result<Vec<T>, ImportError>
    where
        T: for<'row> FromRow<'row, PgRow> + Send + Unpin,
    {
        let rows = sqlx::query_as(sql)
            .bind(tenant)
            .fetch_all(&mut self.session)
            .await;
        rows.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: sqlx::Error) -> ImportError {
        let address = self.address.clone();
        // No such table, no such column.
        let other = source
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code == "42P01" || code == "42703");
        if other {
            return ImportError::OtherSchema(address);
        }
        ImportError::Source { address, source }
    }
}
