//! The form of an answer: its keys in the order of the query, and null where it may be.
//!
//! async-graphql returns keys in the order in which their fields complete, and leaves out those that
//! failed.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, SelectionSet, Type};
use async_graphql::{Name, Value};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::graphql::document::{TYPE, root};
use crate::graphql::known_types::innermost;
use crate::graphql::selection::Selecting;

/// The keys of a value, and of what is below it.
#[derive(Debug)]
pub enum Order {
    /// No keys.
    Leaf,
    /// The keys of an object, or of each object of a list.
    Keys(Vec<Key>),
    /// The keys by the type of the object, which it says itself under [`TYPE`].
    ByType(Vec<(Name, Order)>),
}

/// A key of an object.
#[derive(Debug)]
pub struct Key {
    name: Name,
    /// The type of its value. None in introspection, where nothing fails.
    of: Option<Type>,
    below: Order,
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
        let keys = fields
            .into_iter()
            .filter(|(key, _)| key.as_str() != TYPE)
            .map(|(key, asked)| {
                let name = &asked.field.node.name.node;
                // Only introspection has fields of unknown types, and all of them are objects.
                let of = selecting.types.whole_type(object, name);
                let object = of.map_or("", |of| innermost(&of.base).as_str());
                Key {
                    name: key.clone(),
                    of: of.cloned(),
                    below: Self::below(object, &asked.below, selecting),
                }
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

    /// Puts null where a failed field left nothing. Where nothing may be null, what holds it
    /// becomes null in its place, up to the whole answer.
    pub fn complete(&self, data: &mut Value) {
        if !self.is_whole(data) {
            *data = Value::Null;
        }
    }

    /// Completes what is below `value`, and says whether it may stand.
    fn is_whole(&self, value: &mut Value) -> bool {
        let Value::Object(object) = value else {
            return true;
        };
        self.of_object(object).iter().all(|key| {
            let value = object.entry(key.name.clone()).or_insert(Value::Null);
            key.of.as_ref().is_none_or(|of| key.below.fits(of, value))
        })
    }

    /// Completes a value of type `of`, and says whether there may be what is left of it.
    fn fits(&self, of: &Type, value: &mut Value) -> bool {
        let is_whole = match (&of.base, &mut *value) {
            (_, Value::Null) => return of.nullable,
            (BaseType::List(item), Value::List(values)) => {
                values.iter_mut().all(|value| self.fits(item, value))
            }
            (_, value) => self.is_whole(value),
        };
        if !is_whole {
            *value = Value::Null;
        }
        is_whole || of.nullable
    }

    /// The order of this very object.
    fn of_object(&self, object: &IndexMap<Name, Value>) -> &[Key] {
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
                for Key { name, below, .. } in order.of_object(object) {
                    if let Some(value) = object.get(name) {
                        map.serialize_entry(
                            name,
                            &Ordered {
                                value,
                                order: below,
                            },
                        )?;
                    }
                }
                map.end()
            }
            value => value.serialize(serializer),
        }
    }
}
