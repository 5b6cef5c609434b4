//! Changes of single values.

use sea_orm::{ActiveValue, NotSet, Set};

use crate::error::ApiError;

/// The change, if its value passes `check`. What is not set need not.
pub(super) fn checked<T>(
    change: ActiveValue<T>,
    check: impl FnOnce(T) -> Result<T, ApiError>,
) -> Result<ActiveValue<T>, ApiError>
where
    T: Into<sea_orm::Value>,
{
    match change {
        Set(value) => check(value).map(Set),
        _ => Ok(NotSet),
    }
}
