use std::collections::BTreeSet;

use cedar_policy::{
    Policy as CedarPolicy, PolicySet, Schema,
    pst::{
        ActionConstraint, BinaryOp, Clause as Part, Effect, PrincipalConstraint, PstConstructionError,
        ResourceConstraint, StaticPolicy, Template, Var,
    },
};
use model::{Action, Activity, ClauseId, FAMILIES, Label};

use super::{
    meaning::{Meaning, stricter},
    space::Space,
    translate::applies,
};
use crate::{
    Bound, Clause, Invariant, Policy, Taxonomy,
    compile::{
        Entry,
        entity_type::Type,
        expr::{Tree, all, any, attribute, binary, has, holds_any, is_empty, member, not, number, variable},
        lower, schema,
    },
};

/// What a solver is asked, so that somebody else than the decision diagrams says whether the invariants hold.
pub struct Claims<'a> {
    /// The requests that are asked about.
    pub schema: Schema,
    /// Each invariant.
    pub claims: Vec<Claim<'a>>,
}

/// An invariant as questions about sets of Cedar policies: it holds if all of them are answered with yes.
pub struct Claim<'a> {
    /// The clause it stands in.
    pub clause: &'a Clause,
    /// The invariant.
    pub invariant: &'a Invariant,
    /// The questions; none if its bound forbids nothing.
    pub questions: Vec<Question>,
}

/// A question about all requests.
pub enum Question {
    /// Does the second set allow all that the first allows?
    Implies(PolicySet, PolicySet),
    /// Is there nothing that both sets allow?
    Disjoint(PolicySet, PolicySet),
}

/// A policy's invariants could not be written as Cedar policies. It is not expected: their parts were valid before.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the invariants as Cedar policies")]
pub struct ClaimError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// The invariants of a policy as questions for a solver, over the labels that the policy names.
pub fn claims(policy: &Policy) -> Result<Claims<'_>, ClaimError> {
    claims_of(policy).map_err(ClaimError)
}

type Boxed = Box<dyn std::error::Error + Send + Sync>;

fn claims_of(policy: &Policy) -> Result<Claims<'_>, Boxed> {
    let invariants: Vec<(&Clause, &Invariant)> = policy
        .clauses()
        .iter()
        .flat_map(|clause| clause.invariants.iter().map(move |invariant| (clause, invariant)))
        .collect();
    let mut subjects = Vec::new();
    for (clause, invariant) in &invariants {
        subjects.extend(lower::statements(&clause.id, &invariant.rule)?.into_iter().take(1));
    }
    let subjects: Vec<Template> = subjects.into_iter().map(|statement| statement.template).collect();
    let labels = named_labels(policy, &subjects);
    let ids: Vec<ClauseId> = policy.clauses().iter().map(|clause| clause.id.clone()).collect();
    let taxonomy = Taxonomy { labels: labels.iter().cloned().collect(), ..Taxonomy::default() };
    let asking = Asking {
        statements: policy.sets.templates(),
        otherwise: policy.front().otherwise,
        unlawful: unlawful(&labels)?,
    };
    let claims = invariants.into_iter().zip(&subjects).map(|((clause, invariant), subject)| {
        Ok(Claim { clause, invariant, questions: asking.questions(invariant.bound, subject)? })
    });
    let claims = claims.collect::<Result<Vec<_>, Boxed>>()?;
    Ok(Claims { schema: schema(&taxonomy, &ids)?, claims })
}

/// The labels that the policy or an invariant names, all above them, and every family.
fn named_labels(policy: &Policy, subjects: &[Template]) -> BTreeSet<Label> {
    let (space, ()) = Space::of(|space| {
        Meaning::of(policy, space);
        for subject in subjects {
            applies(subject, space);
        }
    });
    let families = FAMILIES.iter().filter_map(|(name, _)| name.parse().ok());
    space.labels().iter().flat_map(|label| label.lineage().collect::<Vec<_>>()).chain(families).collect()
}

/// A policy, as its questions need it.
struct Asking {
    statements: Vec<(Entry, Template)>,
    otherwise: Action,
    /// Forbid what cannot be, and exceptions.
    unlawful: Vec<Template>,
}

impl Asking {
    fn questions(&self, bound: Bound, subject: &Template) -> Result<Vec<Question>, Boxed> {
        match bound {
            Bound::AtLeast(Action::Allow) | Bound::AtMost(Action::Block) => Ok(Vec::new()),
            Bound::AtLeast(least) => {
                let kept = set(self.asking_for(least)?)?;
                // Where nothing permits, `otherwise` keeps the bound: only what is permitted can break it.
                let breaking = match self.otherwise >= least {
                    true => [self.permits()?, within(subject)?].concat(),
                    false => vec![retold("subject", Effect::Permit, subject)?],
                };
                Ok(vec![Question::Implies(self.lawful(breaking)?, kept)])
            }
            Bound::AtMost(most) => {
                let Some(more) = stricter(most) else { return Ok(Vec::new()) };
                let about = vec![retold("subject", Effect::Permit, subject)?];
                let stricter = set(self.asking_for(more)?)?;
                let mut questions = vec![Question::Disjoint(self.lawful(about.clone())?, stricter)];
                if self.otherwise >= more {
                    questions.push(Question::Implies(self.lawful(about)?, set(self.permits()?)?));
                }
                Ok(questions)
            }
        }
    }

