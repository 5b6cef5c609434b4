//! Text that people enter.

use crate::error::ApiError;

/// `text` without spaces around it, if 1 to `longest` characters remain and none is a control
/// character. `what` names it for the error.
pub(super) fn name(what: &str, text: &str, longest: usize) -> Result<String, ApiError> {
    let text = text.trim();
    let characters = text.chars().count();
    if characters == 0 || characters > longest {
        return Err(ApiError::bad_input(format!(
            "{what} must have 1 to {longest} characters"
        )));
    }
    if text.chars().any(char::is_control) {
        return Err(ApiError::bad_input(format!(
            "{what} holds control characters"
        )));
    }
    Ok(text.to_owned())
}

/// As [`name`], for what may be left out. Empty counts as left out.
pub(super) fn optional(
    what: &str,
    text: Option<String>,
    longest: usize,
) -> Result<Option<String>, ApiError> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| name(what, &text, longest))
        .transpose()
}

/// `degrees` if they lie within ±`bound`.
pub(super) fn degrees(
    what: &str,
    degrees: Option<f64>,
    bound: f64,
) -> Result<Option<f64>, ApiError> {
    match degrees {
        Some(value) if !(-bound..=bound).contains(&value) => Err(ApiError::bad_input(format!(
            "{what} must lie within -{bound} and {bound} degrees"
        ))),
        other => Ok(other),
    }
}
