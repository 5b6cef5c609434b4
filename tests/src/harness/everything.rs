//! A query for everything: written from the schema itself, so that a field made later is asked for,
//! too.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::client::Api;

const SCHEMA: &str = "{ __schema { types { name kind possibleTypes { name } enumValues { name }
    inputFields { name type { ...T } defaultValue }
    fields { name args { name type { ...T } defaultValue } type { ...T } } } } }
    fragment T on __Type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }";

/// The types of a schema, as introspection tells them.
pub struct Everything {
    types: HashMap<String, Value>,
    arguments: HashMap<&'static str, String>,
}

impl Everything {
    /// What `api` serves. `arguments` has a value, in GraphQL, for each argument that must be
    /// given, by `field.argument`.
    pub async fn of(api: &Api, token: &str, arguments: HashMap<&'static str, String>) -> Self {
        let mut data = api.data(token, SCHEMA, json!({})).await;
        let Value::Array(types) = data["__schema"]["types"].take() else {
            panic!("no types: {data}");
        };
        let named = |of: Value| (of["name"].as_str().unwrap().to_owned(), of);
        Self {
            types: types.into_iter().map(named).collect(),
            arguments,
        }
    }

    /// The fields of type `name`.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let fields = self.types[name]["fields"].as_array().unwrap();
        fields.iter().map(|field| text(&field["name"])).collect()
    }

    /// The types that have a field which takes `argument`, but for the roots.
    pub fn types_with(&self, argument: &str) -> Vec<String> {
        let roots = ["Query", "Mutation", "Subscription"];
        let objects = self.types.values().filter(|of| of["fields"].is_array());
        let mut names: Vec<_> = objects.map(|of| text(&of["name"])).collect();
        names.retain(|name| {
            !roots.contains(&&**name) && !self.fields_with(name, argument).is_empty()
        });
        names.sort_unstable();
        names
    }

    /// Those of them that take `argument`.
    pub fn fields_with(&self, name: &str, argument: &str) -> Vec<String> {
        let mut fields = self.fields(name);
        fields.retain(|field| {
            let arguments = self.field(name, field)["args"].as_array();
            arguments.is_some_and(|args| args.iter().any(|known| known["name"] == argument))
        });
        fields
    }

    /// The field `field` of type `name` itself.
    pub(super) fn field(&self, name: &str, field: &str) -> &Value {
        let fields = self.types[name]["fields"].as_array().unwrap();
        fields.iter().find(|known| known["name"] == field).unwrap()
    }

    /// The type that `of` names, without lists and exclamation marks.
    pub(super) fn named(&self, of: &Value) -> &Value {
        &self.types[&innermost(of)]
    }

    /// All that is within `depth` levels below the field `field` of type `name`, in as many queries
    /// as it takes: one would be larger than a query may be.
    pub fn below(&self, name: &str, field: &str, depth: usize) -> Vec<String> {
        let field = self.field(name, field);
        let head = format!("{}{}", text(&field["name"]), self.arguments(field));
        let of = &self.types[&innermost(&field["type"])];
        if matches!(of["kind"].as_str(), Some("SCALAR" | "ENUM")) {
            return vec![head];
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let selections = self.selections(of, depth).into_iter();
        selections
            .map(|selection| format!("{head} {{ {selection} }}"))
            .collect()
    }

    pub(super) fn selections(&self, of: &Value, depth: usize) -> Vec<String> {
        let name = text(&of["name"]);
        let parts: Vec<String> = match of["possibleTypes"].as_array() {
            Some(types) => types
                .iter()
                .flat_map(|of| {
                    let of = &self.types[&text(&of["name"])];
                    let on = text(&of["name"]);
                    let selections = self.selections(of, depth).into_iter();
                    selections.map(move |selection| format!("... on {on} {{ {selection} }}"))
                })
                .collect(),
            None => self
                .fields(&name)
                .iter()
                .flat_map(|field| self.below(&name, field, depth))
                .collect(),
        };
        packed(parts)
    }

    /// The arguments that must be given, and few rows where a number may be.
    fn arguments(&self, field: &Value) -> String {
        let name = text(&field["name"]);
        let pages = field["args"].as_array().unwrap().iter();
        let page = pages.filter(|argument| argument["name"] == "first");
        let required = field["args"].as_array().unwrap().iter().filter(|argument| {
            argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
        });
        let mut given: Vec<_> = required
            .map(|argument| {
                let argument = text(&argument["name"]);
                let value = self.arguments.get(&*format!("{name}.{argument}"));
                let value = value.unwrap_or_else(|| panic!("say a value for {name}.{argument}"));
                format!("{argument}: {value}")
            })
            .collect();
        given.extend(page.map(|_| "first: 5".to_owned()));
        if given.is_empty() {
            return String::new();
        }
        format!("({})", given.join(", "))
    }
}

/// The parts, as many of them together as make about this many bytes.
fn packed(parts: Vec<String>) -> Vec<String> {
    const BYTES: usize = 2_000;
    let mut packed: Vec<String> = Vec::new();
    for part in parts {
        match packed.last_mut() {
            Some(last) if last.len() + part.len() < BYTES => last.extend([" ", &*part]),
            _ => packed.push(part),
        }
    }
    packed
}

fn innermost(of: &Value) -> String {
    match &of["ofType"] {
        Value::Null => text(&of["name"]),
        inner => innermost(inner),
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
