//! `schema.graphql` is the public contract: what is served, with every part of it described.

use async_graphql_parser::types::{
    ServiceDocument, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql_parser::{Positioned, parse_schema};

use super::read;

/// Made by the library, which gives them no description.
const UNDESCRIBED: [&str; 7] = [
    "ApiKeyConnection",
    "DeviceConnection",
    "LinkEventConnection",
    "SiteConnection",
    "TenantConnection",
    "UnknownClientConnection",
    "WirelessLinkConnection",
];

#[test]
fn the_file_is_what_the_server_serves() {
    let served = format!("{}\n", api::sdl().trim_end());
    assert!(
        read("schema.graphql") == served,
        "schema.graphql differs from what the server serves: run `make schema`, look at the \
         difference, and name what breaks clients in CHANGELOG.md"
    );
}

#[test]
fn everything_has_a_description() {
    let document = parse_schema(api::sdl()).unwrap();
    let bare: Vec<String> = types(&document).flat_map(undescribed).collect();
    assert_eq!(bare, UNDESCRIBED);
}

fn types(document: &ServiceDocument) -> impl Iterator<Item = &TypeDefinition> {
    document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(&definition.node),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        })
}

/// The names of a type and of its parts that lack a description.
fn undescribed(definition: &TypeDefinition) -> Vec<String> {
    let name = &definition.name.node;
    let mut bare = Vec::new();
    let mut look = |name: String, description: &Option<Positioned<String>>| {
        if description
            .as_ref()
            .is_none_or(|text| text.node.trim().is_empty())
        {
            bare.push(name);
        }
    };
    look(name.to_string(), &definition.description);
    match &definition.kind {
        TypeKind::Object(object) => {
            for field in &object.fields {
                let field = &field.node;
                look(format!("{name}.{}", field.name.node), &field.description);
                for argument in &field.arguments {
                    let argument = &argument.node;
                    let path = format!("{name}.{}({})", field.name.node, argument.name.node);
                    look(path, &argument.description);
                }
            }
        }
        TypeKind::InputObject(input) => {
            for field in &input.fields {
                look(
                    format!("{name}.{}", field.node.name.node),
                    &field.node.description,
                );
            }
        }
        TypeKind::Enum(values) => {
            for value in &values.values {
                look(
                    format!("{name}.{}", value.node.value.node),
                    &value.node.description,
                );
            }
        }
        TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Interface(_) => {}
    }
    bare
}
