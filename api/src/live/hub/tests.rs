use super::*;
use chrono::DateTime;
use entity::ids::{Epoch, EventId, LinkId};
use entity::link_state::{EventReason, LinkState};
use uuid::Uuid;

fn event(epoch: u128, seq: i64) -> LinkEvent {
    LinkEvent {
        tenant_id: TenantId(Uuid::nil()),
        epoch: Epoch(Uuid::from_u128(epoch)),
        seq,
        id: EventId(Uuid::nil()),
        link_id: LinkId(Uuid::nil()),
        ap_device_id: DeviceId(Uuid::nil()),
        cpe_device_id: DeviceId(Uuid::nil()),
        client_mac: entity::mac::MacAddress::new([2; 6]),
        other_ap_device_id: None,
        from_state: None,
        to_state: LinkState::Discovered,
        reason: EventReason::FirstSeen,
        signal_strength: None,
        at: DateTime::UNIX_EPOCH,
        recorded_at: DateTime::UNIX_EPOCH,
    }
}

fn ring(events: &[(u128, i64)]) -> Ring {
    let mut ring = Ring::default();
    for &(epoch, seq) in events {
        ring.push(event(epoch, seq), None);
    }
    ring
}

fn next(ring: &Ring, seq: i64) -> String {
    match ring.next(FeedCursor {
        epoch: Epoch(Uuid::from_u128(1)),
        seq,
    }) {
        Next::Events(events) => events
            .iter()
            .map(|(event, _)| event.seq.to_string())
            .collect::<Vec<_>>()
            .join(" "),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_cursor_finds_what_follows_it_or_is_told_that_it_is_behind() {
    let full = ring(&[(1, 5), (1, 6), (1, 7)]);
    assert_eq!(next(&full, 4), "5 6 7");
    assert_eq!(next(&full, 6), "7");
    assert_eq!(next(&full, 7), "UpToDate");
    assert_eq!(next(&full, 9), "UpToDate");
    assert_eq!(next(&full, 3), "Behind");
    assert_eq!(next(&ring(&[]), 3), "UpToDate");
}

#[test]
fn a_repeat_is_dropped_and_a_gap_or_a_new_life_empties_the_ring() {
    assert_eq!(next(&ring(&[(1, 5), (1, 5), (1, 4), (1, 6)]), 4), "5 6");
    assert_eq!(next(&ring(&[(1, 5), (1, 7)]), 5), "Behind");
    assert_eq!(next(&ring(&[(1, 5), (2, 6)]), 5), "Behind");
}

#[test]
fn the_ring_keeps_the_latest() {
    let length = i64::try_from(limits::FEED_RING).unwrap();
    let mut ring = Ring::default();
    for seq in 1..=length + 1 {
        ring.push(event(1, seq), None);
    }
    assert_eq!(next(&ring, 0), "Behind");
    assert!(next(&ring, 1).starts_with("2 "));
}
