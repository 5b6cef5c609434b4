//! Where published keys are read: a file, or a URL.

use std::io;

use super::key_set::{KeySet, KeySetError};
use crate::limits;
use crate::settings::JwksSource;

/// Why the keys cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    /// The file cannot be read.
    #[error("reading the file")]
    File(#[from] io::Error),
    /// The server cannot be asked.
    #[error("asking the server")]
    Http(#[from] reqwest::Error),
    /// It answers with more than any set of keys has.
    #[error("more than {} bytes", limits::JWKS_BYTES)]
    TooLarge,
    /// It answers with something else.
    #[error(transparent)]
    Content(#[from] KeySetError),
}

/// Reads the keys.
pub(super) struct Reader {
    source: JwksSource,
    http: reqwest::Client,
}

impl Reader {
    pub(super) fn new(source: JwksSource) -> Result<Self, reqwest::Error> {
        // Whoever answers in another's place is not who was trusted.
        let http = reqwest::Client::builder()
            .timeout(limits::JWKS_FETCH)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { source, http })
    }

    /// The keys there are now.
    pub(super) async fn read(&self) -> Result<KeySet, SourceError> {
        let text = match &self.source {
            JwksSource::File(path) => tokio::fs::read(path).await?,
            JwksSource::Url(url) => self.fetch(url).await?,
        };
        Ok(KeySet::parse(&text)?)
    }

    async fn fetch(&self, url: &str) -> Result<Vec<u8>, SourceError> {
        let answer = self.http.get(url).send().await;
        // The address may hold a password.
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let mut answer = answer.map_err(reqwest::Error::without_url)?;
        let mut text = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            text.extend_from_slice(&part);
            if text.len() > limits::JWKS_BYTES {
                return Err(SourceError::TooLarge);
            }
        }
        Ok(text)
    }
}
