//! A link's life as tests tell it: one observation a minute.

use chrono::DateTime;
use entity::link_state::LinkState::Active;
use uuid::Uuid;

use super::super::*;

pub(super) const POLICY: Policy = Policy {
    degraded_below_dbm: -80,
    recover_margin_db: 3,
    weak_polls: 3,
    window_polls: 5,
    confirm_polls: 2,
    down_after_misses: 3,
    min_miss_spacing_s: 10,
    ap_silent_after_s: None,
    stale_after_s: 86_400,
    forget_after_s: 7_776_000,
};

pub(super) fn minute(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(n)
}

pub(super) fn other_ap() -> DeviceId {
    DeviceId(Uuid::from_u128(9))
}

pub(super) fn reading(signal: Option<i16>) -> Arc<Reading> {
    Arc::new(Reading {
        signal,
        ..Reading::default()
    })
}

pub(super) fn sighted(signal: i16) -> Observation {
    Observation::Sighted(reading(Some(signal)))
}

/// A link under test: one observation a minute, and what was said of it.
pub(super) struct Story {
    pub(super) link: Link,
    pub(super) now: i64,
    pub(super) told: Vec<(LinkState, EventReason)>,
}

impl Story {
    pub(super) fn begin(signal: i16) -> Self {
        let ends = Ends {
            ap: DeviceId(Uuid::from_u128(1)),
            cpe: DeviceId(Uuid::from_u128(2)),
            client_mac: MacAddress::new([2; 6]),
        };
        let id = LinkId(Uuid::from_u128(3));
        let (link, events) = discover(id, ends, reading(Some(signal)), &POLICY, minute(0));
        let told = events
            .into_iter()
            .map(|event| (event.to, event.reason))
            .collect();
        Self { link, now: 0, told }
    }

    pub(super) fn active() -> Self {
        let mut story = Self::begin(-60);
        story.then(sighted(-60));
        assert_eq!(story.link.state, Active);
        story.told.clear();
        story
    }

    pub(super) fn in_state(state: LinkState) -> Self {
        let mut story = Self::active();
        story.link.state = state;
        story
    }

    pub(super) fn then(&mut self, observation: Observation) -> Vec<Event> {
        self.now += 1;
        self.at(self.now, observation)
    }

    pub(super) fn at(&mut self, time: i64, observation: Observation) -> Vec<Event> {
        match step(self.link.clone(), observation, &POLICY, minute(time)) {
            Step::Unchanged(link) => {
                assert_eq!(link, self.link, "unchanged means unchanged");
                Vec::new()
            }
            Step::Changed(link, events) => {
                for event in &events {
                    assert_eq!(event.to, link.state);
                    self.told.push((event.to, event.reason));
                }
                self.link = link;
                events
            }
        }
    }

    pub(super) fn signals(&mut self, signals: &[i16]) {
        for signal in signals {
            self.then(sighted(*signal));
        }
    }
}
