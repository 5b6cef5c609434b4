//! Which of a tenant's events this process has published.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// The events from `from` to `to` are published, without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The first.
    pub from: i64,
    /// The last.
    pub to: i64,
}

/// Consecutive events of one tenant, on their way or published.
#[derive(Debug, Default)]
pub struct Span {
    /// The first that is not written down as published.
    from: Option<i64>,
    /// The last that was sent.
    last: i64,
    open: BTreeSet<i64>,
}

impl Span {
    /// These are on their way now.
    pub fn open(&mut self, seqs: RangeInclusive<i64>) {
        if self.last + 1 != *seqs.start() {
            // Another worker published in between, or not: that is for the database to tell.
            self.from = None;
        }
        self.from.get_or_insert(*seqs.start());
        self.last = *seqs.end();
        self.open.extend(seqs);
    }

    /// This one is acknowledged.
    pub fn done(&mut self, seq: i64) {
        self.open.remove(&seq);
    }

    /// How many are on their way.
    pub fn waiting(&self) -> usize {
        self.open.len()
    }

    /// What is published and not written down.
    pub fn published(&self) -> Option<Published> {
        let from = self.from?;
        let to = self.open.first().map_or(self.last, |open| open - 1);
        (from <= to).then_some(Published { from, to })
    }

    /// `published` is written down. Returns whether nothing is left.
    pub fn note(&mut self, published: Published) -> bool {
        self.from = self.from.map(|from| from.max(published.to + 1));
        self.open.is_empty() && self.from.is_none_or(|from| from > self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_does_not_reach_over_what_others_published() {
        let mut span = Span::default();
        span.open(1..=2);
        span.open(5..=5);
        for seq in [1, 2, 5] {
            span.done(seq);
        }
        assert_eq!(span.published(), Some(Published { from: 5, to: 5 }));
    }

    #[test]
    fn only_what_has_no_gap_before_it_counts() {
        let mut span = Span::default();
        span.open(5..=8);
        assert_eq!(span.published(), None);
        span.done(6);
        assert_eq!(span.published(), None);
        span.done(5);
        assert_eq!(span.published(), Some(Published { from: 5, to: 6 }));
        assert!(!span.note(Published { from: 5, to: 6 }));
        assert_eq!(span.published(), None);
        span.done(7);
        span.done(8);
        let rest = Published { from: 7, to: 8 };
        assert_eq!(span.published(), Some(rest));
        assert!(span.note(rest));
    }
}
