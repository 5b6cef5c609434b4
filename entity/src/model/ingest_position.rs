//! `ingest_positions`: how far each source is read, and by whom.

use sea_orm::entity::prelude::*;

/// A row of `ingest_positions`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ingest_positions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    pub stream_created: Option<DateTimeUtc>,
    pub next_seq: i64,
    pub holder: Option<Uuid>,
    pub lease_until: Option<DateTimeUtc>,
    pub mark_seq: Option<i64>,
    pub mark_published: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
