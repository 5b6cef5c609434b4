//! `setLinkPolicy`, `clearLinkPolicy`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::link_policy::Threshold;

use crate::command::clear_link_policy::clear_link_policy;
use crate::command::set_link_policy::{Change, set_link_policy};
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::query::link_policies::place;
use crate::graphql::types::link_policy::LinkPolicy;
use crate::permit::proof::Permit;

/// Changing link policies.
#[derive(Default)]
pub struct LinkPoliciesMutation;

/// New thresholds for the tenant, for the APs of a site, or for one AP. Omitted values stay
/// unchanged; null clears a value, so that the wider scope applies.
#[derive(InputObject)]
pub struct SetLinkPolicyInput {
    /// For the APs at this site.
    site_id: Option<ID>,
    /// For this AP. Without either id, for the tenant.
    device_id: Option<ID>,
    /// A sighting with a signal weaker than this is weak, in dBm, −120 to −10.
    degraded_below_dbm: MaybeUndefined<i32>,
    /// While a link is degraded, a sighting is weak until its signal is stronger than
    /// `degradedBelowDbm` by more than this, in dB, 0 to 40.
    recover_margin_db: MaybeUndefined<i32>,
    /// A link becomes degraded when this many of the last polls were weak, 1 to `windowPolls`.
    weak_polls: MaybeUndefined<i32>,
    /// How many of the last polls are considered, 1 to 31.
    window_polls: MaybeUndefined<i32>,
    /// Sightings before a discovered link is active or degraded, 1 to 1,000.
    confirm_polls: MaybeUndefined<i32>,
    /// Polls in a row without the CPE before a link is down, 1 to 1,000.
    down_after_misses: MaybeUndefined<i32>,
    /// A poll sooner than this after the previous one adds no miss, in seconds, 0 to 86,400.
    min_miss_spacing_s: MaybeUndefined<i32>,
    /// The links of an AP go down if no poll of it arrives for this long, in seconds, at least 10.
    ap_silent_after_s: MaybeUndefined<i32>,
    /// Time in `DOWN` before a link is `STALE`, in seconds, at least 1.
    stale_after_s: MaybeUndefined<i32>,
    /// Time in `STALE` before a link is forgotten, in seconds, at least 1.
    forget_after_s: MaybeUndefined<i32>,
}

#[Object]
impl LinkPoliciesMutation {
    /// Sets the given thresholds and no others; in effect from the next poll. Returns the
    /// effective thresholds. For operators and above.
    async fn set_link_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scope, and the values.")] input: SetLinkPolicyInput,
    ) -> Result<LinkPolicy, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let place = place(input.site_id.as_ref(), input.device_id.as_ref())?;
        let database = &request.databases().api;
        let rows = set_link_policy(&permit, database, place, &input.changes()).await?;
        Ok(LinkPolicy::new(place, rows))
    }

    /// Clears all thresholds set for the tenant, for a site, or for one AP, so that the wider
    /// scopes apply. Returns the effective thresholds. For operators and above.
    async fn clear_link_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of this site.")] site_id: Option<ID>,
        #[graphql(desc = "Of this AP. Without either id, of the tenant.")] device_id: Option<ID>,
    ) -> Result<LinkPolicy, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let place = place(site_id.as_ref(), device_id.as_ref())?;
        let rows = clear_link_policy(&permit, &request.databases().api, place).await?;
        Ok(LinkPolicy::new(place, rows))
    }
}

impl SetLinkPolicyInput {
    /// The values given, null among them.
    fn changes(&self) -> Vec<Change> {
        let all = [
            (Threshold::DegradedBelowDbm, self.degraded_below_dbm),
            (Threshold::RecoverMarginDb, self.recover_margin_db),
            (Threshold::WeakPolls, self.weak_polls),
            (Threshold::WindowPolls, self.window_polls),
            (Threshold::ConfirmPolls, self.confirm_polls),
            (Threshold::DownAfterMisses, self.down_after_misses),
            (Threshold::MinMissSpacingS, self.min_miss_spacing_s),
            (Threshold::ApSilentAfterS, self.ap_silent_after_s),
            (Threshold::StaleAfterS, self.stale_after_s),
            (Threshold::ForgetAfterS, self.forget_after_s),
        ];
        let given = all
            .iter()
            .filter_map(|(threshold, value)| Some((*threshold, value.as_opt_ref()?.copied())));
        given.collect()
    }
}
