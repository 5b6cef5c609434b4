//! The networks that are measured: how many tenants, APs and CPEs, and what they are called.
//!
//! Ids and addresses follow from numbers, so that the database, the messages and the load generators
//! agree without asking each other. Ids have the form and the order of UUIDv7, as in production.

use entity::ids::TenantId;
use uuid::Uuid;

/// Tenants that look the same. Numbers count from 0 in each of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fleet {
    /// The number of the first tenant.
    pub(crate) first: u32,
    /// How many there are.
    pub(crate) tenants: u32,
    /// Sites of a tenant.
    pub(crate) sites: u32,
    /// APs of a tenant.
    pub(crate) aps: u32,
    /// CPEs of an AP, each with one link.
    pub(crate) clients: u32,
}

/// 40,000 links: what everything is measured on, unless it says otherwise.
pub(crate) const USUAL: Fleet = Fleet {
    first: 1,
    tenants: 50,
    sites: 20,
    aps: 40,
    clients: 20,
};

/// 10,000 links: where growth begins.
pub(crate) const SMALL: Fleet = Fleet {
    tenants: 13,
    ..USUAL
};

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The tenant itself; its number is 0.
    Tenant = 0,
    /// An AP.
    Ap = 2,
    /// A link, numbered as its CPE.
    Link = 5,
}

impl Fleet {
    /// The tenants' numbers.
    pub(crate) fn tenants(self) -> std::ops::Range<u32> {
        self.first..self.first + self.tenants
    }

    /// Links of a tenant.
    pub(crate) const fn links(self) -> u32 {
        self.aps * self.clients
    }

    /// Links of all tenants.
    pub(crate) const fn all_links(self) -> u32 {
        self.links() * self.tenants
    }

    /// APs of all tenants.
    pub(crate) const fn all_aps(self) -> u32 {
        self.aps * self.tenants
    }
}

/// The id of thing number `n` of tenant number `tenant`; `bench.id` in `seed.sql` is its twin.
pub(crate) fn id(tenant: u32, kind: Kind, n: u32) -> Uuid {
    let id = (0x0190 << 112)
        | (u128::from(tenant) << 80)
        | (0x7 << 76)
        | ((kind as u128) << 64)
        | (0x8 << 60)
        | u128::from(n);
    Uuid::from_u128(id)
}

/// The id of tenant number `tenant`.
pub(crate) fn tenant(tenant: u32) -> TenantId {
    TenantId(id(tenant, Kind::Tenant, 0))
}

/// The address of the radio of CPE number `n`, as `bench.mac` in `seed.sql` makes it.
pub(crate) fn mac(tenant: u32, n: u32) -> String {
    let digits = format!("6c3{tenant:04x}{n:05x}");
    let pairs: Vec<_> = (0..6).map(|pair| &digits[pair * 2..pair * 2 + 2]).collect();
    pairs.join(":").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_addresses_are_what_the_database_makes_of_the_same_numbers() {
        assert_eq!(
            id(0x32, Kind::Link, 0x31f).to_string(),
            "01900000-0032-7005-8000-00000000031f"
        );
        assert_eq!(mac(0x32, 0x31f), "6C:30:03:20:03:1F");
    }
}
