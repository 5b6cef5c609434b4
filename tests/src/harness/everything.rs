//! A query for everything: written from the schema itself, so that a field made later is asked for,
//! too.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::client::Api;

const SCHEMA: &str = "{ __schema { types { name kind possibleTypes { name }
    fields { name args { name type { kind } defaultValue } type { ...T } } } } }
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

    /// All that is within `depth` levels below the field `field` of type `name`.
    pub fn below(&self, name: &str, field: &str, depth: usize) -> Option<String> {
        let fields = self.types[name]["fields"].as_array().unwrap();
        let field = fields.iter().find(|known| known["name"] == field).unwrap();
        let mut query = format!("{}{}", text(&field["name"]), self.arguments(field));
        let of = &self.types[&innermost(&field["type"])];
        if matches!(of["kind"].as_str(), Some("SCALAR" | "ENUM")) {
            return Some(query);
        }
        let _ = write!(query, " {}", self.selection(of, depth.checked_sub(1)?)?);
        Some(query)
    }

    fn selection(&self, of: &Value, depth: usize) -> Option<String> {
        let name = text(&of["name"]);
        let parts: Vec<String> = match of["possibleTypes"].as_array() {
            Some(types) => types
                .iter()
                .filter_map(|of| {
                    let of = &self.types[&text(&of["name"])];
                    let selection = self.selection(of, depth)?;
                    Some(format!("... on {} {selection}", text(&of["name"])))
                })
                .collect(),
            None => self
                .fields(&name)
                .iter()
                .filter_map(|field| self.below(&name, field, depth))
                .collect(),
        };
        (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(" ")))
    }

    /// The arguments that must be given.
    fn arguments(&self, field: &Value) -> String {
        let name = text(&field["name"]);
        let required = field["args"].as_array().unwrap().iter().filter(|argument| {
            argument["type"]["kind"] == "NON_NULL" && argument["defaultValue"].is_null()
        });
        let given: Vec<_> = required
            .map(|argument| {
                let argument = text(&argument["name"]);
                let value = self.arguments.get(&*format!("{name}.{argument}"));
                let value = value.unwrap_or_else(|| panic!("say a value for {name}.{argument}"));
                format!("{argument}: {value}")
            })
            .collect();
        if given.is_empty() {
            return String::new();
        }
        format!("({})", given.join(", "))
    }
}

fn innermost(of: &Value) -> String {
    match &of["ofType"] {
        Value::Null => text(&of["name"]),
        inner => innermost(inner),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
