use std::sync::Arc;

use cedar_policy::{
    Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator,
    pst::{self, ActionConstraint, Clause, Effect, EntityUID, PstConstructionError},
};
use miette::Diagnostic;
use model::{Action, Activity};

use super::{
    Statement,
    expr::{has, not, not_exempt, seen, variable},
    lower::{template, unseen_name},
    reach::{Reach, Sight},
    unseen::{Depends, depends, weaken},
};
use crate::{
    clause::CedarRule,
    draft::DraftClause,
    mistake::{Log, Place, count},
};

/// The Cedar policies of an expert's block: the policy as written, kept from applying to content that was not seen if
/// it depends on content, and what it may mean there.
pub(crate) fn statements(
    draft: &DraftClause,
    rule: &CedarRule,
    schema: &Schema,
    log: &mut Log,
) -> Result<Vec<Statement>, PstConstructionError> {
    let id = &draft.clause.id;
    let Some(written) = read(draft, rule, schema, log) else { return Ok(Vec::new()) };
    let body = written.body();
    let conditions = body.clauses();
    let needs = conditions.iter().map(|clause| depends(expr(clause))).max().unwrap_or(Depends::Nothing);
    let on = activities(&body.action);
    let make = |name: &str, action: Action, sight: Sight, clauses: Vec<Clause>| {
        let mut made = template(name, id, action, body.action.clone());
        made.principal = body.principal.clone();
        made.resource = body.resource.clone();
        let conditions = std::iter::once(Clause::When(not_exempt(id.as_str()))).chain(clauses);
        let template = made.try_with_clauses(conditions)?;
        Ok(Statement { action, reach: Reach::new(sight, &on), template })
    };
    let stated = || has(variable(pst::Var::Context), "purpose");
    let guard = match needs {
        Depends::Nothing => {
            return Ok(vec![make(id.as_str(), rule.then, Sight::Either, conditions.clone())?]);
        }
        Depends::Purpose => vec![Clause::When(not(seen())), Clause::Unless(stated())],
        Depends::Content => vec![Clause::When(not(seen()))],
    };
    let (sight, known) = match needs {
        Depends::Content => (Sight::Seen, vec![Clause::When(seen())]),
        _ => (Sight::Either, vec![Clause::When(super::expr::any([seen(), stated()]))]),
    };
    let whole = make(id.as_str(), rule.then, sight, [known, conditions.clone()].concat());
    let unseen = rule.if_uninspected.map(|action| {
        let weakened: Vec<Clause> = conditions.iter().map(possibly).collect();
        make(&unseen_name(id), action, Sight::Unseen, [guard, weakened].concat())
    });
    std::iter::once(whole).chain(unseen).collect()
}

fn expr(clause: &Clause) -> &Arc<pst::Expr> {
    match clause {
        Clause::When(expr) | Clause::Unless(expr) => expr,
    }
}

/// Where the clause lets the policy apply for some content.
fn possibly(clause: &Clause) -> Clause {
    match clause {
        Clause::When(expr) => Clause::When(weaken(expr, true)),
        Clause::Unless(expr) => Clause::Unless(weaken(expr, false)),
    }
}

/// The activities that an action constraint admits.
fn activities(constraint: &ActionConstraint) -> Vec<Activity> {
    let named = |uid: &EntityUID| Activity::ALL.into_iter().find(|activity| activity.as_str() == uid.eid);
    match constraint {
        ActionConstraint::Any => Activity::ALL.to_vec(),
        ActionConstraint::Eq(uid) => named(uid).into_iter().collect(),
        ActionConstraint::In(uids) => uids.iter().filter_map(named).collect(),
    }
}

/// Parses and validates the policy as written, so that Cedar's messages point into the document.
fn read(draft: &DraftClause, rule: &CedarRule, schema: &Schema, log: &mut Log) -> Option<pst::Policy> {
    let policy = match Policy::parse(Some(PolicyId::new(draft.clause.id.as_str())), &rule.source) {
        Ok(policy) => policy,
        Err(errors) => {
            for error in errors.iter() {
                note(draft, rule, error, log);
            }
            return None;
        }
    };
    let mut set = PolicySet::new();
    let added = set.add(policy.clone());
    let result = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
    let before = log.mistakes.len();
    if let Err(error) = added {
        super::refused(draft.machine_place, &error, log);
    }
    // Cedar checks the policy once for each action, in no fixed order; the first message for a place is kept.
    let mut errors: Vec<_> = result.validation_errors().collect();
    errors.sort_by_key(|error| error.to_string());
    errors.into_iter().for_each(|error| note(draft, rule, error, log));
    let mut warnings: Vec<_> = result.validation_warnings().collect();
    warnings.sort_by_key(|warning| warning.to_string());
    warnings.into_iter().for_each(|warning| note(draft, rule, warning, log));
    check_effect(draft, rule, &policy, log);
    if log.mistakes.len() > before {
        return None;
    }
    policy.to_pst().ok()
}

/// A policy that allows is a `permit`; every other one says what must not pass as it is, so it is a `forbid`.
fn check_effect(draft: &DraftClause, rule: &CedarRule, policy: &Policy, log: &mut Log) {
    let (word, fits) = match rule.then {
        Action::Allow => ("permit", policy.effect() == cedar_policy::Effect::Permit),
        _ => ("forbid", policy.effect() == cedar_policy::Effect::Forbid),
    };
    if !fits {
        let given = match policy.effect() {
            cedar_policy::Effect::Permit => Effect::Permit,
            cedar_policy::Effect::Forbid => Effect::Forbid,
        };
        let message = format!("a clause with `then={}` cannot be a `{given}`", rule.then);
        log.add(
            Place { line: draft.machine_line, column: 1, length: 6 },
            message,
            format!("write `{word} (…)`"),
        );
    }
}

/// Notes one of Cedar's diagnostics at its place in the document.
fn note<E: Diagnostic>(draft: &DraftClause, rule: &CedarRule, error: &E, log: &mut Log) {
    let offset =
        error.labels().and_then(|mut labels| labels.next()).map(|label| (label.offset(), label.len()));
    let place = offset.map_or(draft.machine_place, |(start, length)| {
        place_at(&rule.source, draft.machine_line, start, length)
    });
    if log.mistakes.iter().any(|mistake| mistake.place == place) {
        return;
    }
    let remedy = error.help().map(|help| help.to_string());
    let remedy = remedy.unwrap_or_else(|| "see the schema in docs/policy-language.md".to_owned());
    let message = error.to_string();
    let policy = format!("for policy `{}`", draft.clause.id);
    let message = message.strip_prefix(&policy).unwrap_or(&message).trim_start_matches([',', ':', ' ']);
    log.add(place, message, remedy);
}

fn place_at(source: &str, first_line: u32, start: usize, length: usize) -> Place {
    let before = source.get(..start).unwrap_or(source);
    let lines = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX);
    let column = count(before.rsplit('\n').next().unwrap_or_default()) + 1;
    let covered = source.get(start..start + length).unwrap_or_default();
    Place::over(first_line.saturating_add(lines), column, covered.lines().next().unwrap_or_default())
}
