//! Ids: one type for each kind of thing, so that they cannot be mixed up.
//!
//! All are UUIDv7, made by the application; a later id sorts behind an earlier one.

use uuid::Uuid;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize, sea_orm::DeriveValueType, sqlx::Type,
        )]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, later in order than all made before it.
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

id!(
    /// A WISP: the owner of everything else.
    TenantId
);
id!(
    /// A tower or another place where devices stand.
    SiteId
);
id!(
    /// A managed device: an access point (AP), a customer device (CPE), or both.
    DeviceId
);
id!(
    /// A network interface of a device.
    InterfaceId
);
id!(
    /// A wireless link: one AP and one radio of a CPE.
    LinkId
);
id!(
    /// One change of a link.
    EventId
);
id!(
    /// One life of a tenant's event sequence; it changes when the sequence had to begin anew.
    Epoch
);
impl Epoch {
    /// The first life of a tenant's sequence, known before there is any event.
    pub const fn first(tenant: TenantId) -> Self {
        Self(tenant.0)
    }
}

id!(
    /// An API key.
    ApiKeyId
);
