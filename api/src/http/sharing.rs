//! Whether an operation can share its execution, and with whom.

use async_graphql::Value;
use async_graphql::parser::types::{Field, OperationDefinition, OperationType, Selection};

use crate::auth::principal::Principal;
use crate::graphql::admit::Admitted;
use crate::live::cursor::FeedCursor;
use crate::live::share::{Key, Kind};

/// An operation that can share its execution.
#[derive(Debug)]
pub struct Sharing {
    /// With which others.
    pub key: Key,
    /// What its answers are.
    pub kind: Kind,
    /// Behind which event it is to begin; with the next one when none is named.
    pub after: Option<FeedCursor>,
}

impl Sharing {
    /// How what `principal` asks shares its execution. None when it is something else than one
    /// subscription of a known kind, or has something wrong with it: then its own execution tells.
    pub fn of(admitted: &Admitted, principal: &Principal) -> Option<Self> {
        let tenant = principal.scope().ok()?.tenant();
        let operation = admitted.operation()?;
        let [selection] = operation.selection_set.node.items.as_slice() else {
            return None;
        };
        let Selection::Field(field) = &selection.node else {
            return None;
        };
        if operation.ty != OperationType::Subscription {
            return None;
        }
        let mut variables = admitted.variables().clone();
        let (kind, after) = match (field.node.name.node.as_str(), after(&field.node)) {
            ("linkSummary", _) => (Kind::Latest, None),
            ("linkUpdates", _) => (Kind::Links, None),
            ("linkEvents", After::Nothing) => (Kind::Feed, None),
            ("linkEvents", After::Variable(name)) if is_all(operation, admitted.text(), &name) => {
                (Kind::Feed, cursor(variables.remove(name.as_str()))?)
            }
            _ => return None,
        };
        let key = Key {
            tenant,
            role: principal.role(),
            query: admitted.text().to_owned(),
            operation: admitted.name().map(str::to_owned),
            variables: serde_json::to_string(&variables).ok()?,
        };
        Some(Self { key, kind, after })
    }
}

/// What a field says about where it begins.
enum After {
    Nothing,
    Variable(String),
    /// Written into the document.
    Written,
}

fn after(field: &Field) -> After {
    let Some(value) = field.get_argument("after") else {
        return After::Nothing;
    };
    // A text in GraphQL begins with a quote.
    match value.node.to_string().strip_prefix('$') {
        Some(name) => After::Variable(name.to_owned()),
        None => After::Written,
    }
}

/// Whether the variable has no default, and stands nowhere but where it is declared and in one more
/// place.
fn is_all(operation: &OperationDefinition, query: &str, name: &str) -> bool {
    let mut declared = operation.variable_definitions.iter();
    let has_no_default = declared.any(|definition| {
        definition.node.name.node == name && definition.node.default_value.is_none()
    });
    has_no_default && query.matches(&format!("${name}")).count() == 2
}

/// The cursor in the value of a variable; None when it is none.
#[expect(
    clippy::option_option,
    reason = "no cursor, and something else than one"
)]
fn cursor(value: Option<Value>) -> Option<Option<FeedCursor>> {
    match value {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => FeedCursor::decode(&text).ok().map(Some),
        Some(_) => None,
    }
}
