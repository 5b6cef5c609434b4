//! What can be done, besides reading.

use crate::auth::role::Role;

/// Something a caller may or may not do.
pub trait Action {
    /// As it is called in the schema.
    const NAME: &'static str;
    /// Who may.
    const ROLES: &'static [Role];
}
