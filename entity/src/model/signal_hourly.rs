//! `signal_hourly`: a client's signal by the hour, kept when its polls are dropped.
//!
//! Each sum has its number of samples beside it: what a poll did not tell does not count there.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, TenantId};
use crate::mac::MacAddress;

/// A row of `signal_hourly`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signal_hourly")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ap_device_id: DeviceId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_mac: MacAddress,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: DateTimeUtc,
    pub samples: i32,
    pub signal_samples: i32,
    pub signal_sum: i32,
    pub signal_min: Option<i16>,
    pub signal_max: Option<i16>,
    pub ccq_samples: i32,
    pub ccq_sum: i32,
    pub tx_samples: i32,
    pub tx_kbps_sum: i64,
    pub rx_samples: i32,
    pub rx_kbps_sum: i64,
}

impl ActiveModelBehavior for ActiveModel {}
