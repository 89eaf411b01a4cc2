use cedar_policy::pst::{
    ActionConstraint, BinaryOp, Clause, Expr, Literal, PrincipalConstraint, ResourceConstraint, Template,
    UnaryOp, Var,
};
use model::Label;

use super::{
    diagram::Set,
    space::Space,
    variable::{Of, Variable},
};
/// Something of a request that a policy compares.
enum Asked {
    /// A fact with one value: its variable.
    One(Variable),
    /// A set of entities.
    Many(Many),
    /// How often a label was found.
    Count(Label),
}

#[derive(Clone, Copy)]
enum Many {
    Groups,
    Training,
    Labels(Of),
    /// Exceptions; a policy is looked at as it is without any.
    Exempt,
}

/// The exchanges that a Cedar policy applies to, where no exception exempts.
pub(super) fn applies(policy: &Template, space: &mut Space) -> Set {
    let mut set = scope(&policy.action, space);
    if policy.principal != PrincipalConstraint::Any {
        let part = space.unknown(format!("{:?}", policy.principal));
        set = space.diagrams.and(set, part);
    }
    if policy.resource != ResourceConstraint::Any {
        let part = space.unknown(format!("{:?}", policy.resource));
        set = space.diagrams.and(set, part);
    }
    for clause in policy.clauses() {
        let part = match clause {
            Clause::When(condition) => condition_set(condition, space),
            Clause::Unless(condition) => {
                let part = condition_set(condition, space);
                space.diagrams.not(part)
            }
        };
        set = space.diagrams.and(set, part);
    }
    set
}

fn scope(action: &ActionConstraint, space: &mut Space) -> Set {
    let named: Vec<&str> = match action {
        ActionConstraint::Any => return Set::ALL,
        ActionConstraint::Eq(one) => vec![&one.eid],
        ActionConstraint::In(several) => several.iter().map(|one| one.eid.as_str()).collect(),
    };
    space.is_one_of(&Variable::Activity, &named)
}

fn condition_set(expr: &Expr, space: &mut Space) -> Set {
    known(expr, space).unwrap_or_else(|| space.unknown(expr.to_string()))
}

/// Nothing for what is not looked into.
fn known(expr: &Expr, space: &mut Space) -> Option<Set> {
    Some(match expr {
        Expr::Literal(Literal::Bool(true)) => Set::ALL,
        Expr::Literal(Literal::Bool(false)) => Set::NONE,
        Expr::UnaryOp { op: UnaryOp::Not, expr } => {
            let inner = condition_set(expr, space);
            space.diagrams.not(inner)
        }
        Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } => match asked(expr)? {
            Asked::Many(Many::Labels(of)) if of != Of::Approval => {
                let any = space.holds(&Variable::Anything(of));
                space.diagrams.not(any)
            }
            _ => return None,
        },
        Expr::BinaryOp { op: BinaryOp::And, left, right } => {
            let (left, right) = (condition_set(left, space), condition_set(right, space));
            space.diagrams.and(left, right)
        }
        Expr::BinaryOp { op: BinaryOp::Or, left, right } => {
            let (left, right) = (condition_set(left, space), condition_set(right, space));
            space.diagrams.or(left, right)
        }
        Expr::BinaryOp { op, left, right } => compared(*op, left, right, space)?,
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            let condition = condition_set(cond, space);
            let (then, otherwise) = (condition_set(then_expr, space), condition_set(else_expr, space));
            space.diagrams.if_else(condition, then, otherwise)
        }
        Expr::HasAttr { expr, attrs } if attrs.len() == 1 => match (&**expr, attrs.first().as_str()) {
            (Expr::Var(Var::Context), "purpose") => space.is_told(&Variable::Purpose),
            (Expr::Var(Var::Principal), "department") => space.is_told(&Variable::Department),
            (counts, label) if is_attribute(counts, Var::Context, "counts") => {
                space.holds(&Variable::Label(label.parse().ok()?, Of::Found))
            }
            _ => return None,
        },
        Expr::GetAttr { .. } => match asked(expr)? {
            Asked::One(variable @ (Variable::Sandbox | Variable::Attested)) => space.holds(&variable),
            _ => return None,
        },
        _ => return None,
    })
}

