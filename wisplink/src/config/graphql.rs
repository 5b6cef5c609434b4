//! `[graphql]`: which documents are taken.

use std::collections::HashMap;
use std::path::PathBuf;

use api::http::console;
use api::settings::Documents;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Which documents are taken.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct GraphqlConfig {
    /// A file with the trusted documents: JSON, from the hash of each to its text, as
    /// `graphql-codegen` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<PathBuf>,
    /// Whether nothing else is taken.
    pub only_trusted: bool,
    /// Whether clients may ask what the schema is.
    pub introspection: bool,
    /// Whether a misspelt field's error says which fields look like it.
    pub suggestions: bool,
}

impl Default for GraphqlConfig {
    fn default() -> Self {
        Self {
            documents: None,
            only_trusted: false,
            introspection: true,
            suggestions: true,
        }
    }
}

impl GraphqlConfig {
    /// What the API needs; reads the documents' file.
    pub fn settings(&self) -> Result<Documents, ConfigError> {
        // The console names its documents, whatever else is trusted.
        let mut trusted = console::documents();
        match &self.documents {
            Some(path) => trusted.extend(read(path)?),
            None if self.only_trusted && trusted.is_empty() => {
                return Err(ConfigError::NothingTrusted);
            }
            None => {}
        }
        Ok(Documents {
            trusted,
            only_trusted: self.only_trusted,
            introspection: self.introspection,
            suggestions: self.suggestions,
        })
    }
}

fn read(path: &PathBuf) -> Result<HashMap<String, String>, ConfigError> {
    let failed = |source| ConfigError::Documents {
        path: path.clone(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    serde_json::from_str(&text).map_err(|error| failed(error.into()))
}
