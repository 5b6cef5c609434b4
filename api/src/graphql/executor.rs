//! Executes operations: what every way in asks, and where answers get their order.
//!
//! # Invariants
//! - Nothing runs that was not admitted, and a query or mutation ends in time.
//! - All rules are applied to a document until they have let it pass once; to the values of its
//!   variables, whenever these are not certainly right.
//! - What the rules say, async-graphql says: here it is only decided when they need not be asked.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Request, Response, ServerError, ValidationMode, Variables};
use entity::trace::TARGET;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use tracing::Instrument as _;

use crate::error::ApiError;
use crate::graphql::admit::{Admission, Admitted, Asked, refused};
use crate::graphql::answer::Answer;
use crate::graphql::context::RequestContext;
use crate::graphql::document::Document;
use crate::graphql::known_types::KnownTypes;
use crate::graphql::meter::{self, Meters};
use crate::graphql::order::Order;
use crate::graphql::row_writer;
use crate::graphql::schema::{self, WisplinkSchema};
use crate::graphql::selection::Selecting;
use crate::limits;
use crate::live::announce::Announcer;
use crate::live::hub::Hub;
use crate::settings::Documents;

/// The schema, and the way to it.
#[derive(Clone)]
pub struct Executor(Arc<Parts>);

struct Parts {
    admission: Admission,
    /// Applies all rules.
    strict: WisplinkSchema,
    /// Leaves out those that a kept document passes for ever.
    lenient: WisplinkSchema,
    meters: Meters,
    /// Whether live events come in.
    hub: Hub,
    /// Applies all rules, and executes nothing.
    rules: WisplinkSchema,
}

/// What is executed.
struct Operation {
    document: Arc<Document>,
    name: Option<String>,
    variables: Variables,
    /// The rules are known to let it pass.
    is_sound: bool,
    /// The document is not kept yet.
    is_new: bool,
    /// Known when the rules have let it pass.
    order: Option<Arc<Order>>,
}

impl Executor {
    /// Executes against the schema; `hub` feeds its subscriptions, `announcer` tells what mutations
    /// did.
    pub fn new(hub: &Hub, announcer: &Announcer, documents: &Documents) -> Self {
        let builder = || {
            let builder = schema::builder();
            let builder = builder.data(hub.clone()).data(announcer.clone());
            if documents.suggestions {
                return builder;
            }
            builder.disable_suggestions()
        };
        let strict = builder().finish();
        let lenient = builder().validation_mode(ValidationMode::Fast).finish();
        let rules = builder().extension(OnlyRules).finish();
        Self(Arc::new(Parts {
            admission: Admission::new(&strict.sdl(), documents),
            strict,
            lenient,
            meters: Meters::new(documents.trusted.values()),
            hub: hub.clone(),
            rules,
        }))
    }

    /// What may run of what is asked. Takes neither rows nor time to speak of.
    pub fn admit(&self, asked: Asked) -> Result<Admitted, ServerError> {
        self.0
            .admission
            .admit(asked)
            .inspect_err(meter::not_admitted)
    }

    /// Where operations are counted.
    pub fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// The answer to a query or mutation.
    pub async fn answer(&self, admitted: Admitted, context: &Arc<RequestContext>) -> Answer {
        let (meter, began) = (self.0.meters.of(admitted.called()), Instant::now());
        let span = tracing::info_span!(
            target: TARGET, "graphql", graphql.operation.name = admitted.called()
        );
        let answer = self.execute(admitted, context).instrument(span).await;
        meter.executed(began.elapsed(), answer.errors());
        answer
    }

    async fn execute(&self, admitted: Admitted, context: &Arc<RequestContext>) -> Answer {
        let mut operation = self.operation(admitted);
        let answer = async {
            if let Err(errors) = self.apply_rules(&mut operation, context).await {
                return Answer::refused(errors);
            }
            if let Some(answer) = self.written(&operation, context).await {
                return answer;
            }
            let request = operation.request(context);
            let response = self.schema(&operation).execute(request);
            let response = context.rounds().run(response).await;
            self.ordered(&mut operation, response).completed()
        };
        let deadline = limits::REQUEST_DEADLINE;
        if let Ok(answer) = tokio::time::timeout(deadline, answer).await {
            return answer.degraded(self.0.hub.is_interrupted());
        }
        let seconds = deadline.as_secs();
        let late = format!("no answer within {seconds} s; ask for less, or try again");
        Answer::refused(vec![refused(ApiError::unavailable(late))])
    }

