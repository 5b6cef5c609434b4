//! The signal over time of each of many links.
//!
//! # Invariants
//! - Polls are read from where their partitions begin, hours up to there. Both lie on full hours, so
//!   nothing is counted twice and nothing left out.
//! - Where polls begin is asked once a snapshot; until that ends, what begins there is not dropped.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::ids::DeviceId;
use entity::mac::MacAddress;
use sqlx::Row as _;
use sqlx::postgres::{PgArguments, PgRow};
use tokio::sync::OnceCell;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::history::buckets::{Buckets, Sum, Sums};
use crate::limits;
use crate::loader::batch::Load;

/// A table with signals.
struct Source {
    name: &'static str,
    /// Days times links that may be read at once.
    days: usize,
    sql: &'static str,
}

const POLLS_BEGIN: &str = "SELECT app.raw_history_from()";

/// A client's place in a poll is looked up, rather than the poll unfolded for each link: an AP's poll
/// is read by many links.
const POLLS: Source = Source {
    name: "days of polls of all links together",
    days: limits::HISTORY_POLL_DAYS,
    sql: "
    SELECT link.n, width_bucket(p.collected_at, $6::timestamptz[]) - 1, count(*),
        count(nullif(p.signal[i], 0)), sum(p.signal[i])::bigint,
        min(nullif(p.signal[i], 0)), max(nullif(p.signal[i], 0)),
        count(nullif(p.ccq[i], 0)), sum(least(p.ccq[i], 100))::bigint,
        count(nullif(p.tx_kbps[i], 0)), sum(p.tx_kbps[i])::bigint,
        count(nullif(p.rx_kbps[i], 0)), sum(p.rx_kbps[i])::bigint
    FROM unnest($2::uuid[], $3::macaddr[]) WITH ORDINALITY AS link (ap, mac, n)
    CROSS JOIN LATERAL (
        SELECT * FROM poll_history WHERE tenant_id = $1 AND ap_device_id = link.ap
            AND collected_at >= $4 AND collected_at < $5) AS p
    CROSS JOIN LATERAL unnest(array_positions(p.client_macs, link.mac)) AS i
    GROUP BY 1, 2",
};

/// An hour stands where its middle is.
const HOURS: Source = Source {
    name: "days of hours of all links together",
    days: limits::HISTORY_HOUR_DAYS,
    sql: "
    SELECT link.n, width_bucket(h.hour + interval '30 minutes', $6::timestamptz[]) - 1,
        sum(h.samples)::bigint, sum(h.signal_samples)::bigint, sum(h.signal_sum)::bigint,
        min(h.signal_min), max(h.signal_max),
        sum(h.ccq_samples)::bigint, sum(h.ccq_sum)::bigint,
        sum(h.tx_samples)::bigint, sum(h.tx_kbps_sum)::bigint,
        sum(h.rx_samples)::bigint, sum(h.rx_kbps_sum)::bigint
    FROM unnest($2::uuid[], $3::macaddr[]) WITH ORDINALITY AS link (ap, mac, n)
    CROSS JOIN LATERAL (
        SELECT * FROM signal_hourly WHERE tenant_id = $1 AND ap_device_id = link.ap
            AND client_mac = link.mac AND hour >= $4 AND hour < $5) AS h
    GROUP BY 1, 2",
};
const HALF_HOUR: TimeDelta = TimeDelta::minutes(30);

/// Signals by link. A link without any is not among them.
pub struct SignalByLink {
    snapshot: Arc<Snapshot>,
    polls_begin: OnceCell<DateTime<Utc>>,
}

/// The signal of which link, in which buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SignalOf {
    /// The AP.
    pub ap: DeviceId,
    /// The client at that AP.
    pub client_mac: MacAddress,
    /// The buckets.
    pub buckets: Buckets,
}

/// Sums by the bucket's number; buckets without any are not among them.
pub type Signal = Arc<HashMap<u32, Sums>>;

impl Source {
    fn check(&self, length: TimeDelta, links: usize) -> Result<(), ApiError> {
        let hours = usize::try_from(length.num_hours()).unwrap_or(usize::MAX);
        let days = hours.saturating_mul(links) / 24;
        if days > self.days {
            return Err(ApiError::limit(self.name, days, self.days));
        }
        Ok(())
    }
}

impl SignalByLink {
    pub(super) fn new(snapshot: Arc<Snapshot>) -> Self {
        Self {
            snapshot,
            polls_begin: OnceCell::new(),
        }
    }

