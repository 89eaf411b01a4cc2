use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use cedar_policy::{Context, Entities, Entity, Request, RestrictedExpression};
use model::{Facts, Label, PersonFacts, ToolFacts};

use crate::compile::entity_type::Type;

/// A request to Cedar and the two entities it speaks of. Both are made from the facts, so none can be missing.
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) entities: Entities,
}

/// Why facts could not be put to Cedar. It is not expected: every value is built to fit the schema.
pub(crate) type AskError = Box<dyn std::error::Error + Send + Sync>;

/// Puts `facts` as a request.
pub(crate) fn asked(facts: &Facts) -> Result<Asked, AskError> {
    let person = person(&facts.person)?;
    let tool = tool(&facts.tool)?;
    let action = Type::Action.entity(facts.activity.as_str());
    let request = Request::new(person.uid(), action, tool.uid(), context(facts)?, None)?;
    let entities = Entities::from_entities([person, tool], None)?;
    Ok(Asked { request, entities })
}

fn person(facts: &PersonFacts) -> Result<Entity, AskError> {
    let mut attributes = HashMap::from([
        ("kind".to_owned(), one(Type::PersonKind, facts.kind.as_str())),
        ("groups".to_owned(), many(Type::Group, facts.groups.iter().map(String::as_str))),
        ("risk".to_owned(), one(Type::Risk, facts.risk.as_str())),
        ("training".to_owned(), many(Type::Training, facts.training.iter().map(String::as_str))),
        ("attested".to_owned(), RestrictedExpression::new_bool(facts.attested)),
    ]);
    if let Some(department) = &facts.department {
        attributes.insert("department".to_owned(), one(Type::Department, department));
    }
    let uid = Type::Person.entity("someone");
    Ok(Entity::new(uid, attributes, HashSet::new())?)
}

fn tool(facts: &ToolFacts) -> Result<Entity, AskError> {
    let attributes = HashMap::from([
        ("category".to_owned(), one(Type::ToolCategory, facts.category.as_str())),
        ("state".to_owned(), one(Type::ToolState, facts.state.as_str())),
        ("approved_for".to_owned(), many(Type::Label, facts.approved_for.iter().map(Label::as_str))),
    ]);
    let uid = Type::Tool.entity(facts.id.as_str());
    Ok(Entity::new(uid, attributes, HashSet::new())?)
}

fn context(facts: &Facts) -> Result<Context, AskError> {
    let found = Found::of(facts);
    let counts = found
        .counts
        .iter()
        .map(|(label, count)| (label.as_str().to_owned(), RestrictedExpression::new_long(i64::from(*count))));
    let counts = RestrictedExpression::new_record(counts)?;
    let mut pairs = vec![
        ("account".to_owned(), one(Type::AccountKind, facts.account.as_str())),
        ("labels".to_owned(), many(Type::Label, found.counts.keys().map(Label::as_str))),
        ("unapproved".to_owned(), many(Type::Label, found.unapproved.iter().map(Label::as_str))),
        ("counts".to_owned(), counts),
        ("sandbox".to_owned(), RestrictedExpression::new_bool(facts.sandbox)),
        ("visibility".to_owned(), one(Type::Visibility, facts.visibility.as_str())),
        ("exempt".to_owned(), many(Type::Clause, facts.exempt.iter().map(|clause| clause.as_str()))),
    ];
    if let Some(purpose) = facts.purpose {
        pairs.push(("purpose".to_owned(), one(Type::Purpose, purpose.as_str())));
    }
    Ok(Context::from_pairs(pairs)?)
}

/// What was found, with everything above it.
#[derive(Default)]
struct Found {
    counts: BTreeMap<Label, u32>,
    /// The part that the tool is not approved for.
    unapproved: BTreeSet<Label>,
}

impl Found {
    fn of(facts: &Facts) -> Self {
        let mut found = Self::default();
        for (label, count) in facts.labels.iter().filter(|(_, count)| **count > 0) {
            let covered = facts.tool.approved_for.iter().any(|class| label.is(class));
            for label in label.lineage() {
                if !covered {
                    found.unapproved.insert(label.clone());
                }
                let total = found.counts.entry(label).or_default();
                *total = total.saturating_add(*count);
            }
        }
        found
    }
}

fn one(of: Type, id: &str) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(of.entity(id))
}

fn many<'a>(of: Type, ids: impl Iterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(ids.map(|id| one(of, id)))
}
