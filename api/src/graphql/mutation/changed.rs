//! Values of an input that changes something: not given, null, or a value.

use async_graphql::MaybeUndefined;
use sea_orm::{ActiveValue, NotSet, Set};

use crate::error::ApiError;

/// What is given of a value that may be cleared.
pub fn optional<T>(given: MaybeUndefined<T>) -> ActiveValue<Option<T>>
where
    Option<T>: Into<sea_orm::Value>,
{
    match given {
        MaybeUndefined::Undefined => NotSet,
        MaybeUndefined::Null => Set(None),
        MaybeUndefined::Value(value) => Set(Some(value)),
    }
}

/// What is given of a value that cannot be cleared. `field` names it for the error.
pub fn required<T>(field: &str, given: MaybeUndefined<T>) -> Result<ActiveValue<T>, ApiError>
where
    T: Into<sea_orm::Value>,
{
    match given {
        MaybeUndefined::Undefined => Ok(NotSet),
        MaybeUndefined::Null => Err(ApiError::bad_input(format!(
            "{field} cannot be null; leave it out to keep it"
        ))),
        MaybeUndefined::Value(value) => Ok(Set(value)),
    }
}
