//! What the schema says of each field that bears on what an answer costs.

use std::collections::HashMap;

use async_graphql::Value;
use async_graphql::parser::types::{BaseType, FieldDefinition, TypeDefinition, TypeKind};

use crate::graphql::known_types::{definitions, innermost};
use crate::limits;

/// The lists of introspection, which the schema's own text does not tell.
const INTROSPECTION: &str = "
    extend type Query { __schema: __Schema __type: __Type }
    type __Schema { types: [__Type] directives: [__Directive] queryType: __Type
        mutationType: __Type subscriptionType: __Type }
    type __Type { fields: [__Field] inputFields: [__InputValue] enumValues: [__EnumValue]
        interfaces: [__Type] possibleTypes: [__Type] ofType: __Type }
    type __Field { args: [__InputValue] type: __Type }
    type __InputValue { type: __Type }
    type __Directive { args: [__InputValue] }";

/// The arguments that say how many values a field has.
pub(super) const PAGES: [&str; 3] = ["first", "last", "buckets"];

/// What the name of a connection ends with.
pub(super) const CONNECTION: &str = "Connection";

/// The fields of all types, by the type's name.
#[derive(Debug)]
pub(super) struct Sizes {
    types: HashMap<String, HashMap<String, Field>>,
    /// Whether clients may ask for them.
    pub(super) introspection: bool,
}

/// A field.
#[derive(Debug)]
pub(super) struct Field {
    /// The type it leads to, whether one or many.
    pub(super) of: String,
    /// How many.
    pub(super) many: Many,
}

/// How many values a field has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Many {
    /// One.
    One,
    /// As many as one of [`PAGES`] says, or about so many.
    List(usize),
    /// One, with lists of as many as one of [`PAGES`] says, or of so many.
    Connection(usize),
}

impl Sizes {
    /// The types that are defined.
    pub(super) fn of(schema: &[TypeDefinition], introspection: bool) -> Self {
        let mut sizes = Self {
            types: HashMap::new(),
            introspection,
        };
        let introspected = definitions(INTROSPECTION);
        for definition in schema.iter().chain(&introspected) {
            let fields: &[_] = match &definition.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                TypeKind::Scalar
                | TypeKind::Union(_)
                | TypeKind::Enum(_)
                | TypeKind::InputObject(_) => &[],
            };
            let name = definition.name.node.to_string();
            let known = sizes.types.entry(name).or_default();
            known.extend(fields.iter().map(|field| shown(&field.node)));
        }
        sizes.count_types();
        sizes
    }

    /// The field `name` of type `of`.
    pub(super) fn field(&self, of: &str, name: &str) -> Option<&Field> {
        self.types.get(of)?.get(name)
    }

    /// The one list of introspection that grows with the schema.
    fn count_types(&mut self) {
        let count = self.types.len();
        let schema = self.types.get_mut("__Schema");
        if let Some(types) = schema.and_then(|schema| schema.get_mut("types")) {
            types.many = Many::List(count);
        }
    }
}

fn shown(field: &FieldDefinition) -> (String, Field) {
    let (base, of) = (&field.ty.node.base, innermost(&field.ty.node.base));
    let is_list = matches!(base, BaseType::List(_));
    let asked = default_page(field);
    let many = if is_list {
        let assumed = if of.starts_with("__") {
            limits::INTROSPECTION_ITEMS
        } else {
            limits::LIST_ITEMS
        };
        Many::List(asked.unwrap_or(assumed))
    } else if of.ends_with(CONNECTION) {
        Many::Connection(asked.unwrap_or(limits::DEFAULT_PAGE as usize))
    } else {
        Many::One
    };
    let of = of.to_string();
    (field.name.node.to_string(), Field { of, many })
}

/// What an argument that says how many is when it is not given.
fn default_page(field: &FieldDefinition) -> Option<usize> {
    let mut arguments = field.arguments.iter();
    let page = arguments.find(|argument| PAGES.contains(&&*argument.node.name.node))?;
    number(&page.node.default_value.as_ref()?.node)
}

/// The value as a number of things.
pub(super) fn number(value: &Value) -> Option<usize> {
    let Value::Number(number) = value else {
        return None;
    };
    Some(usize::try_from(number.as_u64()?).unwrap_or(usize::MAX))
}