    /// A permit for each statement that asks for so much.
    fn asking_for(&self, least: Action) -> Result<Vec<Template>, PstConstructionError> {
        self.permit(|action| action >= least, "asks")
    }

    /// What permits: the clauses that allow, and that an answer was permitted with its prompt.
    fn permits(&self) -> Result<Vec<Template>, PstConstructionError> {
        let mut permits = self.permit(|action| action == Action::Allow, "allows")?;
        permits.push(of_activity("answer", Effect::Permit, Activity::Receive));
        Ok(permits)
    }

    fn permit(
        &self,
        wanted: impl Fn(Action) -> bool,
        name: &str,
    ) -> Result<Vec<Template>, PstConstructionError> {
        let wanted = self.statements.iter().filter(|(entry, _)| wanted(entry.action)).enumerate();
        wanted.map(|(at, (_, template))| retold(&format!("{name} {at}"), Effect::Permit, template)).collect()
    }

    fn lawful(&self, mut templates: Vec<Template>) -> Result<PolicySet, Boxed> {
        templates.extend(self.unlawful.iter().cloned());
        set(templates)
    }
}

/// The same scope and conditions with another name and effect.
fn retold(name: &str, effect: Effect, template: &Template) -> Result<Template, PstConstructionError> {
    let (principal, action, resource) =
        (template.principal.clone(), template.action.clone(), template.resource.clone());
    Template::new(name, effect, principal, action, resource).try_with_clauses(template.clauses().clone())
}

/// Forbids everything that `subject` does not speak of.
fn within(subject: &Template) -> Result<Vec<Template>, PstConstructionError> {
    let spoken_of = |activity: &Activity| match &subject.action {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one.eid.as_str() == activity.as_str(),
        ActionConstraint::In(several) => several.iter().any(|one| one.eid.as_str() == activity.as_str()),
    };
    let others = Activity::ALL.into_iter().filter(|activity| !spoken_of(activity));
    let mut forbids: Vec<Template> = others
        .map(|activity| of_activity(&format!("not {}", activity.as_str()), Effect::Forbid, activity))
        .collect();
    let conditions = all(subject.clauses().iter().map(|part| match part {
        Part::When(condition) => condition.clone(),
        Part::Unless(condition) => not(condition.clone()),
    }));
    forbids.push(forbid("outside", not(conditions))?);
    Ok(forbids)
}

fn of_activity(name: &str, effect: Effect, activity: Activity) -> Template {
    let action = ActionConstraint::Eq(Type::Action.constant(activity.as_str()));
    Template::new(name, effect, PrincipalConstraint::Any, action, ResourceConstraint::Any)
}

fn forbid(name: &str, condition: Tree) -> Result<Template, PstConstructionError> {
    let everything = ActionConstraint::Any;
    Template::new(name, Effect::Forbid, PrincipalConstraint::Any, everything, ResourceConstraint::Any)
        .try_with_clauses(vec![Part::When(condition)])
}

/// Forbids for facts that cannot go together (see [`Space::lawful`]) and for exchanges that an exception exempts.
fn unlawful(labels: &BTreeSet<Label>) -> Result<Vec<Template>, PstConstructionError> {
    let context = |name| attribute(Var::Context, name);
    let mut forbids = vec![forbid("exempt", not(is_empty(context("exempt"))))?];
    for label in labels {
        forbids.push(forbid(&format!("unlawful {label}"), any(contradictions(label, labels)))?);
    }
    for set in ["labels", "unapproved"] {
        let none = labels.iter().filter(|label| label.family() == label.as_str());
        let none = not(holds_any(context(set), Type::Label, none.map(Label::as_str)));
        forbids.push(forbid(&format!("unlawful {set}"), all([not(is_empty(context(set))), none]))?);
    }
    Ok(forbids)
}

fn contradictions(label: &Label, labels: &BTreeSet<Label>) -> Vec<Tree> {
    let holds = |values: Tree, label: &Label| holds_any(values, Type::Label, [label.as_str()]);
    let found = |label: &Label| holds(attribute(Var::Context, "labels"), label);
    let unapproved = |label: &Label| holds(attribute(Var::Context, "unapproved"), label);
    let approved = |class: &Label| holds(attribute(Var::Resource, "approved_for"), class);
    let counts = || member(variable(Var::Context), "counts");
    let counted = |label: &Label| has(counts(), label.as_str());
    let count = |label: &Label| member(counts(), label.as_str());
    let mut broken = vec![
        all([unapproved(label), not(found(label))]),
        all([found(label), not(counted(label))]),
        all([counted(label), not(found(label))]),
        all([counted(label), binary(BinaryOp::Less, count(label), number(1))]),
    ];
    for above in labels.iter().filter(|above| *above != label && label.is(above)) {
        broken.push(all([found(label), not(found(above))]));
        broken.push(all([unapproved(label), not(unapproved(above))]));
        let fewer = binary(BinaryOp::Less, count(above), count(label));
        broken.push(all([counted(label), counted(above), fewer]));
    }
    let classes = labels.iter().filter(|class| label.is(class));
    broken.extend(classes.map(|class| all([approved(class), unapproved(label)])));
    broken
}

fn set(templates: Vec<Template>) -> Result<PolicySet, Boxed> {
    let mut set = PolicySet::new();
    for template in templates {
        let policy = StaticPolicy::try_from(template)?;
        set.add(CedarPolicy::from_pst(cedar_policy::pst::Policy::Static(policy))?)?;
    }
    Ok(set)
}
