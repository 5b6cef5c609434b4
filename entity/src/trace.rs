//! Traces: which spans belong together, from a poller's message to a browser's socket.
//!
//! What joins them travels as the header `traceparent` of W3C Trace Context, on NATS and over HTTP
//! alike. Spans are `tracing`'s, under a [`TARGET`] of their own: the log does not show them, and
//! where no traces are sent to anybody they are never made.
//!
//! # Invariants
//! - A header that cannot be read is as none: no message is refused for it.
//! - Spans are made per message, per transaction and per delivery, never per row.

use std::fmt;
use std::str::FromStr;

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The header.
pub const HEADER: &str = "traceparent";
/// The target of spans that traces are made of.
pub const TARGET: &str = "wisplink_trace";

/// A span of a trace, here or elsewhere, to which others are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    trace: u128,
    span: u64,
    flags: u8,
}

/// What is no `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a traceparent")]
pub struct NoTraceParent;

impl TraceParent {
    /// Whether spans of this trace are kept.
    pub const fn is_sampled(self) -> bool {
        self.flags & 1 == 1
    }

    /// The trace, as it is written.
    pub fn trace_id(self) -> String {
        format!("{:032x}", self.trace)
    }

    /// `span` itself, if it is part of a trace.
    pub fn of(span: &Span) -> Option<Self> {
        if span.is_disabled() {
            return None;
        }
        Self::in_context(&span.context())
    }

    /// The span that is running, if it is part of a trace.
    pub fn current() -> Option<Self> {
        Context::map_current(Self::in_context)
    }

    fn in_context(context: &Context) -> Option<Self> {
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| Self {
            trace: u128::from_be_bytes(span.trace_id().to_bytes()),
            span: u64::from_be_bytes(span.span_id().to_bytes()),
            flags: span.trace_flags().to_u8(),
        })
    }

    fn context(self) -> SpanContext {
        SpanContext::new(
            TraceId::from_bytes(self.trace.to_be_bytes()),
            SpanId::from_bytes(self.span.to_be_bytes()),
            TraceFlags::new(self.flags),
            true,
            TraceState::NONE,
        )
    }
}

/// A new span, joined to `parent` where there is one. Without one it may begin a trace.
pub fn joined(parent: Option<TraceParent>, span: Span) -> Span {
    if let Some(parent) = parent.filter(|_| !span.is_disabled()) {
        let context = Context::new().with_remote_span_context(parent.context());
        // Fails where spans go to nobody, who then misses nothing.
        let _ = span.set_parent(context);
    }
    span
}

/// The span that `make` makes below `parent`, if that is kept; else none.
pub fn below(parent: Option<TraceParent>, make: impl FnOnce() -> Span) -> Span {
    match parent.filter(|parent| parent.is_sampled()) {
        Some(parent) => joined(Some(parent), make()),
        None => Span::none(),
    }
}

/// Notes that what `span` does is done for `other`, too.
pub fn link(span: &Span, other: TraceParent) {
    span.add_link(other.context());
}

impl FromStr for TraceParent {
    type Err = NoTraceParent;

    fn from_str(text: &str) -> Result<Self, NoTraceParent> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits);
            let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            part.filter(|part| part.bytes().all(is_hex))
                .ok_or(NoTraceParent)
        };
        let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        // Later versions may say more behind it.
        if version == "ff" || (version == "00" && parts.next().is_some()) {
            return Err(NoTraceParent);
        }
        let parent = Self {
            trace: u128::from_str_radix(trace, 16).map_err(|_| NoTraceParent)?,
            span: u64::from_str_radix(span, 16).map_err(|_| NoTraceParent)?,
            flags: u8::from_str_radix(flags, 16).map_err(|_| NoTraceParent)? & 1,
        };
        if parent.trace == 0 || parent.span == 0 {
            return Err(NoTraceParent);
        }
        Ok(parent)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trace, span, flags } = self;
        write!(f, "00-{trace:032x}-{span:016x}-{flags:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_header_is_read_and_written() {
        let parent: TraceParent = GOOD.parse().expect(GOOD);
        assert!(parent.is_sampled());
        assert_eq!(parent.to_string(), GOOD);
        assert_eq!(parent.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        let context = Context::new().with_remote_span_context(parent.context());
        assert_eq!(TraceParent::in_context(&context), Some(parent));
        let later = GOOD.replace("00-0af", "cc-0af") + "-what-comes-later";
        assert_eq!(later.parse(), Ok(parent));
        let unkept: TraceParent = GOOD.replace("-01", "-00").parse().expect("no flags");
        assert!(!unkept.is_sampled());
    }

    #[test]
    fn what_is_no_header_is_none() {
        for text in [
            "",
            "00",
            "00-0-0-00",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-+1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        ] {
            assert_eq!(text.parse::<TraceParent>(), Err(NoTraceParent), "{text}");
        }
    }

    #[test]
    fn without_anybody_who_takes_them_there_are_no_spans() {
        let parent = GOOD.parse().ok();
        let span = below(parent, || tracing::info_span!(target: TARGET, "nothing"));
        assert!(span.is_disabled());
        assert_eq!(TraceParent::of(&span), None);
        assert_eq!(TraceParent::current(), None);
    }
}
