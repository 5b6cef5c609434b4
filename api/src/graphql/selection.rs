//! What a selection set asks of an object: its fields in the order in which they first appear,
//! fragments unfolded, `@skip` and `@include` obeyed, equal keys merged.

use std::collections::HashSet;
use std::convert::Infallible;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Directive, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value, Variables};

use crate::graphql::document::Document;
use crate::graphql::known_types::KnownTypes;

/// A field that is asked for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The field, as it first appears.
    pub field: &'a Positioned<Field>,
    /// What is asked below it, wherever its key appears.
    pub below: Vec<&'a SelectionSet>,
}

/// A document with the values of its variables.
#[derive(Clone, Copy, Debug)]
pub struct Selecting<'a> {
    /// The document.
    pub document: &'a Document,
    /// The values, defaults filled in.
    pub variables: &'a Variables,
    /// The schema's types.
    pub types: &'a KnownTypes,
}

impl<'a> Selecting<'a> {
    /// What `sets` ask of an object of type `object`, by key. Fragments must not be cyclic.
    pub fn fields(&self, object: &str, sets: &[&'a SelectionSet]) -> IndexMap<&'a Name, Asked<'a>> {
        let mut fields = IndexMap::new();
        let mut seen = HashSet::new();
        for set in sets {
            self.collect(object, set, &mut seen, &mut fields);
        }
        fields
    }

    fn collect(
        &self,
        object: &str,
        set: &'a SelectionSet,
        seen: &mut HashSet<&'a Name>,
        fields: &mut IndexMap<&'a Name, Asked<'a>>,
    ) {
        for item in &set.items {
            if !self.is_wanted(item.node.directives()) {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    let asked = fields
                        .entry(&field.node.response_key().node)
                        .or_insert_with(|| Asked {
                            field,
                            below: Vec::new(),
                        });
                    asked.below.push(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    if condition.is_none_or(|on| self.types.is_a(object, &on.node.on.node)) {
                        let set = &fragment.node.selection_set.node;
                        self.collect(object, set, seen, fields);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = self.document.executable().fragments.get(name);
                    if let Some(fragment) = fragment
                        && seen.insert(name)
                        && self
                            .types
                            .is_a(object, &fragment.node.type_condition.node.on.node)
                    {
                        let set = &fragment.node.selection_set.node;
                        self.collect(object, set, seen, fields);
                    }
                }
            }
        }
    }

    fn is_wanted(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let skips = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => return true,
            };
            let condition = directive.node.get_argument("if");
            let condition = condition.map(|condition| {
                let condition = condition.node.clone();
                let Ok(condition) = condition.into_const_with(self.variables());
                condition
            });
            (condition == Some(Value::Boolean(true))) != skips
        })
    }

    /// An argument of a field, its variables filled in. None when it is not given.
    pub fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        let Ok(value) = value.into_const_with(self.variables());
        Some(value)
    }

    /// A variable that is not given is null.
    fn variables(&self) -> impl Fn(Name) -> Result<Value, Infallible> {
        |name| Ok(self.variables.get(&name).cloned().unwrap_or_default())
    }
}
