//! `Site`: a tower or another place where devices stand.

use std::sync::Arc;

use async_graphql::{Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::model::site;

/// A tower or another place where devices are installed.
#[derive(Description)]
pub struct Site {
    row: Arc<site::Model>,
}

impl Site {
    /// The node of a row.
    pub const fn new(row: Arc<site::Model>) -> Self {
        Self { row }
    }
}

#[Object(use_type_description)]
impl Site {
    /// The id, a UUID.
    pub async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// The name, unique within the tenant.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Degrees north, −90 to 90.
    async fn latitude(&self) -> Option<f64> {
        self.row.latitude
    }

    /// Degrees east, −180 to 180.
    async fn longitude(&self) -> Option<f64> {
        self.row.longitude
    }

    /// The postal address.
    async fn address(&self) -> Option<&str> {
        self.row.address.as_deref()
    }

    /// Metres above sea level.
    async fn elevation_m(&self) -> Option<i32> {
        self.row.elevation_m
    }

    /// When the site was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the site was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}
