//! Setting thresholds of a link policy: those that are given, and no other.
//!
//! # Invariants
//! - One statement reads and writes, so of two who set different values at once neither loses any.
//! - What must fit together is looked at after the write, which locked the row: whoever comes
//!   second sees what the first has set.

use chrono::Utc;
use entity::args;
use entity::database::Database;
use entity::link_policy::{Policy, Threshold, deciding};
use entity::model::link_policy::Model;
use entity::tx::TenantTx;

use crate::error::ApiError;
use crate::link_policy::Place;
use crate::permit::policy::SetLinkPolicy;
use crate::permit::proof::Permit;

/// A threshold's new value. None: nothing is said here any more, the wider scope decides.
pub type Change = (Threshold, Option<i32>);

/// `column` as it is, unless it is among those given.
macro_rules! given {
    ($column:literal) => {
        concat!(
            $column,
            " = CASE WHEN '",
            $column,
            "' = ANY($15) THEN excluded.",
            $column,
            " ELSE p.",
            $column,
            " END, "
        )
    };
}

const SET: &str = concat!(
    "INSERT INTO link_policies AS p (tenant_id, scope, scope_id, degraded_below_dbm,
        recover_margin_db, weak_polls, window_polls, confirm_polls, down_after_misses,
        min_miss_spacing_s, ap_silent_after_s, stale_after_s, forget_after_s, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (tenant_id, scope, scope_id) DO UPDATE SET ",
    given!("degraded_below_dbm"),
    given!("recover_margin_db"),
    given!("weak_polls"),
    given!("window_polls"),
    given!("confirm_polls"),
    given!("down_after_misses"),
    given!("min_miss_spacing_s"),
    given!("ap_silent_after_s"),
    given!("stale_after_s"),
    given!("forget_after_s"),
    "updated_at = excluded.updated_at"
);

/// Makes `changes` at `place`; returns the rows that concern it afterwards.
pub async fn set_link_policy(
    permit: &Permit<SetLinkPolicy>,
    database: &Database,
    place: Place,
    changes: &[Change],
) -> Result<Vec<Model>, ApiError> {
    for &(threshold, value) in changes {
        check_bounds(threshold, value)?;
    }
    let tx = database.write(permit.scope()).await?;
    let reach = place.reach(&tx).await?;
    if !changes.is_empty() {
        write(&tx, place, changes).await?;
    }
    let rows = reach.rows(&tx).await?;
    check_window(&rows, changes)?;
    tx.commit().await?;
    Ok(rows)
}

async fn write(tx: &TenantTx, place: Place, changes: &[Change]) -> Result<(), ApiError> {
    let value = |wanted| {
        let change = changes.iter().find(|(threshold, _)| *threshold == wanted);
        change.and_then(|(_, value)| *value)
    };
    let given: Vec<Threshold> = changes.iter().map(|(threshold, _)| *threshold).collect();
    let arguments = args![
        tx.tenant(),
        place.scope(),
        place.id(tx.tenant()),
        value(Threshold::DegradedBelowDbm),
        value(Threshold::RecoverMarginDb),
        value(Threshold::WeakPolls),
        value(Threshold::WindowPolls),
        value(Threshold::ConfirmPolls),
        value(Threshold::DownAfterMisses),
        value(Threshold::MinMissSpacingS),
        value(Threshold::ApSilentAfterS),
        value(Threshold::StaleAfterS),
        value(Threshold::ForgetAfterS),
        Utc::now(),
        given,
    ]?;
    tx.execute(SET, arguments).await?;
    Ok(())
}

fn check_bounds(threshold: Threshold, value: Option<i32>) -> Result<(), ApiError> {
    let bounds = threshold.bounds();
    let Some(value) = value.filter(|value| !bounds.contains(value)) else {
        return Ok(());
    };
    let (field, unit) = terms(threshold);
    let (least, greatest) = (bounds.start(), bounds.end());
    Err(ApiError::bad_input(format!(
        "{field} is {value}; it must lie within {least} and {greatest} {unit}"
    )))
}

/// More weak polls than the window has could never be reached. A change of other values is not
/// held up by what wider scopes have come to since.
fn check_window(rows: &[Model], changes: &[Change]) -> Result<(), ApiError> {
    let concerned = [Threshold::WeakPolls, Threshold::WindowPolls];
    if !changes
        .iter()
        .any(|(changed, _)| concerned.contains(changed))
    {
        return Ok(());
    }
    let [weak, window] = concerned.map(|threshold| {
        let row = deciding(rows, threshold);
        row.and_then(|row| row.value(threshold))
            .or_else(|| Policy::default().value(threshold))
    });
    match (weak, window) {
        (Some(weak), Some(window)) if weak > window => Err(ApiError::bad_input(format!(
            "weakPolls would be {weak} and windowPolls {window} here; weakPolls must lie within 1 \
             and windowPolls"
        ))),
        _ => Ok(()),
    }
}

/// What people call a threshold, and its unit.
const fn terms(threshold: Threshold) -> (&'static str, &'static str) {
    match threshold {
        Threshold::DegradedBelowDbm => ("degradedBelowDbm", "dBm"),
        Threshold::RecoverMarginDb => ("recoverMarginDb", "dB"),
        Threshold::WeakPolls => ("weakPolls", "polls"),
        Threshold::WindowPolls => ("windowPolls", "polls"),
        Threshold::ConfirmPolls => ("confirmPolls", "polls"),
        Threshold::DownAfterMisses => ("downAfterMisses", "misses"),
        Threshold::MinMissSpacingS => ("minMissSpacingS", "seconds"),
        Threshold::ApSilentAfterS => ("apSilentAfterS", "seconds"),
        Threshold::StaleAfterS => ("staleAfterS", "seconds"),
        Threshold::ForgetAfterS => ("forgetAfterS", "seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_out_of_bounds_is_refused_with_its_name_bounds_and_unit() {
        let told: Vec<String> = Threshold::ALL
            .iter()
            .map(|&threshold| {
                let below = threshold.bounds().start() - 1;
                let error = check_bounds(threshold, Some(below)).unwrap_err();
                error.message().to_owned()
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        degradedBelowDbm is -121; it must lie within -120 and -10 dBm
        recoverMarginDb is -1; it must lie within 0 and 40 dB
        weakPolls is 0; it must lie within 1 and 31 polls
        windowPolls is 0; it must lie within 1 and 31 polls
        confirmPolls is 0; it must lie within 1 and 1000 polls
        downAfterMisses is 0; it must lie within 1 and 1000 misses
        minMissSpacingS is -1; it must lie within 0 and 86400 seconds
        apSilentAfterS is 9; it must lie within 10 and 2147483647 seconds
        staleAfterS is 0; it must lie within 1 and 2147483647 seconds
        forgetAfterS is 0; it must lie within 1 and 2147483647 seconds
        ");
    }

    #[test]
    fn bounds_themselves_and_nothing_are_let_pass() {
        for &threshold in Threshold::ALL {
            let bounds = threshold.bounds();
            for value in [Some(*bounds.start()), Some(*bounds.end()), None] {
                assert_eq!(check_bounds(threshold, value), Ok(()), "{threshold}");
            }
        }
    }
}