    /// The answers to a subscription. Each must be awaited in the context's rounds.
    pub fn answers(
        &self,
        admitted: Admitted,
        context: &Arc<RequestContext>,
    ) -> BoxStream<'static, Answer> {
        let mut operation = self.operation(admitted);
        let request = operation.request(context);
        let answers = self.schema(&operation).execute_stream(request);
        let executor = self.clone();
        answers
            .map(move |response| executor.ordered(&mut operation, response))
            .boxed()
    }

    fn operation(&self, admitted: Admitted) -> Operation {
        let Admitted {
            document,
            is_kept,
            name,
            variables,
            ..
        } = admitted;
        let mut operation = Operation {
            document,
            name,
            variables,
            is_sound: false,
            is_new: !is_kept,
            order: None,
        };
        operation.is_sound = is_kept && operation.takes_variables(self.types());
        operation
    }

    /// Applies all rules to a document that is new, so that it is written as one that is kept.
    async fn apply_rules(
        &self,
        operation: &mut Operation,
        context: &Arc<RequestContext>,
    ) -> Result<(), Vec<ServerError>> {
        if !operation.is_new || !operation.takes_variables(self.types()) {
            return Ok(());
        }
        let response = self.0.rules.execute(operation.request(context)).await;
        response.into_result()?;
        self.keep(operation);
        operation.is_sound = true;
        Ok(())
    }

    /// Keeps a document that the rules have let pass.
    fn keep(&self, operation: &mut Operation) {
        if std::mem::take(&mut operation.is_new) {
            let document = Arc::clone(&operation.document);
            self.0.admission.keep(document);
        }
    }

    fn types(&self) -> &KnownTypes {
        self.0.admission.types()
    }

    /// The answer straight from rows, if it is a query that is known there and nothing is wrong
    /// with it.
    async fn written(&self, operation: &Operation, context: &RequestContext) -> Option<Answer> {
        if !operation.is_sound {
            return None;
        }
        let definition = operation.document.operation(operation.name.as_deref())?;
        let selecting = operation.selecting(self.types());
        row_writer::answer::answer(context, definition, selecting).await
    }

    fn schema(&self, operation: &Operation) -> &WisplinkSchema {
        if operation.is_sound {
            &self.0.lenient
        } else {
            &self.0.strict
        }
    }

    fn ordered(&self, operation: &mut Operation, response: Response) -> Answer {
        if response.errors.iter().any(|error| error.path.is_empty()) {
            return Answer::refused(response.errors);
        }
        self.keep(operation);
        Answer::resolved(response, operation.order(self.types()))
    }
}

/// Lets the rules be applied, and answers nothing.
struct OnlyRules;

impl ExtensionFactory for OnlyRules {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for OnlyRules {
    async fn execute(
        &self,
        _: &ExtensionContext<'_>,
        _: Option<&str>,
        _: NextExecute<'_>,
    ) -> Response {
        Response::default()
    }
}

impl Operation {
    /// What async-graphql is to execute. It is given copies.
    fn request(&self, context: &Arc<RequestContext>) -> Request {
        let mut request = Request::new("").variables(self.variables.clone());
        request.operation_name.clone_from(&self.name);
        request.set_parsed_query(self.document.executable().clone());
        request.data(Arc::clone(context))
    }

    /// Whether the values of its variables are certainly right.
    fn takes_variables(&self, types: &KnownTypes) -> bool {
        let definition = self.document.operation(self.name.as_deref());
        definition.is_some_and(|definition| Document::takes(definition, &self.variables, types))
    }

    /// The order of its answers. Its fragments must not be cyclic, as one rule says.
    fn order(&mut self, types: &KnownTypes) -> Arc<Order> {
        if let Some(order) = &self.order {
            return Arc::clone(order);
        }
        let definition = self.document.operation(self.name.as_deref());
        let order = definition.map(|definition| Order::of(definition, self.selecting(types)));
        let order = Arc::new(order.unwrap_or(Order::Leaf));
        Arc::clone(self.order.insert(order))
    }

    fn selecting<'a>(&'a self, types: &'a KnownTypes) -> Selecting<'a> {
        Selecting {
            document: &self.document,
            variables: &self.variables,
            types,
        }
    }
}
