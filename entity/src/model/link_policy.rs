//! `link_policies`: thresholds of the link state machine. None falls through to the wider scope.

use sea_orm::entity::prelude::*;

use crate::ids::TenantId;
use crate::link_policy::Threshold;
use crate::text_enum::text_enum;

text_enum! {
    /// How far a policy reaches, the widest first.
    pub enum PolicyScope {
        /// All APs of the tenant.
        Tenant = "tenant",
        /// All APs of a site.
        Site = "site",
        /// One AP.
        Device = "device",
    }
}

/// A row of `link_policies`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, sqlx::FromRow)]
#[sea_orm(table_name = "link_policies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: PolicyScope,
    /// The tenant, site or device.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    pub degraded_below_dbm: Option<i16>,
    pub recover_margin_db: Option<i16>,
    pub weak_polls: Option<i16>,
    pub window_polls: Option<i16>,
    pub confirm_polls: Option<i32>,
    pub down_after_misses: Option<i32>,
    pub min_miss_spacing_s: Option<i32>,
    pub ap_silent_after_s: Option<i32>,
    pub stale_after_s: Option<i32>,
    pub forget_after_s: Option<i32>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What this row says of `threshold`, if anything.
    pub fn value(&self, threshold: Threshold) -> Option<i32> {
        match threshold {
            Threshold::DegradedBelowDbm => self.degraded_below_dbm.map(i32::from),
            Threshold::RecoverMarginDb => self.recover_margin_db.map(i32::from),
            Threshold::WeakPolls => self.weak_polls.map(i32::from),
            Threshold::WindowPolls => self.window_polls.map(i32::from),
            Threshold::ConfirmPolls => self.confirm_polls,
            Threshold::DownAfterMisses => self.down_after_misses,
            Threshold::MinMissSpacingS => self.min_miss_spacing_s,
            Threshold::ApSilentAfterS => self.ap_silent_after_s,
            Threshold::StaleAfterS => self.stale_after_s,
            Threshold::ForgetAfterS => self.forget_after_s,
        }
    }
}
