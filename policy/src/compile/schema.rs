use cedar_policy::{Schema, SchemaError};
use model::{
    AccountKind, Activity, ClauseId, Label, PersonKind, Purpose, Risk, ToolCategory, ToolState, Visibility,
};
use serde_json::{Map, Value, json};

use super::entity_type::Type;
use crate::{Taxonomy, vocabulary::Word};

/// The schema of one policy: what a request holds, and every constant that a policy may name.
///
/// Closed sets are enumerated entity types, so strict validation refuses a constant outside them.
pub(crate) fn schema(taxonomy: &Taxonomy, clauses: &[ClauseId]) -> Result<Schema, Box<SchemaError>> {
    let labels: Vec<Label> = taxonomy.known_labels().into_iter().collect();
    let mut types = Map::new();
    let mut define = |of: Type, definition: Value| types.insert(of.as_str().to_owned(), definition);
    define(Type::Label, enumerated(labels.iter().map(Label::as_str)));
    define(Type::ToolState, words::<ToolState>());
    define(Type::ToolCategory, words::<ToolCategory>());
    define(Type::AccountKind, words::<AccountKind>());
    define(Type::PersonKind, words::<PersonKind>());
    define(Type::Purpose, words::<Purpose>());
    define(Type::Risk, words::<Risk>());
    define(Type::Visibility, words::<Visibility>());
    define(Type::Department, names(taxonomy.departments.as_deref()));
    define(Type::Group, names(taxonomy.groups.as_deref()));
    define(Type::Training, names(taxonomy.training.as_deref()));
    define(Type::Clause, enumerated(clauses.iter().map(ClauseId::as_str)));
    define(Type::Person, shape(person()));
    define(Type::Tool, shape(tool()));
    Schema::from_json_value(json!({
        "": {
            "commonTypes": { "Exchange": record(exchange(&labels)) },
            "entityTypes": types,
            "actions": actions(),
        }
    }))
    .map_err(Box::new)
}

fn person() -> Value {
    json!({
        "kind": one(Type::PersonKind),
        "department": { "type": "Entity", "name": Type::Department.as_str(), "required": false },
        "groups": many(Type::Group),
        "risk": one(Type::Risk),
        "training": many(Type::Training),
        "attested": { "type": "Boolean" },
    })
}

fn tool() -> Value {
    json!({
        "category": one(Type::ToolCategory),
        "state": one(Type::ToolState),
        "approved_for": many(Type::Label),
    })
}

/// The context of a request. `labels` holds what was found and everything above it; `unapproved` the part of it that
/// the tool is not approved for; `counts` how often each was found.
fn exchange(labels: &[Label]) -> Value {
    let counts: Map<String, Value> = labels
        .iter()
        .map(|label| (label.as_str().to_owned(), json!({ "type": "Long", "required": false })))
        .collect();
    json!({
        "account": one(Type::AccountKind),
        "labels": many(Type::Label),
        "unapproved": many(Type::Label),
        "counts": record(Value::Object(counts)),
        "purpose": { "type": "Entity", "name": Type::Purpose.as_str(), "required": false },
        "sandbox": { "type": "Boolean" },
        "visibility": one(Type::Visibility),
        "exempt": many(Type::Clause),
    })
}

fn actions() -> Value {
    let applies = json!({
        "principalTypes": [Type::Person.as_str()],
        "resourceTypes": [Type::Tool.as_str()],
        "context": { "type": "Exchange" },
    });
    let actions =
        Activity::ALL.map(|activity| (activity.as_str().to_owned(), json!({ "appliesTo": applies.clone() })));
    Value::Object(actions.into_iter().collect())
}

fn words<W: Word>() -> Value {
    enumerated(W::WORDS.iter().map(|word| word.word()))
}

fn names(set: Option<&[String]>) -> Value {
    set.map_or_else(|| json!({}), |names| enumerated(names.iter().map(String::as_str)))
}

/// An enumerated entity type; Cedar wants at least one member, so an empty set stays open.
fn enumerated<'a>(members: impl Iterator<Item = &'a str>) -> Value {
    let mut members: Vec<&str> = members.collect();
    members.sort_unstable();
    members.dedup();
    if members.is_empty() { json!({}) } else { json!({ "enum": members }) }
}

fn shape(attributes: Value) -> Value {
    json!({ "shape": record(attributes) })
}

fn record(attributes: Value) -> Value {
    json!({ "type": "Record", "attributes": attributes })
}

fn one(of: Type) -> Value {
    json!({ "type": "Entity", "name": of.as_str() })
}

fn many(of: Type) -> Value {
    json!({ "type": "Set", "element": one(of) })
}
