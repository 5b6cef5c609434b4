//! The roles the programs act as. None can log in, own a table or bypass row-level security.

/// Serves the API.
pub(crate) const API: &str = "wisplink_api";
/// Stores what pollers report.
pub(crate) const INGEST: &str = "wisplink_ingest";
/// Reads and creates tenants.
pub(crate) const PLATFORM: &str = "wisplink_platform";
/// Looks up API keys.
pub(crate) const AUTH: &str = "wisplink_auth";

/// All of them.
pub(crate) const ALL: [&str; 4] = [API, INGEST, PLATFORM, AUTH];
