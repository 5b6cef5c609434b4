//! `UnknownClient`: a client of an AP that has no link, and why.

use async_graphql::connection::Connection;
use async_graphql::{Context, Description, Enum, Object};
use chrono::{DateTime, Utc};
use entity::model::unknown_client::{self, Entity};
use sea_orm::{Condition, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::{Cursor, Key};
use crate::graphql::scalar::MacAddress;
use crate::graphql::types::device::Device;
use crate::loader::count_of::Counted;
use crate::loader::one;

/// Why a client has no link.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "unknown_client::UnknownReason")]
pub enum UnknownClientReason {
    /// No managed device has its address.
    Unmanaged,
    /// Several managed devices have its address.
    Ambiguous,
}

/// A client listed by an AP that has no link, because no managed device has its address, or
/// several have. It remains until a device with its address exists.
#[derive(Description)]
pub struct UnknownClient {
    row: unknown_client::Model,
}

impl UnknownClient {
    /// The client in a row, with its cursor.
    pub fn edge(row: unknown_client::Model) -> (Cursor, Self) {
        let keys = vec![
            Key::time(row.first_seen),
            // As PostgreSQL writes and so orders it.
            Key::Text(row.mac.to_string().to_lowercase()),
            Key::Id(row.ap_device_id.0),
        ];
        (Cursor(keys), Self { row })
    }
}

#[Object(use_type_description)]
impl UnknownClient {
    /// The client's address.
    async fn mac_address(&self) -> MacAddress {
        MacAddress(self.row.mac)
    }

    /// The AP's interface it was registered on.
    async fn interface(&self) -> Option<&str> {
        self.row.interface.as_deref()
    }

    /// Signal as the AP heard the client last, in dBm, −120 to −10.
    async fn signal_strength(&self) -> Option<i16> {
        self.row.signal_strength
    }

    /// Why it has no link.
    async fn reason(&self) -> UnknownClientReason {
        self.row.reason.into()
    }

    /// Whether the address is locally administered: probably a random one of a phone.
    async fn randomized(&self) -> bool {
        self.row.randomized
    }

    /// When the AP first listed it.
    async fn first_seen(&self) -> DateTime<Utc> {
        self.row.first_seen
    }

    /// When the AP last listed it.
    async fn last_seen(&self) -> DateTime<Utc> {
        self.row.last_seen
    }

    /// The AP that listed it.
    async fn ap_device(&self, ctx: &Context<'_>) -> Result<Device, ApiError> {
        Device::load(ctx, self.row.ap_device_id).await
    }
}

/// The place of a client among those of one AP.
pub fn place(cursor: &Cursor) -> Result<(i64, String), ApiError> {
    match &cursor.0[..] {
        [Key::Number(first_seen), Key::Text(mac), Key::Id(_)] => Ok((*first_seen, mac.clone())),
        _ => Err(cursor.foreign()),
    }
}

/// A page of unknown clients.
pub type UnknownClientConnection = Connection<String, UnknownClient, UnknownClientConnectionFields>;

/// Of which unknown clients the connection is a page.
pub enum UnknownClientConnectionFields {
    /// Of those that fulfil this.
    Filtered(Condition),
    /// Of an AP's. Many APs are counted in one statement.
    OfAp(Counted),
}

#[Object]
impl UnknownClientConnectionFields {
    /// Total number of unknown clients, on this page or not. Counted only if selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        match self {
            Self::Filtered(condition) => {
                let select = Entity::find().filter(condition.clone());
                Ok(select.count(reads.tx().await?).await?)
            }
            Self::OfAp(clients) => {
                let count = one(&reads.loaders().count_of, *clients).await?;
                Ok(count.unwrap_or_default())
            }
        }
    }
}
