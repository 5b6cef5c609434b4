//! Which value holds, for any rows.

use chrono::DateTime;
use uuid::Uuid;

use super::*;
use crate::ids::TenantId;
use crate::model::link_policy::PolicyScope::{self, Device, Site, Tenant};

/// A row that says nothing.
fn row(scope: PolicyScope) -> Model {
    Model {
        tenant_id: TenantId(Uuid::nil()),
        scope,
        scope_id: Uuid::nil(),
        degraded_below_dbm: None,
        recover_margin_db: None,
        weak_polls: None,
        window_polls: None,
        confirm_polls: None,
        down_after_misses: None,
        min_miss_spacing_s: None,
        ap_silent_after_s: None,
        stale_after_s: None,
        forget_after_s: None,
        updated_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn without_rows_and_with_rows_that_say_nothing_the_defaults_hold() {
    assert_eq!(Policy::settle(&[]), Policy::default());
    let rows = [row(Tenant), row(Site), row(Device)];
    assert_eq!(Policy::settle(&rows), Policy::default());
    for &threshold in Threshold::ALL {
        assert_eq!(deciding(&rows, threshold), None, "{threshold}");
    }
}

#[test]
fn each_value_comes_from_the_narrowest_row_that_has_one_whatever_their_order() {
    let tenant = Model {
        down_after_misses: Some(5),
        degraded_below_dbm: Some(-70),
        ap_silent_after_s: Some(900),
        ..row(Tenant)
    };
    let site = Model {
        degraded_below_dbm: Some(-75),
        confirm_polls: Some(3),
        ..row(Site)
    };
    let device = Model {
        degraded_below_dbm: Some(-85),
        ..row(Device)
    };
    let expected = Policy {
        degraded_below_dbm: -85,
        confirm_polls: 3,
        down_after_misses: 5,
        ap_silent_after_s: Some(900),
        ..Policy::default()
    };
    for rows in [
        [&tenant, &site, &device],
        [&device, &tenant, &site],
        [&site, &device, &tenant],
    ] {
        let rows = rows.map(Clone::clone);
        assert_eq!(Policy::settle(&rows), expected);
        for (threshold, scope) in [
            (Threshold::DegradedBelowDbm, Some(Device)),
            (Threshold::ConfirmPolls, Some(Site)),
            (Threshold::DownAfterMisses, Some(Tenant)),
            (Threshold::StaleAfterS, None),
        ] {
            let decides = deciding(&rows, threshold).map(|row| row.scope);
            assert_eq!(decides, scope, "{threshold}");
        }
    }
}

#[test]
fn more_weak_polls_than_the_window_has_are_all_of_them() {
    let tenant = Model {
        weak_polls: Some(8),
        window_polls: Some(10),
        ..row(Tenant)
    };
    let device = Model {
        window_polls: Some(4),
        ..row(Device)
    };
    let policy = Policy::settle(&[tenant, device]);
    assert_eq!((policy.weak_polls, policy.window_polls), (4, 4));
}

/// A row in which every value is the least, or the greatest, that its column can hold.
fn extreme(small: i16, large: i32) -> Model {
    Model {
        degraded_below_dbm: Some(small),
        recover_margin_db: Some(small),
        weak_polls: Some(small),
        window_polls: Some(small),
        confirm_polls: Some(large),
        down_after_misses: Some(large),
        min_miss_spacing_s: Some(large),
        ap_silent_after_s: Some(large),
        stale_after_s: Some(large),
        forget_after_s: Some(large),
        ..row(Tenant)
    }
}

#[test]
fn a_value_out_of_bounds_counts_as_the_nearest_bound() {
    let least = Policy::settle(&[extreme(i16::MIN, i32::MIN)]);
    let greatest = Policy::settle(&[extreme(i16::MAX, i32::MAX)]);
    for &threshold in Threshold::ALL {
        let bounds = threshold.bounds();
        assert_eq!(least.value(threshold), Some(*bounds.start()), "{threshold}");
        assert_eq!(
            greatest.value(threshold),
            Some(*bounds.end()),
            "{threshold}"
        );
    }
}

#[test]
fn the_defaults_lie_within_the_bounds() {
    for &threshold in Threshold::ALL {
        let value = Policy::default().value(threshold);
        assert!(
            value.is_none_or(|value| threshold.bounds().contains(&value)),
            "{threshold}"
        );
    }
}
