//! Executes operations: what every way in asks, and where answers get their order.
//!
//! # Invariants
//! - All rules are applied to a document until they have let it pass once; to the values of its
//!   variables, whenever these are not certainly right.
//! - What the rules say, async-graphql says: here it is only decided when they need not be asked.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ValidationMode, Variables};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};

use crate::graphql::answer::Answer;
use crate::graphql::document::{Document, Documents};
use crate::graphql::known_types::KnownTypes;
use crate::graphql::order::Order;
use crate::graphql::schema::{self, WisplinkSchema};
use crate::graphql::selection::Selecting;
use crate::live::announce::Announcer;
use crate::live::hub::Hub;

/// The schema, and the documents that its rules have let pass.
#[derive(Clone)]
pub struct Executor(Arc<Parts>);

struct Parts {
    /// Applies all rules.
    strict: WisplinkSchema,
    /// Leaves out those that a kept document passes for ever.
    lenient: WisplinkSchema,
    types: KnownTypes,
    documents: Documents,
}

/// What is executed.
struct Operation {
    document: Arc<Document>,
    name: Option<String>,
    variables: Variables,
    /// The rules are known to let it pass.
    is_sound: bool,
    /// The document's text, while it is not kept.
    new: Option<String>,
    /// Known when the rules have let it pass.
    order: Option<Arc<Order>>,
}

impl Executor {
    /// Executes against the schema; `hub` feeds its subscriptions, `announcer` tells what mutations
    /// did.
    pub fn new(hub: &Hub, announcer: &Announcer) -> Self {
        let builder = || schema::builder().data(hub.clone()).data(announcer.clone());
        let strict = builder().finish();
        let lenient = builder().validation_mode(ValidationMode::Fast).finish();
        Self(Arc::new(Parts {
            types: KnownTypes::of(&strict.sdl()),
            strict,
            lenient,
            documents: Documents::default(),
        }))
    }

    /// Executes a query or a mutation.
    pub async fn execute(&self, mut request: Request) -> Answer {
        let Some(mut operation) = self.operation(&mut request) else {
            return Answer::refused(self.0.strict.execute(request).await.errors);
        };
        let response = self.schema(&operation).execute(request).await;
        self.answer(&mut operation, response)
    }

    /// Executes any operation; a subscription answers many times.
    pub fn execute_stream(&self, mut request: Request) -> BoxStream<'static, Answer> {
        let executor = self.clone();
        let Some(mut operation) = self.operation(&mut request) else {
            return stream::once(async move { executor.execute(request).await }).boxed();
        };
        if operation.kind() != Some(OperationType::Subscription) {
            return stream::once(async move { executor.execute(request).await }).boxed();
        }
        let answers = self.schema(&operation).execute_stream(request);
        answers
            .map(move |response| executor.answer(&mut operation, response))
            .boxed()
    }

    /// Reads the request's document, or remembers it. None when there is none that can be read, or
    /// not the operation that is meant.
    fn operation(&self, request: &mut Request) -> Option<Operation> {
        let types = &self.0.types;
        let kept = self.0.documents.get(&request.query);
        let is_kept = kept.is_some();
        let document = match kept {
            Some(document) => document,
            None => Arc::new(Document::new(request.parsed_query().ok()?.clone(), types)),
        };
        let definition = document.operation(request.operation_name.as_deref())?;
        Document::fill(definition, &mut request.variables);
        let is_sound = is_kept && Document::takes(definition, &request.variables, types);
        request.set_parsed_query(document.executable().clone());
        Some(Operation {
            name: request.operation_name.clone(),
            variables: request.variables.clone(),
            is_sound,
            new: (!is_kept).then(|| request.query.clone()),
            order: None,
            document,
        })
    }

    fn schema(&self, operation: &Operation) -> &WisplinkSchema {
        if operation.is_sound {
            &self.0.lenient
        } else {
            &self.0.strict
        }
    }

    fn answer(&self, operation: &mut Operation, response: Response) -> Answer {
        if response.errors.iter().any(|error| error.path.is_empty()) {
            return Answer::refused(response.errors);
        }
        if let Some(text) = operation.new.take() {
            let document = Arc::clone(&operation.document);
            self.0.documents.keep(text, document);
        }
        Answer::resolved(response, operation.order(&self.0.types))
    }
}

impl Operation {
    fn kind(&self) -> Option<OperationType> {
        let definition = self.document.operation(self.name.as_deref());
        definition.map(|definition| definition.ty)
    }

    /// The order of its answers. Its fragments must not be cyclic, as one rule says.
    fn order(&mut self, types: &KnownTypes) -> Arc<Order> {
        let order = self.order.get_or_insert_with(|| {
            let selecting = Selecting {
                document: &self.document,
                variables: &self.variables,
                types,
            };
            let definition = self.document.operation(self.name.as_deref());
            let order = definition.map(|definition| Order::of(definition, selecting));
            Arc::new(order.unwrap_or(Order::Leaf))
        });
        Arc::clone(order)
    }
}
