//! What a registrations message means.
//!
//! # Invariants
//! - Only a table that was surely read can miss a link; what is in doubt counts as failed.

use chrono::{DateTime, Utc};
use entity::model::ap_poll::{PollOutcome, Radio};
use entity::wire::registrations::{Registrations, RfStats};

use super::dropped::{Dropped, Short};
use super::header::{Header, Texts};
use super::reject::{Reject, RejectCode};
use super::table::Table;
use super::{channel, measure};
use crate::message::Poll;

/// Pollers poll at least once a day.
const INTERVALS: std::ops::RangeInclusive<u32> = 1..=86_400;

pub(super) fn read(
    subject: &str,
    payload: &[u8],
    now: DateTime<Utc>,
    dropped: &mut Dropped,
) -> Result<Poll, Reject> {
    let wire: Registrations<'_, Table> = serde_json::from_slice(payload)?;
    let texts = Texts {
        subject,
        tenant: &wire.tenant_id,
        device: &wire.device_id,
        at: &wire.collected_at,
    };
    let header = Header::read(&texts, now)?;
    let told = told(wire.poll.as_deref(), dropped);
    let radios = wire.rf_stats.unwrap_or_default();
    let radios: Vec<_> = radios
        .into_iter()
        .map(|stats| radio(stats, dropped))
        .collect();
    let outcome = outcome(told, wire.registrations.is_some(), &radios);
    let table = wire.registrations.unwrap_or_default();
    if outcome == PollOutcome::Ok && table.is_unreadable {
        return Err(Reject::new(
            RejectCode::UnreadableMacs,
            &format!(
                "none of {} rows can be read; {:?}",
                table.dropped.rows, table.dropped.sample
            ),
        ));
    }
    dropped.add(table.dropped);
    Ok(Poll {
        tenant: header.tenant,
        ap: header.device,
        collected_at: header.at,
        outcome,
        interval_s: interval(wire.interval_s, dropped),
        clients: if outcome == PollOutcome::Ok {
            table.clients
        } else {
            Vec::new()
        },
        radios: radios
            .into_iter()
            .filter(|radio| *radio != Radio::default())
            .collect(),
    })
}

/// What the poller says came of it. A word not known says at least that it was not simply fine.
fn told(poll: Option<&str>, dropped: &mut Dropped) -> Option<PollOutcome> {
    let word = poll.map(str::trim).filter(|word| !word.is_empty())?;
    let known = PollOutcome::ALL
        .iter()
        .find(|known| word.eq_ignore_ascii_case(known.as_str()));
    if known.is_none() {
        dropped.value("poll", &format_args!("{:?}", Short(word)));
    }
    Some(known.copied().unwrap_or(PollOutcome::Failed))
}

fn outcome(told: Option<PollOutcome>, has_table: bool, radios: &[Radio]) -> PollOutcome {
    match told {
        Some(told @ (PollOutcome::Failed | PollOutcome::Unsupported)) => told,
        Some(PollOutcome::Ok) | None if has_table || is_idle(radios) => PollOutcome::Ok,
        Some(PollOutcome::Ok) | None => PollOutcome::Failed,
    }
}

/// Whether the radios say that there are no clients: every one of them, and at least one.
fn is_idle(radios: &[Radio]) -> bool {
    !radios.is_empty()
        && radios
            .iter()
            .all(|radio| radio.registered_clients == Some(0))
}

fn radio(stats: RfStats<'_>, dropped: &mut Dropped) -> Radio {
    let clients = stats.registered_clients.as_ref();
    Radio {
        interface: dropped.text("interface", stats.interface, |_| true),
        noise_floor: dropped.number(
            "noise_floor",
            stats.noise_floor.as_ref(),
            measure::noise_floor,
        ),
        channel_width_mhz: dropped.number(
            "channel_width",
            stats.channel_width.as_ref(),
            channel::width,
        ),
        tx_power: dropped.number("tx_power", stats.tx_power.as_ref(), measure::tx_power),
        registered_clients: dropped.number("registered_clients", clients, measure::clients),
    }
}

fn interval(told: Option<u32>, dropped: &mut Dropped) -> Option<u32> {
    let seconds = told.filter(|seconds| *seconds != 0)?;
    if !INTERVALS.contains(&seconds) {
        dropped.value("interval_s", &seconds);
        return None;
    }
    Some(seconds)
}
