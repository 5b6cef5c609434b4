//! Links that are forgotten are told of: `link_events` takes the reason, and the API, whose
//! operators forget links, may lock an AP as ingest does, so that no poll is at work on the link.

use sea_orm_migration::prelude::*;

use crate::protect::run;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = "
    ALTER TABLE link_events DROP CONSTRAINT link_events_reason_check;
    ALTER TABLE link_events ADD CONSTRAINT link_events_reason_check CHECK (reason IN (
        'first_seen', 'confirmed', 'signal_weak', 'signal_recovered', 'missed_polls', 'ap_silent',
        'roamed', 'reassigned', 'seen_again', 'expired', 'reconnected', 'forgotten'));
    -- Whoever locks a row must be allowed to change something of it.
    GRANT UPDATE (version) ON ap_polls TO wisplink_api;";

/// Refused while there are such events: they cannot go, for numbers have no gaps.
const DOWN: &str = "
    REVOKE UPDATE (version) ON ap_polls FROM wisplink_api;
    ALTER TABLE link_events DROP CONSTRAINT link_events_reason_check;
    ALTER TABLE link_events ADD CONSTRAINT link_events_reason_check CHECK (reason IN (
        'first_seen', 'confirmed', 'signal_weak', 'signal_recovered', 'missed_polls', 'ap_silent',
        'roamed', 'reassigned', 'seen_again', 'expired', 'reconnected'));";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await
    }
}
