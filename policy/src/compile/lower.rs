use cedar_policy::pst::{
    self, ActionConstraint, BinaryOp, Effect, PrincipalConstraint, PstConstructionError, ResourceConstraint,
    Var,
};
use model::{Action, Activity, ClauseId, FAMILIES, Label};

use super::{
    Statement,
    entity_type::Type,
    expr::{
        Tree, all, any, attribute, binary, either, has, holds_all, holds_any, is_empty, member, not,
        not_exempt, number, one_of, seen, truth, variable,
    },
    reach::{Reach, Sight},
    unseen::Depends,
};
use crate::rule::{Condition, Data, Rule, Test};

/// How a condition is read where it depends on content.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Content was seen: as it is.
    Seen,
    /// Content was not seen: whether the condition may hold.
    Possible,
    /// Content was not seen: whether the condition holds whatever the content.
    Certain,
}

impl Reading {
    /// How the opposite of a condition is read.
    const fn opposite(self) -> Self {
        match self {
            Self::Seen => Self::Seen,
            Self::Possible => Self::Certain,
            Self::Certain => Self::Possible,
        }
    }
}

/// The Cedar policies of a rule: one for exchanges whose content was seen (or does not matter), and one for the rest
/// if the rule depends on content and asks for something there.
pub(crate) fn statements(id: &ClauseId, rule: &Rule) -> Result<Vec<Statement>, PstConstructionError> {
    let purpose_known = || has(variable(Var::Context), "purpose");
    let (sight, known, unknown) = match depends(rule) {
        Depends::Nothing => {
            let whole = statement(id, id.as_str(), rule, rule.then, Sight::Either, Reading::Seen, None)?;
            return Ok(vec![whole]);
        }
        Depends::Purpose => {
            (Sight::Either, any([seen(), purpose_known()]), all([not(seen()), not(purpose_known())]))
        }
        Depends::Content => (Sight::Seen, seen(), not(seen())),
    };
    let whole = statement(id, id.as_str(), rule, rule.then, sight, Reading::Seen, Some(known));
    let unseen = rule.if_uninspected.map(|action| {
        let name = unseen_name(id);
        statement(id, &name, rule, action, Sight::Unseen, Reading::Possible, Some(unknown))
    });
    std::iter::once(whole).chain(unseen).collect()
}

fn depends(rule: &Rule) -> Depends {
    let tests = || rule.conditions().flat_map(Condition::tests);
    if rule.data != Data::Unasked || tests().any(|test| *test == Test::ApprovedForData) {
        Depends::Content
    } else if tests().any(|test| matches!(test, Test::Purpose(_))) {
        Depends::Purpose
    } else {
        Depends::Nothing
    }
}

/// The id of the policy for content that was not seen.
pub(crate) fn unseen_name(id: &ClauseId) -> String {
    format!("{id} unseen")
}

/// Permits and duties are `permit`s, so that a set's decision says whether it applies; blocks are `forbid`s.
pub(crate) const fn effect(action: Action) -> Effect {
    match action {
        Action::Block => Effect::Forbid,
        Action::Allow | Action::Coach | Action::Justify | Action::Redact => Effect::Permit,
    }
}

fn statement(
    id: &ClauseId,
    name: &str,
    rule: &Rule,
    action: Action,
    sight: Sight,
    reading: Reading,
    guard: Option<Tree>,
) -> Result<Statement, PstConstructionError> {
    let lower = Lower { rule };
    let mut clauses: Vec<Tree> = guard.into_iter().collect();
    clauses.push(not_exempt(id.as_str()));
    clauses.extend(rule.when.iter().map(|condition| lower.condition(condition, reading)));
    if reading == Reading::Seen {
        clauses.extend(lower.data());
    }
    let when = clauses.into_iter().map(pst::Clause::When);
    let unless = rule.unless.iter().map(|condition| lower.condition(condition, reading.opposite()));
    let clauses: Vec<_> = when.chain(unless.map(pst::Clause::Unless)).collect();
    let template = template(name, id, action, scope(&rule.on)).try_with_clauses(clauses)?;
    Ok(Statement { action, reach: Reach::of(sight, rule), template })
}

/// A policy without conditions; its annotation names the clause, for people who read it.
pub(crate) fn template(name: &str, id: &ClauseId, action: Action, scope: ActionConstraint) -> pst::Template {
    let annotations =
        [("clause".to_owned(), id.as_str().into()), ("then".to_owned(), action.as_str().into())];
    pst::Template::new(name, effect(action), PrincipalConstraint::Any, scope, ResourceConstraint::Any)
        .with_annotations(annotations.into())
}

fn scope(on: &[Activity]) -> ActionConstraint {
    let mut actions: Vec<_> = on.iter().map(|activity| Type::Action.constant(activity.as_str())).collect();
    match (actions.len(), actions.pop()) {
        (1, Some(only)) => ActionConstraint::Eq(only),
        (length, Some(last)) if length < Activity::ALL.len() => {
            actions.push(last);
            ActionConstraint::In(actions)
        }
        _ => ActionConstraint::Any,
    }
}

struct Lower<'a> {
    rule: &'a Rule,
}

