//! Where the text of a document comes from: the client sends it, or names one that is known here.
//!
//! # Invariants
//! - With `only_trusted`, no text of a client's ever runs.
//! - A text is remembered under the hash that was computed here, and only after it was admitted: no
//!   client can put another's text in place of its own.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::ApiError;
use crate::limits;

/// What a client says of the document it means.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Its text.
    pub(super) query: Option<String>,
    /// Its name among the trusted ones.
    pub(super) document_id: Option<String>,
    /// Its hash.
    pub(super) persisted: Option<PersistedQuery>,
}

/// The extension `persistedQuery`, as Apollo has defined it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PersistedQuery {
    version: u8,
    sha256_hash: String,
}

/// A document's text, and what it is to be remembered under.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) new: Option<String>,
}

/// The documents that can be named.
#[derive(Debug)]
pub(super) struct Sources {
    trusted: HashMap<String, String>,
    only_trusted: bool,
    remembered: Mutex<LruCache<String, String>>,
}

impl Sources {
    pub(super) fn new(trusted: HashMap<String, String>, only_trusted: bool) -> Self {
        Self {
            trusted,
            only_trusted,
            remembered: Mutex::new(LruCache::new(limits::REMEMBERED_DOCUMENTS)),
        }
    }

    /// The text of the document that is meant.
    pub(super) fn find(&self, named: Named) -> Result<Found, ApiError> {
        match named {
            Named {
                document_id: Some(_),
                query: Some(_),
                ..
            } => Err(ApiError::bad_input(
                "send `query` or `documentId`, not both",
            )),
            Named {
                document_id: Some(id),
                ..
            } => self.trusted(&id).ok_or_else(|| no_document(&id)),
            Named {
                persisted: Some(persisted),
                query,
                ..
            } => self.persisted(&persisted, query),
            Named {
                query: Some(text), ..
            } if !self.only_trusted => Ok(Found { text, new: None }),
            Named { query: Some(_), .. } => Err(only_trusted()),
            Named { query: None, .. } => Err(ApiError::bad_input(
                "name a document: `query`, or `documentId`",
            )),
        }
    }

    /// Remembers a text that was admitted.
    pub(super) fn remember(&self, hash: String, text: &str) {
        if text.len() <= limits::DOCUMENT_BYTES {
            self.remembered().put(hash, text.to_owned());
        }
    }

    fn trusted(&self, id: &str) -> Option<Found> {
        let hash = id.strip_prefix("sha256:").unwrap_or(id);
        let text = self.trusted.get(id).or_else(|| self.trusted.get(hash))?;
        Some(Found {
            text: text.clone(),
            new: None,
        })
    }

    fn persisted(
        &self,
        persisted: &PersistedQuery,
        query: Option<String>,
    ) -> Result<Found, ApiError> {
        if persisted.version != 1 {
            return Err(ApiError::bad_input(
                "persistedQuery: only version 1 is known",
            ));
        }
        let hash = persisted.sha256_hash.to_ascii_lowercase();
        if let Some(found) = self.trusted(&hash) {
            return Ok(found);
        }
        if self.only_trusted {
            return Err(only_trusted());
        }
        let Some(text) = query else {
            let text = self.remembered().get(&hash).cloned();
            let found = text.map(|text| Found { text, new: None });
            return found.ok_or_else(ApiError::persisted_query_not_found);
        };
        if hash != sha256(&text) {
            let wrong = "persistedQuery: sha256Hash is not the hash of `query`";
            return Err(ApiError::bad_input(wrong));
        }
        Ok(Found {
            text,
            new: Some(hash),
        })
    }

    fn remembered(&self) -> MutexGuard<'_, LruCache<String, String>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_document(id: &str) -> ApiError {
    ApiError::not_found("trusted document", id)
}

fn only_trusted() -> ApiError {
    ApiError::forbidden("only trusted documents run here: name one with `documentId`")
}

fn sha256(text: &str) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(text);
    hash.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_clients_write_it() {
        let hash = "71f7dc5758652baac68e4a10c50be732b741c892ade2883a99358f52b555286b";
        assert_eq!(sha256("query($id:ID!){user(id:$id){name}}"), hash);
    }
}
