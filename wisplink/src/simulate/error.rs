//! Why there is no simulated network.

use reqwest::StatusCode;

/// Why the network could not be set up in wisplink.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The address or the token cannot stand in a request.
    #[error(
        "{url} or the token cannot be used: give an address like http://127.0.0.1:8080, and the \
         token on one line"
    )]
    Settings {
        /// The address.
        url: String,
        /// What is wrong.
        source: reqwest::Error,
    },
    /// Nobody answers.
    #[error(
        "wisplink does not answer at {url}: see that `wisplink serve` runs there, and that the \
         address begins with http://"
    )]
    Unreachable {
        /// The address.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// Somebody else answers.
    #[error(
        "what answers at {url} is not wisplink (HTTP {status}): give the address of `wisplink serve`"
    )]
    NotWisplink {
        /// The address.
        url: String,
        /// How it answers.
        status: StatusCode,
    },
    /// Not with this token.
    #[error(
        "{doing} is not allowed ({message}): use a token of the platform role that has not expired"
    )]
    NotAllowed {
        /// What was tried.
        doing: &'static str,
        /// What wisplink said.
        message: String,
    },
    /// wisplink refused.
    #[error("{doing} was refused: {message}")]
    Refused {
        /// What was tried.
        doing: &'static str,
        /// What wisplink said.
        message: String,
    },
    /// Somebody deleted a device meanwhile.
    #[error("the device {hostname} was deleted while the network was set up: start again")]
    Gone {
        /// Its host name.
        hostname: String,
    },
}
