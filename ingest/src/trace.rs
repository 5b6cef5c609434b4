//! The traces of messages: from being read to everything that comes of them.

use async_nats::HeaderMap;
use entity::ids::TenantId;
use entity::trace::{HEADER, TARGET, TraceParent, joined, link};
use tracing::Span;

use crate::decode::Kind;

/// The trace of one message. Its span ends when this is dropped.
#[derive(Clone, Debug)]
pub struct Trace {
    span: Span,
    parent: Option<TraceParent>,
}

impl Trace {
    /// The trace of a message of `kind` with these headers, read as number `seq`: the one that its
    /// poller began, or a new one.
    pub fn of(kind: Kind, headers: Option<&HeaderMap>, seq: u64) -> Self {
        let came = headers.and_then(|headers| headers.get(HEADER));
        let came = came.and_then(|value| value.as_str().parse::<TraceParent>().ok());
        if came.is_some_and(|came| !came.is_sampled()) {
            return Self::passed_on(came);
        }
        let source = kind.as_str();
        let span = tracing::info_span!(
            target: TARGET, parent: None, "message", source, seq, otel.kind = "consumer"
        );
        let span = joined(came, span);
        match TraceParent::of(&span) {
            Some(parent) if parent.is_sampled() => Self {
                span,
                parent: Some(parent),
            },
            begun => Self::passed_on(begun.or(came)),
        }
    }

    /// What the message causes is joined to this.
    pub const fn parent(&self) -> Option<TraceParent> {
        self.parent
    }

    fn passed_on(parent: Option<TraceParent>) -> Self {
        let span = Span::none();
        Self { span, parent }
    }
}

/// The span of a batch of messages: below the first of them that is traced, and linked to the
/// others. None, if none is.
pub(crate) fn batch<'a>(tenant: TenantId, traces: impl Iterator<Item = &'a Trace>) -> Span {
    let mut kept = traces.filter(|trace| !trace.span.is_disabled());
    let Some(first) = kept.next() else {
        return Span::none();
    };
    let span = tracing::info_span!(target: TARGET, parent: None, "batch", %tenant);
    let span = joined(first.parent, span);
    for other in kept.filter_map(Trace::parent) {
        link(&span, other);
    }
    span
}

/// The span of one try to apply `batch`.
pub(crate) fn transaction(batch: &Span, attempt: u32) -> Span {
    if batch.is_disabled() {
        return Span::none();
    }
    tracing::info_span!(target: TARGET, parent: batch, "transaction", attempt)
}
