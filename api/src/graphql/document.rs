//! Documents: the text of a query, read once.
//!
//! # Invariants
//! - A document is kept only after all rules have let it pass, and in bounded memory.
//! - Rules about a document hold for ever; those about the values of its variables are asked anew
//!   for every request (see [`Document::takes`]).

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Variables};
use lru::LruCache;

use crate::graphql::known_types::KnownTypes;
use crate::limits;

/// The key under which an answer says the type of an object that the schema does not know
/// beforehand. It is taken out again when the answer is written.
pub const TYPE: &str = "__wisplinkType";

/// A document that was understood.
#[derive(Debug)]
pub struct Document {
    text: Arc<str>,
    executable: ExecutableDocument,
}

/// Documents that all rules have let pass, the latest used.
#[derive(Debug)]
pub struct Documents {
    kept: Mutex<LruCache<Arc<str>, Arc<Document>>>,
}

impl Document {
    /// The document, which asks for the types that it takes to write the answer in its order.
    pub fn new(text: String, mut executable: ExecutableDocument, types: &KnownTypes) -> Self {
        let operations: Vec<_> = match &mut executable.operations {
            DocumentOperations::Single(operation) => vec![&mut operation.node],
            DocumentOperations::Multiple(all) => all
                .values_mut()
                .map(|operation| &mut operation.node)
                .collect(),
        };
        for operation in operations {
            let set = &mut operation.selection_set.node;
            ask_for_types(set, root(operation.ty), types);
        }
        for fragment in executable.fragments.values_mut() {
            let on = fragment.node.type_condition.node.on.node.clone();
            ask_for_types(&mut fragment.node.selection_set.node, &on, types);
        }
        let text = text.into();
        Self { text, executable }
    }

    /// The document as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The document as async-graphql wants it.
    pub const fn executable(&self) -> &ExecutableDocument {
        &self.executable
    }

    /// The operation that is meant, if there is one.
    pub fn operation(&self, name: Option<&str>) -> Option<&OperationDefinition> {
        let operation = match (&self.executable.operations, name) {
            (DocumentOperations::Single(operation), None) => Some(operation),
            (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
            (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
            (DocumentOperations::Single(_), Some(_)) | (DocumentOperations::Multiple(_), None) => {
                None
            }
        };
        operation.map(|operation| &operation.node)
    }

    /// The name of the operation that is meant, if it has one.
    pub fn name<'a>(&'a self, said: Option<&'a str>) -> Option<&'a str> {
        match (&self.executable.operations, said) {
            (DocumentOperations::Multiple(all), None) if all.len() == 1 => {
                all.keys().next().map(Name::as_str)
            }
            (_, said) => said,
        }
    }

    /// Whether `variables` are certainly as `operation` declares them. If not, the rules say what
    /// is wrong.
    pub fn takes(
        operation: &OperationDefinition,
        variables: &Variables,
        types: &KnownTypes,
    ) -> bool {
        operation.variable_definitions.iter().all(|definition| {
            let definition = &definition.node;
            match variables.get(&definition.name.node) {
                Some(value) => types.takes(&definition.var_type.node, value),
                None => definition.default_value().is_some(),
            }
        })
    }

    /// Gives each variable that is not given its default: async-graphql itself does not in
    /// `@skip` and `@include`.
    pub fn fill(operation: &OperationDefinition, variables: &mut Variables) {
        for definition in &operation.variable_definitions {
            let definition = &definition.node;
            if let Some(default) = &definition.default_value
                && !variables.contains_key(&definition.name.node)
            {
                variables.insert(definition.name.node.clone(), default.node.clone());
            }
        }
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            kept: Mutex::new(LruCache::new(limits::DOCUMENTS)),
        }
    }
}

impl Documents {
    /// The document with this text, if it was kept.
    pub fn get(&self, text: &str) -> Option<Arc<Document>> {
        self.kept().get(text).cloned()
    }

    /// Keeps a document that all rules have let pass.
    pub fn keep(&self, document: Arc<Document>) {
        if document.text.len() <= limits::DOCUMENT_BYTES {
            self.kept().put(Arc::clone(&document.text), document);
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, LruCache<Arc<str>, Arc<Document>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of an operation's root type.
pub const fn root(of: OperationType) -> &'static str {
    match of {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

fn ask_for_types(set: &mut SelectionSet, parent: &str, types: &KnownTypes) {
    if types.possible(parent).is_some() {
        set.items.push(ask_for_type());
    }
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                let of = types.field_type(parent, &field.node.name.node);
                if let Some(of) = of {
                    ask_for_types(&mut field.node.selection_set.node, of, types);
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let on = condition.map(|condition| condition.node.on.node.clone());
                let on = on.as_deref().unwrap_or(parent);
                ask_for_types(&mut fragment.node.selection_set.node, on, types);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn ask_for_type() -> Positioned<Selection> {
    let pos = Pos::default();
    let at = |name: &str| Positioned::new(Name::new(name), pos);
    let field = Field {
        alias: Some(at(TYPE)),
        name: at("__typename"),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet::default(), pos),
    };
    Positioned::new(Selection::Field(Positioned::new(field, pos)), pos)
}
