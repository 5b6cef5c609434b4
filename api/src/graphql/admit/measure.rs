//! How large a document is, and how many values its answer may have, with its fragments spread.
//!
//! # Invariants
//! - Every fragment is measured once for an operation, however often it is spread: the time is
//!   that of reading the document, whatever it would grow to.
//! - Sums do not overflow: they stop at the largest number.

use std::collections::HashMap;

use async_graphql::Variables;
use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned, Value};

use super::sizes::{CONNECTION, Many, PAGES, Sizes, number};
use crate::error::ApiError;
use crate::graphql::document::TYPE;
use crate::limits;

const NO_INTROSPECTION: &str =
    "introspection is switched off here; the schema is in wisplink's schema.graphql";

/// Whether every operation of `document` is within the limits.
pub(super) fn check(
    document: &ExecutableDocument,
    variables: &Variables,
    sizes: &Sizes,
) -> Result<(), ApiError> {
    let mut all = Weight::default();
    for (_, operation) in document.operations.iter() {
        let mut scale = Scale {
            document,
            operation: &operation.node,
            variables,
            sizes,
            fragments: HashMap::new(),
        };
        let weight = scale.operation()?;
        within("root fields", weight.top, limits::ROOT_FIELDS)?;
        within("levels of fields", weight.depth, limits::DEPTH)?;
        within("values in the answer", weight.values(1), limits::VALUES)?;
        all = all.beside(weight);
        within("fields", all.fields, limits::FIELDS)?;
        within("aliases", all.aliases, limits::ALIASES)?;
        within("directives", all.directives, limits::DIRECTIVES)?;
        // What no operation spreads is validated, too.
        for name in document.fragments.keys() {
            scale.fragment(name, 0)?;
        }
    }
    Ok(())
}

fn within(what: &str, asked: usize, allowed: usize) -> Result<(), ApiError> {
    if asked > allowed {
        return Err(ApiError::limit(what, asked, allowed));
    }
    Ok(())
}

/// What a selection weighs.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    /// Fields at its top.
    top: usize,
    /// Fields in all.
    fields: usize,
    /// Fields with another name.
    aliases: usize,
    /// Directives.
    directives: usize,
    /// Fields within fields.
    depth: usize,
    /// Selections within selections, those of fragments, too.
    levels: usize,
    /// Lists within lists.
    lists: usize,
    /// Values that there are once.
    once: usize,
    /// Values that there are for each row, in the connection of a page.
    by_row: usize,
}

impl Weight {
    /// Both, in the same selection.
    fn beside(self, other: Self) -> Self {
        Self {
            top: self.top.saturating_add(other.top),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            levels: self.levels.max(other.levels),
            lists: self.lists.max(other.lists),
            once: self.once.saturating_add(other.once),
            by_row: self.by_row.saturating_add(other.by_row),
        }
    }

    /// All values, when there are so many rows.
    fn values(self, rows: usize) -> usize {
        self.by_row.saturating_mul(rows).saturating_add(self.once)
    }
}

struct Scale<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    sizes: &'a Sizes,
    /// What each fragment weighs; none while it is being measured.
    fragments: HashMap<&'a Name, Option<Weight>>,
}

impl<'a> Scale<'a> {
    fn operation(&mut self) -> Result<Weight, ApiError> {
        let root = match self.operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut weight = self.selection(&self.operation.selection_set.node, root, 0)?;
        weight.directives += directives(&self.operation.directives)?;
        Ok(weight)
    }

