//! `poll_history`: every poll, one row each.

use chrono::{DateTime, Utc};
use entity::args;
use entity::tx::TenantTx;

use super::columns::Columns;
use crate::message::Poll;

const INSERT: &str = "
    INSERT INTO poll_history (tenant_id, ap_device_id, collected_at, noise_floor, client_macs,
        signal, remote_signal, snr, ccq, tx_kbps, rx_kbps)
    SELECT $1, p.ap, p.at, p.noise_floor, ($7::macaddr[])[p.first:p.last],
        ($8::int2[])[p.first:p.last], ($9::int2[])[p.first:p.last],
        ($10::int2[])[p.first:p.last], ($11::int2[])[p.first:p.last],
        ($12::int4[])[p.first:p.last], ($13::int4[])[p.first:p.last]
    FROM unnest($2::uuid[], $3::timestamptz[], $4::int2[], $5::int4[], $6::int4[])
        AS p (ap, at, noise_floor, first, last)
    ON CONFLICT DO NOTHING";

/// Keeps those of `polls` that are not older than `kept_from`; what is kept already stays as it is.
///
/// The polls beside an older one are dropped by now, and what was rolled up of them must not be
/// replaced by what this one alone says.
pub(crate) async fn keep(
    tx: &TenantTx,
    polls: &[&Poll],
    kept_from: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (polls, too_old): (Vec<&Poll>, Vec<&Poll>) = polls
        .iter()
        .partition(|poll| poll.collected_at >= kept_from);
    metrics::counter!("wisplink_history_too_old_total").increment(too_old.len() as u64);
    if polls.is_empty() {
        return Ok(());
    }
    let aps: Vec<_> = polls.iter().map(|poll| poll.ap).collect();
    let times: Vec<_> = polls.iter().map(|poll| poll.collected_at).collect();
    let noise: Vec<_> = polls.iter().map(|poll| noise_floor(poll)).collect();
    let c = Columns::of(polls.iter().copied());
    let arguments = args![
        tx.tenant(),
        aps,
        times,
        noise,
        c.first,
        c.last,
        c.macs,
        c.signal,
        c.remote_signal,
        c.snr,
        c.ccq,
        c.tx_kbps,
        c.rx_kbps,
    ]?;
    tx.execute(INSERT, arguments).await?;
    Ok(())
}

/// The AP's; of several radios the noisiest.
fn noise_floor(poll: &Poll) -> Option<i16> {
    poll.radios
        .iter()
        .filter_map(|radio| radio.noise_floor)
        .max()
}
