//! What a caller is, from least to most.

use entity::model::api_key::ApiKeyRole;
use serde::Serialize;

/// The caller's role, from the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, async_graphql::Enum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read access to everything of one tenant.
    Viewer,
    /// Also changes sites, devices and policies.
    Operator,
    /// Also manages API keys.
    Admin,
    /// Can manage tenants, and act in one of them by naming it.
    Platform,
}

impl From<ApiKeyRole> for Role {
    fn from(role: ApiKeyRole) -> Self {
        match role {
            ApiKeyRole::Viewer => Self::Viewer,
            ApiKeyRole::Operator => Self::Operator,
            ApiKeyRole::Admin => Self::Admin,
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Operator, Self::Admin, Self::Platform];

    /// The role with this text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The text in the token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
            Self::Platform => "platform",
        }
    }
}
