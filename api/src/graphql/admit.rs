//! From what a client asks to a document that may run: read, and within every limit.
//!
//! # Invariants
//! - Nothing runs without an [`Admitted`], and only [`Admission`] makes one.
//! - What is refused here has cost no statement and no time to speak of: each bound is checked
//!   before the work that it bounds.
//!
//! Not here: whether the schema knows what is asked. async-graphql validates that next.

mod source;
mod tokens;
mod sizes;
mod measure;

use std::sync::Arc;

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{OperationDefinition, OperationType};
use async_graphql::{Pos, ServerError, Value, Variables};
use serde::Deserialize;

use crate::error::ApiError;
use crate::graphql::document::{Document, Documents};
use crate::graphql::known_types::{KnownTypes, definitions};
use crate::limits;
use crate::settings;
use sizes::Sizes;
use source::{Found, Named, PersistedQuery, Sources};

/// What a client asks, on whatever way it came.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// The document.
    #[serde(default)]
    pub query: Option<String>,
    /// The name of a trusted one, instead.
    #[serde(default)]
    pub document_id: Option<String>,
    /// Which of its operations.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    pub variables: Variables,
    /// Its hash, instead or beside.
    #[serde(default)]
    pub extensions: Option<AskedExtensions>,
}

/// What of a request's extensions means something here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedExtensions {
    #[serde(default)]
    persisted_query: Option<PersistedQuery>,
}

impl Asked {
    /// Whether a document is meant at all.
    pub fn names_a_document(&self) -> bool {
        let extensions = self.extensions.as_ref();
        self.query.is_some()
            || self.document_id.is_some()
            || extensions.is_some_and(|extensions| extensions.persisted_query.is_some())
    }
}

/// An operation that may run.
#[derive(Clone, Debug)]
pub struct Admitted {
    pub(super) document: Arc<Document>,
    /// The rules have let the document pass before.
    pub(super) is_kept: bool,
    pub(super) name: Option<String>,
    /// Each that has a default is there.
    pub(super) variables: Variables,
    kind: OperationType,
}

impl Admitted {
    /// Whether it reads, changes or follows.
    pub const fn kind(&self) -> OperationType {
        self.kind
    }

    /// The document as it came.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Which of its operations, if the client said.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What the operation is called in the document.
    pub fn called(&self) -> Option<&str> {
        self.document.name(self.name())
    }

    /// The operation.
    pub fn operation(&self) -> Option<&OperationDefinition> {
        self.document.operation(self.name())
    }

    /// The values of its variables.
    pub const fn variables(&self) -> &Variables {
        &self.variables
    }
}

/// Where operations are admitted.
#[derive(Debug)]
pub struct Admission {
    types: KnownTypes,
    sizes: Sizes,
    sources: Sources,
    documents: Documents,
}

impl Admission {
    /// To a schema with this text.
    pub fn new(sdl: &str, settings: &settings::Documents) -> Self {
        let schema = definitions(sdl);
        Self {
            types: KnownTypes::of(&schema),
            sizes: Sizes::of(&schema, settings.introspection),
            sources: Sources::new(settings.trusted.clone(), settings.only_trusted),
            documents: Documents::default(),
        }
    }

    /// The operation that is asked for, if it is within the limits.
    pub fn admit(&self, asked: Asked) -> Result<Admitted, ServerError> {
        let (name, mut variables) = (asked.operation_name, asked.variables);
        let named = Named {
            query: asked.query,
            document_id: asked.document_id,
            persisted: asked.extensions.and_then(|asked| asked.persisted_query),
        };
        let Found { text, new } = self.sources.find(named).map_err(refused)?;
        check_variables(&variables).map_err(refused)?;
        let kept = self.documents.get(&text);
        let is_kept = kept.is_some();
        let document = match kept {
            Some(document) => document,
            None => Arc::new(self.read(text)?),
        };
        measure::check(document.executable(), &variables, &self.sizes).map_err(refused)?;
        let operation = chosen(&document, name.as_deref()).map_err(refused)?;
        Document::fill(operation, &mut variables);
        check_given(operation, &variables).map_err(refused)?;
        if let Some(hash) = new {
            self.sources.remember(hash, document.text());
        }
        Ok(Admitted {
            kind: operation.ty,
            document,
            is_kept,
            name,
            variables,
        })
    }

    /// Keeps a document that all rules have let pass.
    pub fn keep(&self, document: Arc<Document>) {
        self.documents.keep(document);
    }

    /// The types of the schema.
    pub const fn types(&self) -> &KnownTypes {
        &self.types
    }

    fn read(&self, text: String) -> Result<Document, ServerError> {
        tokens::check(&text).map_err(refused)?;
        let executable = parse_query(&text)?;
        Ok(Document::new(text, executable, &self.types))
    }
}

/// An error that concerns the whole request.
pub fn refused(error: ApiError) -> ServerError {
    async_graphql::Error::from(error).into_server_error(Pos::default())
}

fn chosen<'a>(
    document: &'a Document,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ApiError> {
    document.operation(name).ok_or_else(|| {
        ApiError::bad_input(match name {
            Some(name) => format!("the document has no operation named {name:?}"),
            None => "the document has several operations: say which with `operationName`".into(),
        })
    })
}

/// Whether the variables that must be given are. Of what type they are, the validator looks.
fn check_given(operation: &OperationDefinition, variables: &Variables) -> Result<(), ApiError> {
    for variable in &operation.variable_definitions {
        let definition = &variable.node;
        let name = &definition.name.node;
        let is_missing = variables
            .get(name)
            .is_none_or(|value| *value == Value::Null);
        let of = &definition.var_type.node;
        if is_missing && !of.nullable {
            let missing = format!("the variable ${name} must be given, and not be null: {of}");
            return Err(ApiError::bad_input(missing));
        }
    }
    Ok(())
}

fn check_variables(variables: &Variables) -> Result<(), ApiError> {
    let count = variables.values().map(values).sum();
    if count > limits::VARIABLE_VALUES {
        return Err(ApiError::limit(
            "values in the variables",
            count,
            limits::VARIABLE_VALUES,
        ));
    }
    Ok(())
}

/// The value, and those in it. JSON nests no deeper than 128 levels when it gets here.
fn values(value: &Value) -> usize {
    let within: usize = match value {
        Value::List(items) => items.iter().map(values).sum(),
        Value::Object(fields) => fields.values().map(values).sum(),
        _ => 0,
    };
    within + 1
}
