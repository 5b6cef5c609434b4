//! `poll_history`: every poll, one row each.

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

/// Keeps `polls`; those that are kept already stay as they are.
pub(crate) async fn keep(tx: &TenantTx, polls: &[&Poll]) -> Result<(), sqlx::Error> {
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
