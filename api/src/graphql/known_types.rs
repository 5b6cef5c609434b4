//! What the schema says of its types, for those who walk documents: which type a field has, which
//! types a union or an interface stands for, and which values an input type takes.

use std::collections::HashMap;

use async_graphql::Value;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// The types of a schema.
#[derive(Debug, Default)]
pub struct KnownTypes {
    types: HashMap<Name, Known>,
}

#[derive(Debug)]
enum Known {
    /// An object: the types of its fields.
    Object(HashMap<Name, Type>),
    /// A union or an interface: what it may be.
    Abstract(Vec<Name>),
    /// An input object: its fields, and whether they may be left out.
    Input(HashMap<Name, (Type, bool)>),
    Enum(Vec<Name>),
    Scalar,
}

/// What a schema in GraphQL's own language defines.
pub fn definitions(sdl: &str) -> Vec<TypeDefinition> {
    let definitions = match parse_schema(sdl) {
        Ok(document) => document.definitions,
        Err(error) => {
            tracing::error!(%error, "the schema does not read its own text");
            Vec::new()
        }
    };
    let types = definitions
        .into_iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
    types.collect()
}

impl KnownTypes {
    /// The types that are defined.
    pub fn of(definitions: &[TypeDefinition]) -> Self {
        let mut known = Self::default();
        let mut members: HashMap<Name, Vec<Name>> = HashMap::new();
        for definition in definitions {
            known.add(definition.clone(), &mut members);
        }
        for (interface, objects) in members {
            known.types.insert(interface, Known::Abstract(objects));
        }
        known
    }

    fn add(&mut self, definition: TypeDefinition, members: &mut HashMap<Name, Vec<Name>>) {
        let name = definition.name.node;
        let known = match definition.kind {
            TypeKind::Object(object) => {
                for interface in object.implements {
                    members
                        .entry(interface.node)
                        .or_default()
                        .push(name.clone());
                }
                Known::Object(object.fields.into_iter().map(field).collect())
            }
            TypeKind::Union(union) => {
                Known::Abstract(union.members.into_iter().map(|of| of.node).collect())
            }
            TypeKind::InputObject(input) => {
                let fields = input.fields.into_iter().map(|field| {
                    let field = field.node;
                    let optional = field.default_value.is_some() || field.ty.node.nullable;
                    (field.name.node, (field.ty.node, optional))
                });
                Known::Input(fields.collect())
            }
            TypeKind::Enum(values) => Known::Enum(
                values
                    .values
                    .into_iter()
                    .map(|of| of.node.value.node)
                    .collect(),
            ),
            TypeKind::Scalar => Known::Scalar,
            // Their members say so.
            TypeKind::Interface(_) => return,
        };
        self.types.insert(name, known);
    }

    /// The type of a field of an object, without its brackets and marks. None for the fields of
    /// introspection.
    pub fn field_type(&self, object: &str, field: &str) -> Option<&Name> {
        let of = self.whole_type(object, field)?;
        Some(innermost(&of.base))
    }

    /// The type of a field of an object. None for the fields of introspection.
    pub fn whole_type(&self, object: &str, field: &str) -> Option<&Type> {
        match self.types.get(object)? {
            Known::Object(fields) => fields.get(field),
            Known::Abstract(members) => members.iter().find_map(|of| self.whole_type(of, field)),
            Known::Input(_) | Known::Enum(_) | Known::Scalar => None,
        }
    }

    /// What a union or an interface may be. None for an object.
    pub fn possible(&self, name: &str) -> Option<&[Name]> {
        match self.types.get(name) {
            Some(Known::Abstract(members)) => Some(members),
            _ => None,
        }
    }

    /// Whether what is said of `condition` is true of an object of type `object`. The types of
    /// introspection are not known here and have no name: what the rules let pass is true of them.
    pub fn is_a(&self, object: &str, condition: &str) -> bool {
        object.is_empty()
            || object == condition
            || self
                .possible(condition)
                .is_some_and(|members| members.iter().any(|of| of == object))
    }

