//! Why there are no numbers.

use std::error::Error;
use std::fmt::Display;

type BoxError = Box<dyn Error + Send + Sync>;

/// What could not be done, and why.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub(crate) struct Failure {
    doing: String,
    #[source]
    source: Option<BoxError>,
}

impl Failure {
    /// A failure that says everything itself.
    pub(crate) fn new(what: impl Display) -> Self {
        Self {
            doing: what.to_string(),
            source: None,
        }
    }
}

/// Says what was being done when an error came.
pub(crate) trait Doing<T> {
    /// `what` continues "failed while …".
    fn doing(self, what: impl Display) -> Result<T, Failure>;
}

impl<T, E: Into<BoxError>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl Display) -> Result<T, Failure> {
        self.map_err(|error| Failure {
            doing: what.to_string(),
            source: Some(error.into()),
        })
    }
}
