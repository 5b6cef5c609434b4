//! The order of an answer's keys: that of the query.
//!
//! async-graphql returns keys in the order in which their fields complete.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{OperationDefinition, SelectionSet};
use async_graphql::{Name, Value};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::graphql::document::{TYPE, root};
use crate::graphql::selection::Selecting;

/// The keys of a value, and of what is below it.
#[derive(Debug)]
pub enum Order {
    /// No keys.
    Leaf,
    /// The keys of an object, or of each object of a list.
    Keys(Vec<(Name, Order)>),
    /// The keys by the type of the object, which it says itself under [`TYPE`].
    ByType(Vec<(Name, Order)>),
}

/// A value, written in its order.
pub struct Ordered<'a> {
    /// The value.
    pub value: &'a Value,
    /// Its order.
    pub order: &'a Order,
}

impl Order {
    /// The order of the answers to `operation`, whose document the rules have let pass.
    pub fn of(operation: &OperationDefinition, selecting: Selecting<'_>) -> Self {
        let set = &operation.selection_set.node;
        Self::keys(root(operation.ty), &[set], selecting)
    }

    fn keys(object: &str, sets: &[&SelectionSet], selecting: Selecting<'_>) -> Self {
        let fields = selecting.fields(object, sets);
        let below = |name: &str, sets: &[&SelectionSet]| {
            // Only introspection has fields of unknown types, and all of them are objects.
            let of = selecting.types.field_type(object, name);
            Self::below(of.map_or("", Name::as_str), sets, selecting)
        };
        let keys = fields
            .into_iter()
            .filter(|(key, _)| key.as_str() != TYPE)
            .map(|(key, asked)| {
                let name = &asked.field.node.name.node;
                (key.clone(), below(name, &asked.below))
            });
        Self::Keys(keys.collect())
    }

    fn below(of: &str, sets: &[&SelectionSet], selecting: Selecting<'_>) -> Self {
        if sets.iter().all(|set| set.items.is_empty()) {
            return Self::Leaf;
        }
        let Some(possible) = selecting.types.possible(of) else {
            return Self::keys(of, sets, selecting);
        };
        let by_type = possible
            .iter()
            .map(|of| (of.clone(), Self::keys(of, sets, selecting)));
        Self::ByType(by_type.collect())
    }

    /// The order of this very object.
    fn of_object(&self, object: &IndexMap<Name, Value>) -> &[(Name, Self)] {
        match self {
            Self::Leaf => &[],
            Self::Keys(keys) => keys,
            Self::ByType(types) => {
                let of = match object.get(TYPE) {
                    Some(Value::String(name)) => name.as_str(),
                    _ => "",
                };
                let order = types.iter().find(|(name, _)| name.as_str() == of);
                order.map_or(&[], |(_, order)| order.of_object(object))
            }
        }
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let order = self.order;
        match self.value {
            Value::List(values) => {
                serializer.collect_seq(values.iter().map(|value| Ordered { value, order }))
            }
            // The values of scalars are objects, too: they stay as they are.
            Value::Object(object) if !matches!(order, Order::Leaf) => {
                let mut map = serializer.serialize_map(None)?;
                for (key, order) in order.of_object(object) {
                    if let Some(value) = object.get(key) {
                        map.serialize_entry(key, &Ordered { value, order })?;
                    }
                }
                map.end()
            }
            value => value.serialize(serializer),
        }
    }
}
