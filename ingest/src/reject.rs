//! What happens to a message that cannot be applied: it is logged and counted, and reading goes on.

use crate::decode::Reject;

/// Logs and counts a message that was refused for good.
pub(crate) fn report(reject: &Reject, seq: u64) {
    metrics::counter!("wisplink_ingest_rejected_total", "reason" => reject.code.as_str())
        .increment(1);
    tracing::warn!(reason = reject.code.as_str(), seq, detail = %reject.detail, "a message was refused");
}