    fn selection(
        &mut self,
        selection: &'a SelectionSet,
        of: &str,
        level: usize,
    ) -> Result<Weight, ApiError> {
        within("selections within selections", level, limits::LEVELS)?;
        let mut sum = Weight::default();
        for item in &selection.items {
            let mut weight = match &item.node {
                Selection::Field(field) => self.field(&field.node, of, level)?,
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let on = on.map_or(of, |on| on.node.on.node.as_str());
                    self.selection(&inline.node.selection_set.node, on, level + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, level + 1)?
                }
            };
            let own = directives(item.node.directives())?;
            weight.directives = weight.directives.saturating_add(own);
            sum = sum.beside(weight);
        }
        sum.levels += 1;
        within(
            "selections within selections",
            level + sum.levels,
            limits::LEVELS,
        )?;
        Ok(sum)
    }

    fn fragment(&mut self, name: &'a Name, level: usize) -> Result<Weight, ApiError> {
        let Some(fragment) = self.document.fragments.get(name) else {
            // The validator says so.
            return Ok(Weight::default());
        };
        match self.fragments.insert(name, None) {
            Some(None) => Err(ApiError::bad_input(format!(
                "the fragment {name} spreads itself"
            ))),
            Some(Some(weight)) => {
                let levels = level + weight.levels;
                within("selections within selections", levels, limits::LEVELS)?;
                self.fragments.insert(name, Some(weight));
                Ok(weight)
            }
            None => {
                let on = fragment.node.type_condition.node.on.node.as_str();
                let weight = self.selection(&fragment.node.selection_set.node, on, level)?;
                self.fragments.insert(name, Some(weight));
                Ok(weight)
            }
        }
    }

    fn field(&mut self, field: &'a Field, parent: &str, level: usize) -> Result<Weight, ApiError> {
        let known = self.sizes.field(parent, &field.name.node);
        let (of, many) = known.map_or(("", Many::One), |field| (&*field.of, field.many));
        if field.alias.as_ref().is_some_and(|alias| alias.node == TYPE) {
            // Ours, not the client's.
            return Ok(Weight::default());
        }
        let mut inner = Weight::default();
        if !field.selection_set.node.items.is_empty() {
            inner = self.selection(&field.selection_set.node, of, level + 1)?;
        }
        if of.starts_with("__") {
            if !self.sizes.introspection {
                return Err(ApiError::forbidden(NO_INTROSPECTION));
            }
            inner = introspection(inner, parent, many)?;
        }
        let each = inner.values(1).saturating_add(1);
        let (once, by_row) = match many {
            Many::One => (each, 0),
            Many::Connection(rows) => {
                let rows = self.rows(field).unwrap_or(rows);
                (inner.values(rows).saturating_add(1), 0)
            }
            // How many rows there are, the connection is told.
            Many::List(_) if parent.ends_with(CONNECTION) => (0, each),
            Many::List(items) => {
                let items = self.rows(field).unwrap_or(items);
                (each.saturating_mul(items), 0)
            }
        };
        Ok(Weight {
            top: 1,
            fields: inner.fields.saturating_add(1),
            aliases: inner
                .aliases
                .saturating_add(usize::from(field.alias.is_some())),
            depth: inner.depth + 1,
            once,
            by_row,
            ..inner
        })
    }

    /// How many rows the field's arguments ask for, if they do.
    fn rows(&self, field: &Field) -> Option<usize> {
        PAGES.iter().find_map(|page| {
            let asked = field.get_argument(page)?.node.clone();
            let asked = asked.into_const_with(|name| self.variable(&name).ok_or(()));
            number(&asked.ok()?)
        })
    }

    /// What the variable is, or is when it is not given.
    fn variable(&self, name: &Name) -> Option<Value> {
        if let Some(given) = self.variables.get(name) {
            return Some(given.clone());
        }
        let mut variables = self.operation.variable_definitions.iter();
        let variable = variables.find(|variable| variable.node.name.node == *name)?;
        Some(variable.node.default_value.as_ref()?.node.clone())
    }
}

/// Introspection nests deeper than anything else, and goes round: it has bounds of its own, and
/// counts as one level.
fn introspection(inner: Weight, parent: &str, many: Many) -> Result<Weight, ApiError> {
    let lists = inner.lists + usize::from(matches!(many, Many::List(_)));
    if parent.starts_with("__") {
        return Ok(Weight { lists, ..inner });
    }
    let depth = inner.depth + 1;
    within(
        "levels of introspection",
        depth,
        limits::INTROSPECTION_DEPTH,
    )?;
    within(
        "lists within lists of introspection",
        lists,
        limits::INTROSPECTION_LISTS,
    )?;
    Ok(Weight {
        depth: 0,
        lists: 0,
        ..inner
    })
}

fn directives(on_one: &[Positioned<Directive>]) -> Result<usize, ApiError> {
    within(
        "directives in one place",
        on_one.len(),
        limits::DIRECTIVES_IN_ONE_PLACE,
    )?;
    Ok(on_one.len())
}