fn compared(op: BinaryOp, left: &Expr, right: &Expr, space: &mut Space) -> Option<Set> {
    Some(match op {
        BinaryOp::Eq | BinaryOp::In => match (asked(left), asked(right)) {
            (Some(Asked::One(variable)), None) => space.is_one_of(&variable, &entities(right)?),
            (None, Some(Asked::One(variable))) if op == BinaryOp::Eq => {
                space.is_one_of(&variable, &entities(left)?)
            }
            _ => return None,
        },
        BinaryOp::NotEq => {
            let same = compared(BinaryOp::Eq, left, right, space)?;
            space.diagrams.not(same)
        }
        BinaryOp::Contains => match (asked(left), asked(right)) {
            (Some(Asked::Many(many)), None) => held(many, &entities(right)?, true, space)?,
            (None, Some(Asked::One(variable))) => space.is_one_of(&variable, &entities(left)?),
            _ => return None,
        },
        BinaryOp::ContainsAny | BinaryOp::ContainsAll => match asked(left)? {
            Asked::Many(many) => held(many, &entities(right)?, op == BinaryOp::ContainsAll, space)?,
            _ => return None,
        },
        BinaryOp::GreaterEq | BinaryOp::Greater | BinaryOp::Less | BinaryOp::LessEq => {
            let (Asked::Count(label), Expr::Literal(Literal::Long(number))) = (asked(left)?, right) else {
                return None;
            };
            let past = matches!(op, BinaryOp::Greater | BinaryOp::LessEq);
            let least = u32::try_from(number.checked_add(i64::from(past))?).ok()?;
            let enough = space.found_at_least(&label, least);
            if matches!(op, BinaryOp::Less | BinaryOp::LessEq) { space.diagrams.not(enough) } else { enough }
        }
        _ => return None,
    })
}

/// Whether a set holds all, or any, of the entities.
fn held(many: Many, ids: &[&str], all: bool, space: &mut Space) -> Option<Set> {
    let mut set = if all { Set::ALL } else { Set::NONE };
    for id in ids {
        let one = match many {
            Many::Exempt => Set::NONE,
            Many::Groups => space.holds(&Variable::Group((*id).to_owned())),
            Many::Training => space.holds(&Variable::Training((*id).to_owned())),
            Many::Labels(of) => space.holds(&Variable::Label(id.parse().ok()?, of)),
        };
        set = if all { space.diagrams.and(set, one) } else { space.diagrams.or(set, one) };
    }
    Some(set)
}

fn asked(expr: &Expr) -> Option<Asked> {
    let (of, name) = match expr {
        Expr::Var(Var::Resource) => return Some(Asked::One(Variable::Tool)),
        Expr::Var(Var::Action) => return Some(Asked::One(Variable::Activity)),
        Expr::GetAttr { expr, attr } => (&**expr, attr.as_str()),
        _ => return None,
    };
    let Expr::Var(of) = of else {
        let counts = is_attribute(of, Var::Context, "counts");
        return counts.then(|| name.parse().ok().map(Asked::Count)).flatten();
    };
    Some(match (of, name) {
        (Var::Principal, "kind") => Asked::One(Variable::Person),
        (Var::Principal, "risk") => Asked::One(Variable::Risk),
        (Var::Principal, "department") => Asked::One(Variable::Department),
        (Var::Principal, "attested") => Asked::One(Variable::Attested),
        (Var::Principal, "groups") => Asked::Many(Many::Groups),
        (Var::Principal, "training") => Asked::Many(Many::Training),
        (Var::Resource, "state") => Asked::One(Variable::State),
        (Var::Resource, "category") => Asked::One(Variable::Category),
        (Var::Resource, "approved_for") => Asked::Many(Many::Labels(Of::Approval)),
        (Var::Context, "account") => Asked::One(Variable::Account),
        (Var::Context, "purpose") => Asked::One(Variable::Purpose),
        (Var::Context, "visibility") => Asked::One(Variable::Visibility),
        (Var::Context, "sandbox") => Asked::One(Variable::Sandbox),
        (Var::Context, "labels") => Asked::Many(Many::Labels(Of::Found)),
        (Var::Context, "unapproved") => Asked::Many(Many::Labels(Of::Unapproved)),
        (Var::Context, "exempt") => Asked::Many(Many::Exempt),
        _ => return None,
    })
}

fn is_attribute(expr: &Expr, of: Var, name: &str) -> bool {
    matches!(expr, Expr::GetAttr { expr, attr } if **expr == Expr::Var(of) && attr == name)
}

/// The ids of an entity, or of a set of entities.
fn entities(expr: &Expr) -> Option<Vec<&str>> {
    match expr {
        Expr::Literal(Literal::EntityUID(one)) => Some(vec![&one.eid]),
        Expr::Set(several) => {
            let ids = several.iter().map(|one| match &**one {
                Expr::Literal(Literal::EntityUID(one)) => Some(one.eid.as_str()),
                _ => None,
            });
            ids.collect()
        }
        _ => None,
    }
}
