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

/// Which devices are meant. All conditions given must hold.
#[derive(InputObject, Default)]
pub struct DeviceFilter {
    /// Standing at one of these sites.
    site_ids: Option<Vec<ID>>,
    /// True: only devices that stand at a site. False: only those without one.
    has_site: Option<bool>,
    /// With one of these statuses.
    status: Option<Vec<DeviceStatus>>,
    /// With a host name that begins with this text. Upper and lower case differ.
    hostname_starts_with: Option<String>,
    /// With this text in the host name, the model, the serial number or the management address, in
    /// upper or lower case, or, of four digits and more, in the address of an interface. 100
    /// characters at most; blank lets everything pass.
    search: Option<String>,
    /// Of one of these models, as the devices write them.
    models: Option<Vec<String>>,
    /// True: only devices that serve links as AP. False: only those that serve none.
    has_links_as_ap: Option<bool>,
    /// True: only devices that use links as CPE. False: only those that use none.
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
