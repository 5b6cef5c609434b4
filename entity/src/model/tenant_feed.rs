//! `tenant_feeds`: the counter behind `link_events.seq`, and how far it is published.

use sea_orm::entity::prelude::*;

use crate::ids::{Epoch, TenantId};

/// A row of `tenant_feeds`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenant_feeds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    pub epoch: Epoch,
    pub last_seq: i64,
    pub published_seq: i64,
}

impl ActiveModelBehavior for ActiveModel {}