impl Lower<'_> {
    fn condition(&self, condition: &Condition, reading: Reading) -> Tree {
        let each = |parts: &[Condition]| -> Vec<Tree> {
            parts.iter().map(|part| self.condition(part, reading)).collect()
        };
        match condition {
            Condition::Is(test) => self.test(test, reading),
            Condition::IsNot(test) => not(self.test(test, reading.opposite())),
            Condition::All(parts) => all(each(parts)),
            Condition::Any(parts) => any(each(parts)),
        }
    }

    fn test(&self, test: &Test, reading: Reading) -> Tree {
        match test {
            Test::Person(kinds) => {
                let ids = kinds.iter().map(|kind| kind.as_str());
                one_of(attribute(Var::Principal, "kind"), Type::PersonKind, ids)
            }
            Test::Group(groups) => holds_any(attribute(Var::Principal, "groups"), Type::Group, texts(groups)),
            Test::Department(names) => all([
                has(variable(Var::Principal), "department"),
                one_of(attribute(Var::Principal, "department"), Type::Department, texts(names)),
            ]),
            Test::Risk(levels) => {
                let ids = levels.iter().map(|level| level.as_str());
                one_of(attribute(Var::Principal, "risk"), Type::Risk, ids)
            }
            Test::Training(modules) => {
                holds_all(attribute(Var::Principal, "training"), Type::Training, texts(modules))
            }
            Test::Attested => attribute(Var::Principal, "attested"),
            Test::Tool { ids, states } => {
                let named = (!ids.is_empty())
                    .then(|| one_of(variable(Var::Resource), Type::Tool, ids.iter().map(|id| id.as_str())));
                let in_state = (!states.is_empty()).then(|| {
                    let states = states.iter().map(|state| state.as_str());
                    one_of(attribute(Var::Resource, "state"), Type::ToolState, states)
                });
                any([named, in_state].into_iter().flatten())
            }
            Test::Category(categories) => {
                let ids = categories.iter().map(|category| category.as_str());
                one_of(attribute(Var::Resource, "category"), Type::ToolCategory, ids)
            }
            Test::ApprovedFor(labels) => covers(labels),
            Test::ApprovedForData => self.approved_for_data(reading),
            Test::Account(kinds) => {
                let ids = kinds.iter().map(|kind| kind.as_str());
                one_of(attribute(Var::Context, "account"), Type::AccountKind, ids)
            }
            Test::Purpose(purposes) => {
                let ids = purposes.iter().map(|purpose| purpose.as_str());
                let stated = has(variable(Var::Context), "purpose");
                let wanted = one_of(attribute(Var::Context, "purpose"), Type::Purpose, ids);
                either(stated, wanted, truth(reading == Reading::Possible))
            }
            Test::Sandbox => attribute(Var::Context, "sandbox"),
            Test::Visibility(levels) => {
                let ids = levels.iter().map(|level| level.as_str());
                one_of(attribute(Var::Context, "visibility"), Type::Visibility, ids)
            }
        }
    }

    /// What was found must fall under the rule's data.
    fn data(&self) -> Option<Tree> {
        let labels = attribute(Var::Context, "labels");
        Some(match &self.rule.data {
            Data::Unasked => return None,
            Data::Nothing => is_empty(labels),
            Data::Anything => not(is_empty(labels)),
            Data::Terms(terms) => {
                let (single, counted): (Vec<_>, Vec<_>) = terms.iter().partition(|term| term.at_least <= 1);
                let single = (!single.is_empty())
                    .then(|| holds_any(labels, Type::Label, single.iter().map(|term| term.label.as_str())));
                let counted = counted.iter().map(|term| at_least(&term.label, term.at_least));
                any(single.into_iter().chain(counted))
            }
        })
    }

    /// The tool is approved for everything found that falls under the rule's data. Where content was not seen, that
    /// is certain only of a tool approved for all of the rule's data.
    fn approved_for_data(&self, reading: Reading) -> Tree {
        let mut about = self.rule.labels();
        match reading {
            Reading::Possible => truth(true),
            Reading::Seen if about.is_empty() => is_empty(attribute(Var::Context, "unapproved")),
            Reading::Seen => {
                let labels = about.iter().map(Label::as_str);
                not(holds_any(attribute(Var::Context, "unapproved"), Type::Label, labels))
            }
            Reading::Certain => {
                if about.is_empty() {
                    about = FAMILIES.iter().filter_map(|(family, _)| family.parse().ok()).collect();
                }
                covers(&about)
            }
        }
    }
}

/// The tool is approved for every label named, be it through an approval of something above it.
fn covers(labels: &[Label]) -> Tree {
    all(labels.iter().map(|label| {
        let lineage: Vec<Label> = label.lineage().collect();
        holds_any(attribute(Var::Resource, "approved_for"), Type::Label, lineage.iter().map(Label::as_str))
    }))
}

/// `context.counts has label && context.counts.label >= least`
fn at_least(label: &Label, least: u32) -> Tree {
    let counts = attribute(Var::Context, "counts");
    let count = member(counts.clone(), label.as_str());
    all([has(counts, label.as_str()), binary(BinaryOp::GreaterEq, count, number(least))])
}

fn texts(names: &[String]) -> impl Iterator<Item = &str> {
    names.iter().map(String::as_str)
}
