//! What an import says: a table for each tenant, and a line for everything that is left out.

use entity::model::tenant;

use super::compare::{Changes, TenantChanges};

/// What was left out, and why.
#[derive(Default)]
pub(super) struct Remarks(Vec<String>);

impl Remarks {
    /// The row `what` is left out.
    pub(super) fn drop(&mut self, what: &str, why: impl AsRef<str>) {
        self.0.push(format!("left out: {what}: {}", why.as_ref()));
    }

    /// The row `what` is left out: there is nothing in its place.
    pub(super) fn left_out<T>(&mut self, what: &str, why: impl AsRef<str>) -> Option<T> {
        self.drop(what, why);
        None
    }

    /// The row `what` is taken over without one value.
    pub(super) fn without(&mut self, what: &str, why: impl AsRef<str>) {
        self.0
            .push(format!("without a value: {what}: {}", why.as_ref()));
    }
}

/// What becomes of a tenant.
pub(super) struct Report {
    head: String,
    counts: Vec<String>,
}

impl Report {
    /// Nothing, as yet.
    pub(super) fn of(tenant: &tenant::Model) -> Self {
        Self {
            head: format!("tenant {} {:?}", tenant.id, tenant.name),
            counts: Vec::new(),
        }
    }

    /// Counts what is to be written.
    pub(super) fn count(&mut self, changes: &TenantChanges) {
        let TenantChanges {
            tenant,
            sites,
            devices,
            interfaces,
            links,
            ..
        } = changes;
        self.counts = vec![
            line("tenant", tenant),
            line("sites", sites),
            line("devices", devices),
            line("interfaces", interfaces),
            line("links", links),
        ];
    }

    /// All lines.
    pub(super) fn lines<'a>(&'a self, remarks: &'a Remarks) -> Vec<&'a str> {
        std::iter::once(&self.head)
            .chain(&self.counts)
            .chain(&remarks.0)
            .map(String::as_str)
            .collect()
    }
}

fn line<T>(name: &str, changes: &Changes<T>) -> String {
    format!(
        "  {name:<10} {:>7} new {:>7} changed {:>7} as they were",
        changes.new.len(),
        changes.changed.len(),
        changes.same
    )
}