    /// Where polls begin; everything is in them while they have no partitions.
    async fn polls_begin(&self) -> Result<DateTime<Utc>, ApiError> {
        let ask = async || {
            let tx = self.snapshot.history_tx().await?;
            let rows = tx.rows(POLLS_BEGIN, PgArguments::default()).await?;
            let begin = rows.first().map_or(Ok(None), |row| row.try_get(0))?;
            Ok::<_, ApiError>(begin.unwrap_or(DateTime::UNIX_EPOCH))
        };
        self.polls_begin.get_or_try_init(ask).await.copied()
    }

    /// The signals of `links` in the same buckets.
    async fn read(
        &self,
        buckets: Buckets,
        links: &[SignalOf],
    ) -> Result<Vec<HashMap<u32, Sums>>, ApiError> {
        let tx = self.snapshot.history_tx().await?;
        let begin = self.polls_begin().await?;
        let (from, to) = (buckets.range().from(), buckets.range().to());
        let aps: Vec<_> = links.iter().map(|link| link.ap).collect();
        let macs: Vec<_> = links.iter().map(|link| link.client_mac).collect();
        let mut found = vec![HashMap::new(); links.len()];
        let sources = [
            (&POLLS, from.max(begin), to),
            (&HOURS, from - HALF_HOUR, begin.min(to - HALF_HOUR)),
        ];
        for (source, from, to) in sources {
            if from < to {
                source.check(to - from, links.len())?;
                let arguments = args![tx.tenant(), &aps, &macs, from, to, buckets.starts()]?;
                for row in tx.rows(source.sql, arguments).await? {
                    let (link, bucket, sums) = sums(&row)?;
                    if let Some(signal) = found.get_mut(link) {
                        signal
                            .entry(bucket)
                            .or_insert_with(Sums::default)
                            .add(&sums);
                    }
                }
            }
        }
        Ok(found)
    }
}

impl Load for SignalByLink {
    type Key = SignalOf;
    type Value = Signal;

    async fn load(&self, keys: &[SignalOf]) -> Result<HashMap<SignalOf, Signal>, ApiError> {
        let asked = keys.iter().map(|key| key.buckets.count() as usize).sum();
        if asked > limits::HISTORY_ANSWER_BUCKETS {
            let what = "buckets of all links together";
            return Err(ApiError::limit(what, asked, limits::HISTORY_ANSWER_BUCKETS));
        }
        let mut alike: HashMap<Buckets, Vec<SignalOf>> = HashMap::new();
        for key in keys {
            alike.entry(key.buckets).or_default().push(*key);
        }
        let mut found = HashMap::new();
        // Siblings in a query share their arguments, so this is one round in practice.
        for (buckets, links) in alike {
            let signals = self.read(buckets, &links).await?;
            found.extend(links.into_iter().zip(signals.into_iter().map(Arc::new)));
        }
        Ok(found)
    }
}

/// A row: which link, which bucket, and the sums.
fn sums(row: &PgRow) -> Result<(usize, u32, Sums), sqlx::Error> {
    let link: i64 = row.try_get(0)?;
    let bucket: i32 = row.try_get(1)?;
    let sum = |index: usize| {
        Ok::<_, sqlx::Error>(Sum {
            samples: row.try_get(index)?,
            sum: row.try_get(index + 1)?,
        })
    };
    let sums = Sums {
        samples: row.try_get(2)?,
        signal: sum(3)?,
        signal_min: row.try_get(5)?,
        signal_max: row.try_get(6)?,
        ccq: sum(7)?,
        tx_kbps: sum(9)?,
        rx_kbps: sum(11)?,
    };
    let link = usize::try_from(link - 1).unwrap_or(usize::MAX);
    Ok((link, u32::try_from(bucket).unwrap_or(u32::MAX), sums))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn many_links_may_not_read_far_back_together() {
        for (source, days, links, refused) in [
            (POLLS, 7, 100, false),
            (POLLS, 7, 101, true),
            (POLLS, 1, 500, false),
            (HOURS, 400, 50, false),
            (HOURS, 400, 51, true),
        ] {
            let checked = source.check(TimeDelta::days(days), links);
            let code = checked.err().map(|error| error.code());
            let expected = refused.then_some(Code::LimitExceeded);
            assert_eq!(code, expected, "{days} days of {links} links");
        }
    }
}