    /// Whether `value` is certainly a value of type `of`. Of a scalar that is not GraphQL's own only
    /// its parser can tell more.
    pub fn takes(&self, of: &Type, value: &Value) -> bool {
        match (&of.base, value) {
            (_, Value::Null) => of.nullable,
            (BaseType::List(item), Value::List(values)) => {
                values.iter().all(|value| self.takes(item, value))
            }
            (BaseType::List(item), value) => self.takes(item, value),
            (BaseType::Named(name), value) => self.takes_named(name, value),
        }
    }

    fn takes_named(&self, name: &str, value: &Value) -> bool {
        match (name, value) {
            ("Int", Value::Number(number)) => number
                .as_i64()
                .is_some_and(|int| i32::try_from(int).is_ok()),
            ("Float", Value::Number(_))
            | ("Boolean", Value::Boolean(_))
            | ("String" | "ID", Value::String(_)) => true,
            ("Int" | "Float" | "Boolean" | "String" | "ID", _) => false,
            _ => match (self.types.get(name), value) {
                (Some(Known::Scalar), Value::String(_)) => true,
                (Some(Known::Enum(values)), Value::String(text)) => {
                    values.iter().any(|value| value.as_str() == text)
                }
                (Some(Known::Input(fields)), Value::Object(given)) => {
                    let known = given.iter().all(|(name, value)| {
                        fields
                            .get(name)
                            .is_some_and(|(of, _)| self.takes(of, value))
                    });
                    let complete = fields
                        .iter()
                        .all(|(name, (_, optional))| *optional || given.contains_key(name));
                    known && complete
                }
                _ => false,
            },
        }
    }
}

fn field(field: Positioned<FieldDefinition>) -> (Name, Type) {
    (field.node.name.node, field.node.ty.node)
}

/// The type without its brackets and marks.
pub fn innermost(of: &BaseType) -> &Name {
    match of {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(&item.base),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    fn known() -> KnownTypes {
        KnownTypes::of(&definitions(&crate::sdl()))
    }

    #[test]
    fn a_field_has_the_type_that_the_schema_says() {
        let known = known();
        let of = |object, field| known.field_type(object, field).map(Name::as_str);
        assert_eq!(of("Query", "wirelessLinks"), Some("WirelessLinkConnection"));
        assert_eq!(of("WirelessLinkConnection", "nodes"), Some("WirelessLink"));
        assert_eq!(of("LinkEvent", "apDevice"), Some("Device"));
        assert_eq!(of("Query", "__schema"), None);
    }

    #[test]
    fn a_union_stands_for_its_members() {
        let known = known();
        assert!(known.is_a("FeedReset", "LinkFeedItem"));
        assert!(known.is_a("FeedReset", "FeedReset"));
        assert!(!known.is_a("FeedReset", "LinkEvent"));
    }

    #[test]
    fn values_are_of_their_types() {
        let known = known();
        for (of, value, expected) in [
            ("Int", value!(1), true),
            ("Int", value!(2_147_483_648_i64), false),
            ("Int!", value!(null), false),
            ("[ID!]", value!(["a"]), true),
            ("[ID!]", value!(["a", null]), false),
            ("[ID!]", value!("a"), true),
            ("DateTime!", value!("2026-01-01T00:00:00Z"), true),
            ("LinkState", value!("ACTIVE"), true),
            ("LinkState", value!("active"), false),
            ("WirelessLinkFilter", value!({ "state": ["ACTIVE"] }), true),
            ("WirelessLinkFilter", value!({ "stat": ["ACTIVE"] }), false),
            ("WirelessLinkOrder!", value!({ "field": "LAST_SEEN" }), true),
            ("WirelessLinkOrder!", value!({}), false),
            ("Nothing", value!(1), false),
        ] {
            let of = Type::new(of).unwrap();
            assert_eq!(known.takes(&of, &value), expected, "{of} {value}");
        }
    }
}
