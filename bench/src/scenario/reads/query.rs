//! The three queries, in three languages: wisplink's GraphQL, `PostGraphile`'s, and SQL.

use serde_json::{Value, json};

use crate::fleet::{self, Fleet, Kind};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// The first 50 links by last seen, AP and CPE with hostname and status.
    Q1,
    /// One link in full, both devices, the CPE's interfaces.
    Q2,
    /// 40 APs, each with its 20 links and each CPE's hostname.
    Q3,
}

impl Query {
    /// As everybody calls it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Q1 => "Q1",
            Self::Q2 => "Q2",
            Self::Q3 => "Q3",
        }
    }

    /// The body of a request to wisplink. `number` chooses one of the things that can be asked for.
    pub(crate) fn ours(self, tenant: u32, number: u32) -> Value {
        self.body(include_str!("ours.graphql"), tenant, number)
    }

    /// The body of the same request to `PostGraphile`; its answer has the same shape.
    pub(crate) fn postgraphiles(self, tenant: u32, number: u32) -> Value {
        self.body(include_str!("postgraphile.graphql"), tenant, number)
    }

    /// The best SQL we know, for one tenant and, in Q2, one of its links.
    pub(crate) fn sql(self, tenant: u32, link: &str) -> String {
        let sql = section(include_str!("limit.sql"), "-- ", self.name());
        sql.replace("{tenant}", &fleet::tenant(tenant).to_string())
            .replace("{link}", link)
            .replace('\n', " ")
    }

    /// How many different requests one tenant makes of it.
    pub(crate) const fn variety(self) -> u32 {
        match self {
            Self::Q1 | Self::Q3 => 1,
            Self::Q2 => 20,
        }
    }

    fn body(self, document: &str, tenant: u32, number: u32) -> Value {
        let query = section(document, "# ", self.name());
        match self {
            Self::Q1 | Self::Q3 => json!({ "query": query }),
            Self::Q2 => {
                let (tenant_id, id) = (fleet::tenant(tenant), link(tenant, number));
                json!({ "query": query, "variables": { "id": id, "tenantId": tenant_id } })
            }
        }
    }
}

/// The link that request number `number` of Q2 asks for: they lie at different APs.
pub(crate) fn link(tenant: u32, number: u32) -> String {
    let Fleet { clients, aps, .. } = fleet::USUAL;
    let n = number * 37 % (aps * clients);
    fleet::id(tenant, Kind::Link, n).to_string()
}

/// What stands below the comment that names it.
fn section(text: &str, comment: &str, name: &str) -> String {
    let below = text.split(&format!("{comment}{name}\n")).nth(1);
    let below = below.unwrap_or_default().split(comment).next();
    below.unwrap_or_default().trim().to_owned()
}
