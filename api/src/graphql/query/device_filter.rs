//! Which devices.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use entity::ids::SiteId;
use entity::model::device::{Column, DeviceStatus as Status};
use entity::model::wireless_link;
use entity::scope::TenantScope;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Sql, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

use crate::error::ApiError;
use crate::graphql::scalar::parse_ids;
use crate::graphql::search::Search;
use crate::graphql::types::enums::DeviceStatus;

/// Which devices to include. All given conditions must hold.
#[derive(InputObject, Default)]
pub struct DeviceFilter {
    /// At one of these sites.
    site_ids: Option<Vec<ID>>,
    /// True: only devices at a site. False: only devices without a site.
    has_site: Option<bool>,
    /// With one of these statuses.
    status: Option<Vec<DeviceStatus>>,
    /// Host name starts with this text, case-sensitive.
    hostname_starts_with: Option<String>,
    /// Host name, model, serial number or management address contains this text, case-insensitive;
    /// with four or more hexadecimal digits also the MAC address of an interface. At most 100
    /// characters; blank matches everything.
    search: Option<String>,
    /// Of one of these models, exactly as reported.
    models: Option<Vec<String>>,
    /// True: only devices with links as AP. False: only devices without.
    has_links_as_ap: Option<bool>,
    /// True: only devices with links as CPE. False: only devices without.
    has_links_as_cpe: Option<bool>,
    /// Last reached by a poller before this time, or never.
    not_seen_since: Option<DateTime<Utc>>,
}

impl DeviceFilter {
    /// The filter as SQL, for the rows of `scope`'s tenant.
    pub fn condition(&self, scope: TenantScope) -> Result<Condition, ApiError> {
        let sites = self
            .site_ids
            .as_ref()
            .map(|ids| Ok::<_, ApiError>(Column::SiteId.eq_any(parse_ids::<SiteId>("site", ids)?)));
        let status = self.status.as_ref().map(|status| {
            let status: Vec<Status> = status.iter().map(|&status| status.into()).collect();
            Column::Status.eq_any(status)
        });
        let has_site = self.has_site.map(|wanted| {
            if wanted {
                Column::SiteId.is_not_null()
            } else {
                Column::SiteId.is_null()
            }
        });
        let linked = |side, wanted: Option<bool>| wanted.map(|wanted| linked(scope, side, wanted));
        let models = self.models.as_ref().map(|models| {
            models
                .iter()
                .try_for_each(|model| without_control("models", model))
                .map(|()| Column::Model.eq_any(models.clone()))
        });
        let search = self.search.as_deref().map(Search::parse).transpose()?;
        Ok(Condition::all()
            .add(Column::TenantId.eq(scope.tenant()))
            .add_option(sites.transpose()?)
            .add_option(has_site)
            .add_option(status)
            .add_option(self.hostname_starts()?)
            .add_option(models.transpose()?)
            .add_option(linked(
                wireless_link::Column::ApDeviceId,
                self.has_links_as_ap,
            ))
            .add_option(linked(
                wireless_link::Column::CpeDeviceId,
                self.has_links_as_cpe,
            ))
            .add_option(self.not_seen_since.map(not_seen))
            .add_option(search.flatten().map(|search| search.devices(scope))))
    }

    fn hostname_starts(&self) -> Result<Option<SimpleExpr>, ApiError> {
        let Some(prefix) = &self.hostname_starts_with else {
            return Ok(None);
        };
        without_control("hostnameStartsWith", prefix)?;
        // LIKE is not leakproof and would be checked row by row behind row-level security.
        let starts = Expr::cust_with_values("hostname ^@ $1", [prefix.clone()]);
        Ok(Some(starts))
    }
}

/// PostgreSQL takes no NUL, and no name holds any of the others.
fn without_control(argument: &str, text: &str) -> Result<(), ApiError> {
    if text.chars().any(char::is_control) {
        let message = format!("{argument} holds control characters");
        return Err(ApiError::bad_input(message));
    }
    Ok(())
}

fn not_seen(since: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::LastSeen.is_null())
        .add(Column::LastSeen.lt(since))
}

/// Whether a device is, or is not, on this side of any link.
fn linked(scope: TenantScope, side: wireless_link::Column, wanted: bool) -> SimpleExpr {
    let linked = Sql::select()
        .column(side)
        .from(wireless_link::Entity)
        .and_where(wireless_link::Column::TenantId.eq(scope.tenant()))
        .to_owned();
    let id = Column::Id.into_expr();
    if wanted {
        id.in_subquery(linked)
    } else {
        id.not_in_subquery(linked)
    }
}
