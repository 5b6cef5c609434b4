//! What would break clients of the last release shows, unless the changelog names it.
//!
//! `tests/schema-baseline.graphql` is the schema of the last release. CONTRIBUTING tells the rule.

use std::collections::BTreeMap;

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{
    BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};

use super::read;

#[test]
fn what_breaks_clients_is_named_in_the_changelog() {
    let changelog = read("CHANGELOG.md");
    let unreleased = changelog
        .split("\n## ")
        .find_map(|section| section.strip_prefix("Unreleased"));
    let unreleased = unreleased.expect("CHANGELOG.md has a section `Unreleased`");
    let breaks = breaks(
        &read("tests/schema-baseline.graphql"),
        &read("schema.graphql"),
    );
    let silent: Vec<_> = breaks
        .iter()
        .filter(|(path, _)| !unreleased.contains(&format!("`{path}`")))
        .collect();
    assert!(
        silent.is_empty(),
        "clients break: keep it (deprecated, if need be), or name it in CHANGELOG.md under \
         Unreleased, between back quotes: {silent:#?}"
    );
}

#[test]
fn each_kind_of_break_is_seen_and_what_breaks_nobody_is_not() {
    let old =
        "type Query { a(x: Int, y: Int!): Int b: [T!] } interface N { id: ID! } union U = T | Query
        type T implements N { id: ID! } enum E { A B } input I { p: Int q: Int! }";
    for (was, is, told) in [
        ("b: [T!]", "", "Query.b: removed"),
        ("b: [T!]", "b: [T]", "Query.b: was [T!], is [T]"),
        ("b: [T!]", "b: [T!]!", ""),
        ("b: [T!]", "b(n: Int): [T!]", ""),
        (
            "b: [T!]",
            "b(n: Int!): [T!]",
            "Query.b(n): new and required",
        ),
        ("b: [T!]", "b(n: Int! = 1): [T!]", ""),
        ("a(x: Int,", "a(", "Query.a(x): removed"),
        ("a(x: Int,", "a(x: Int!,", "Query.a(x): was Int, is Int!"),
        ("y: Int!", "y: Int", ""),
        ("y: Int!", "y: Float!", "Query.a(y): was Int!, is Float!"),
        ("): Int", "): Float", "Query.a: was Int, is Float"),
        ("A B", "A", "E.B: removed"),
        ("A B", "A B C", ""),
        ("enum E { A B }", "", "E: removed"),
        ("enum E { A B }", "scalar E", "E: was enum, is scalar"),
        ("p: Int q", "p: Int r: Int q", ""),
        ("p: Int q", "p: Int r: Int! q", "I.r: new and required"),
        ("p: Int q", "q", "I.p: removed"),
        (" implements N", "", "T implements N: removed"),
        ("T | Query", "T", "U of Query: removed"),
        ("type T", "type New { a(x: Int!): Int } type T", ""),
    ] {
        let new = old.replacen(was, is, 1);
        assert_ne!(new, old);
        let found: Vec<_> = breaks(old, &new)
            .into_iter()
            .map(|(path, how)| format!("{path}: {how}"))
            .collect();
        assert_eq!(found.join(", "), told, "{was:?} to {is:?}");
    }
}

/// A part of a schema that clients may rely on.
#[derive(PartialEq)]
enum Part {
    Type(&'static str),
    Output(Type),
    Input { of: Type, is_required: bool },
    Member,
}

/// Everything by its path, like `Query.node(id)`.
type Parts = BTreeMap<String, Part>;

/// What of `old` clients of it miss in `new`, and how. A part of what is gone is not told apart.
fn breaks(old: &str, new: &str) -> Vec<(String, String)> {
    let (old, new) = (parts(old), parts(new));
    let missed = old.iter().filter_map(|(path, was)| {
        let is_told = owner(path).is_some_and(|owner| match (old.get(owner), new.get(owner)) {
            (Some(Part::Type(was)), Some(Part::Type(is))) => was != is,
            (_, is) => is.is_none(),
        });
        let how = match (was, new.get(path)) {
            (_, None) => (!is_told).then(|| "removed".to_owned()),
            (Part::Type(was), Some(Part::Type(is))) => {
                (was != is).then(|| format!("was {was}, is {is}"))
            }
            (Part::Output(was), Some(Part::Output(is))) => {
                (!fits(is, was)).then(|| format!("was {was}, is {is}"))
            }
            (Part::Input { of: was, .. }, Some(Part::Input { of: is, .. })) => {
                (!fits(was, is)).then(|| format!("was {was}, is {is}"))
            }
            _ => None,
        };
        Some((path.clone(), how?))
    });
    let demanded = new.iter().filter_map(|(path, part)| {
        let is_demanded = matches!(
            part,
            Part::Input {
                is_required: true,
                ..
            }
        );
        let is_new = !old.contains_key(path) && old.contains_key(owner(path)?);
        (is_demanded && is_new).then(|| (path.clone(), "new and required".to_owned()))
    });
    missed.chain(demanded).collect()
}

/// Whether whoever expects `wanted` can do with `given`.
fn fits(given: &Type, wanted: &Type) -> bool {
    let is_base = match (&given.base, &wanted.base) {
        (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
        (BaseType::List(given), BaseType::List(wanted)) => fits(given, wanted),
        _ => false,
    };
    is_base && (wanted.nullable || !given.nullable)
}

/// What a part is part of.
fn owner(path: &str) -> Option<&str> {
    let end = path.rfind(['(', '.']).or_else(|| path.find(' '))?;
    path.get(..end)
}

fn parts(schema: &str) -> Parts {
    let mut parts = Parts::new();
    for definition in parse_schema(schema).unwrap().definitions {
        if let TypeSystemDefinition::Type(definition) = definition {
            add(&mut parts, definition.node);
        }
    }
    parts
}

fn add(parts: &mut Parts, definition: TypeDefinition) {
    let name = definition.name.node;
    let mut kind = |kind| parts.insert(name.to_string(), Part::Type(kind));
    let (fields, interfaces) = match definition.kind {
        TypeKind::Object(object) => {
            kind("type");
            (object.fields, object.implements)
        }
        TypeKind::Interface(interface) => {
            kind("interface");
            (interface.fields, interface.implements)
        }
        TypeKind::InputObject(input) => {
            kind("input");
            for field in input.fields {
                let path = format!("{name}.{}", field.node.name.node);
                parts.insert(path, input_part(field.node));
            }
            return;
        }
        TypeKind::Enum(of) => {
            kind("enum");
            for value in of.values {
                parts.insert(format!("{name}.{}", value.node.value.node), Part::Member);
            }
            return;
        }
        TypeKind::Union(of) => {
            kind("union");
            for member in of.members {
                parts.insert(format!("{name} of {}", member.node), Part::Member);
            }
            return;
        }
        TypeKind::Scalar => {
            kind("scalar");
            return;
        }
    };
    for interface in interfaces {
        parts.insert(
            format!("{name} implements {}", interface.node),
            Part::Member,
        );
    }
    for field in fields {
        let path = format!("{name}.{}", field.node.name.node);
        for argument in field.node.arguments {
            let path = format!("{path}({})", argument.node.name.node);
            parts.insert(path, input_part(argument.node));
        }
        parts.insert(path, Part::Output(field.node.ty.node));
    }
}

fn input_part(definition: InputValueDefinition) -> Part {
    let of = definition.ty.node;
    Part::Input {
        is_required: !of.nullable && definition.default_value.is_none(),
        of,
    }
}
