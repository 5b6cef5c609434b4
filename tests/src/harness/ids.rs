//! Operations that name an id, one for each place in the schema where an id can be said.

use serde_json::Value;

use super::everything::{Everything, text};

/// A place for an id: `Query.device.id`, `Mutation.createDevices.input.siteId`.
#[derive(Clone, Debug)]
pub struct Place {
    /// `Query`, `Mutation` or `Subscription`.
    pub root: &'static str,
    /// The field.
    pub field: String,
    path: Vec<String>,
}

/// How deep what comes back is looked at.
const DEPTH: usize = 3;

impl Place {
    /// Every place in the schema that is asked once.
    pub fn all(schema: &Everything) -> Vec<Self> {
        Self::below(schema, &["Query", "Mutation"])
    }

    /// Every place in the schema that is followed.
    pub fn followed(schema: &Everything) -> Vec<Self> {
        Self::below(schema, &["Subscription"])
    }

    fn below(schema: &Everything, roots: &[&'static str]) -> Vec<Self> {
        let mut places = Vec::new();
        for &root in roots {
            for field in schema.fields(root) {
                let mut paths = Vec::new();
                find(schema, &schema.field(root, &field)["args"], &[], &mut paths);
                places.extend(paths.into_iter().map(|path| Self {
                    root,
                    field: field.clone(),
                    path,
                }));
            }
        }
        places
    }

    /// An operation that says `id` here, and `own` wherever else an id must be said.
    pub fn operation(&self, schema: &Everything, id: &str, own: &str) -> String {
        let field = schema.field(self.root, &self.field);
        let ids = (id, own);
        let arguments = members(schema, &field["args"], &self.path, ids);
        let selection = schema.named(&field["type"]);
        let is_leaf = selection["fields"].is_null() && selection["possibleTypes"].is_null();
        let selection = if is_leaf {
            String::new()
        } else {
            // Some of it is enough to tell one answer from another.
            let some = schema.selections(selection, DEPTH).into_iter().next();
            format!("{{ {} }}", some.unwrap_or_default())
        };
        let root = self.root.to_lowercase();
        format!("{root} {{ {}({arguments}) {selection} }}", self.field)
    }
}

/// All paths to an id among `members`, arguments or fields of an input.
fn find(schema: &Everything, members: &Value, above: &[String], paths: &mut Vec<Vec<String>>) {
    for member in members.as_array().unwrap() {
        let mut path = above.to_vec();
        path.push(text(&member["name"]));
        let of = schema.named(&member["type"]);
        if of["name"] == "ID" {
            paths.push(path);
        } else if of["kind"] == "INPUT_OBJECT" && path.len() < 5 {
            find(schema, &of["inputFields"], &path, paths);
        }
    }
}

/// The members that must be given, and the one on the way to the id.
fn members(schema: &Everything, all: &Value, path: &[String], ids: (&str, &str)) -> String {
    let mut given = Vec::new();
    for member in all.as_array().unwrap() {
        let name = text(&member["name"]);
        let rest = match path {
            [first, rest @ ..] if *first == name => Some(rest),
            _ => None,
        };
        let required = member["type"]["kind"] == "NON_NULL" && member["defaultValue"].is_null();
        if rest.is_some() || required {
            let value = value(schema, &member["type"], rest, ids);
            given.push(format!("{name}: {value}"));
        }
    }
    given.join(", ")
}

/// Anything that fits; the id where the path ends.
fn value(schema: &Everything, of: &Value, path: Option<&[String]>, ids: (&str, &str)) -> String {
    match of["kind"].as_str() {
        Some("NON_NULL") => return value(schema, &of["ofType"], path, ids),
        Some("LIST") => return format!("[{}]", value(schema, &of["ofType"], path, ids)),
        _ => {}
    }
    let named = schema.named(of);
    match (named["kind"].as_str(), named["name"].as_str()) {
        (_, Some("ID")) => format!("{:?}", if path.is_some() { ids.0 } else { ids.1 }),
        (Some("INPUT_OBJECT"), _) => {
            let members = members(schema, &named["inputFields"], path.unwrap_or_default(), ids);
            format!("{{ {members} }}")
        }
        (Some("ENUM"), _) => text(&named["enumValues"][0]["name"]),
        (_, Some("Int" | "Float")) => "7".to_owned(),
        (_, Some("Boolean")) => "true".to_owned(),
        (_, Some("String")) => "\"planted\"".to_owned(),
        (_, Some("MacAddress")) => "\"0C:00:00:00:00:77\"".to_owned(),
        (_, Some("DateTime")) => "\"2026-01-01T00:00:00Z\"".to_owned(),
        _ => panic!("say a value for {named}"),
    }
}
