//! Numbers, for people.

/// The one in the middle; of an even number the upper of the two.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    percentile(&values, 0.5)
}

/// The value below which lies `share` of the `sorted` ones. Nothing: not a number.
pub(crate) fn percentile(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let place = (sorted.len() as f64 * share) as usize;
    let place = place.min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// Three digits that count, and groups of three: 98,765 and 0.734.
pub(crate) fn thousands(value: f64) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    let places = match value.abs() {
        large if large >= 100.0 => 0,
        some if some >= 10.0 => 1,
        few if few >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.places$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len() - place;
        let is_group = left % 3 == 0 && grouped.ends_with(|c: char| c.is_ascii_digit());
        if is_group {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_readable() {
        let texts = [98_765.4, 1_234_567.0, 999.0, 12.34, 0.734_56, -1_000.0].map(thousands);
        assert_eq!(
            texts,
            ["98,765", "1,234,567", "999", "12.3", "0.735", "-1,000"]
        );
    }

    #[test]
    fn the_median_stands_in_the_middle() {
        assert!((median([3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median([]).is_nan());
    }
}
