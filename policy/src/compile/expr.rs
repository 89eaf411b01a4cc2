use std::sync::Arc;

use cedar_policy::pst::{BinaryOp, EntityUID, Expr, Literal, UnaryOp, Var};

use super::entity_type::Type;

/// A shared part of Cedar's syntax tree.
pub(crate) type Tree = Arc<Expr>;

pub(crate) fn truth(value: bool) -> Tree {
    Arc::new(Expr::Literal(Literal::Bool(value)))
}

pub(crate) fn number(value: u32) -> Tree {
    Arc::new(Expr::Literal(Literal::Long(i64::from(value))))
}

pub(crate) fn entity(of: Type, id: &str) -> Tree {
    constant(of.constant(id))
}

fn constant(uid: EntityUID) -> Tree {
    Arc::new(Expr::Literal(Literal::EntityUID(uid)))
}

/// `principal.name`, `resource.name` or `context.name`
pub(crate) fn attribute(of: Var, name: &str) -> Tree {
    member(Arc::new(Expr::Var(of)), name)
}

/// `record.name`
pub(crate) fn member(record: Tree, name: &str) -> Tree {
    Arc::new(Expr::GetAttr { expr: record, attr: name.into() })
}

/// `record has name`
pub(crate) fn has(record: Tree, name: &str) -> Tree {
    Arc::new(Expr::HasAttr { expr: record, attrs: (name.into(), Vec::new()).into() })
}

pub(crate) fn variable(var: Var) -> Tree {
    Arc::new(Expr::Var(var))
}

pub(crate) fn binary(op: BinaryOp, left: Tree, right: Tree) -> Tree {
    Arc::new(Expr::BinaryOp { op, left, right })
}

pub(crate) fn not(expr: Tree) -> Tree {
    Arc::new(Expr::UnaryOp { op: UnaryOp::Not, expr })
}

pub(crate) fn is_empty(expr: Tree) -> Tree {
    Arc::new(Expr::UnaryOp { op: UnaryOp::IsEmpty, expr })
}

pub(crate) fn either(cond: Tree, then_expr: Tree, else_expr: Tree) -> Tree {
    Arc::new(Expr::IfThenElse { cond, then_expr, else_expr })
}

/// Every part holds; `true` if there is none.
pub(crate) fn all(parts: impl IntoIterator<Item = Tree>) -> Tree {
    parts.into_iter().reduce(|left, right| binary(BinaryOp::And, left, right)).unwrap_or_else(|| truth(true))
}

/// A part holds; `false` if there is none.
pub(crate) fn any(parts: impl IntoIterator<Item = Tree>) -> Tree {
    parts.into_iter().reduce(|left, right| binary(BinaryOp::Or, left, right)).unwrap_or_else(|| truth(false))
}

/// `value` is one of the entities of that type called `ids`.
pub(crate) fn one_of<'a>(value: Tree, of: Type, ids: impl IntoIterator<Item = &'a str>) -> Tree {
    any(ids.into_iter().map(|id| binary(BinaryOp::Eq, value.clone(), entity(of, id))))
}

/// The set `values` holds at least one of the entities of that type called `ids`.
///
/// Cedar builds a set anew each time it meets one in a policy, so a chain of `contains` is faster than `containsAny`.
pub(crate) fn holds_any<'a>(values: Tree, of: Type, ids: impl IntoIterator<Item = &'a str>) -> Tree {
    any(ids.into_iter().map(|id| binary(BinaryOp::Contains, values.clone(), entity(of, id))))
}

/// The set `values` holds all of the entities of that type called `ids`.
pub(crate) fn holds_all<'a>(values: Tree, of: Type, ids: impl IntoIterator<Item = &'a str>) -> Tree {
    all(ids.into_iter().map(|id| binary(BinaryOp::Contains, values.clone(), entity(of, id))))
}

/// The exchange's content was seen.
pub(crate) fn seen() -> Tree {
    one_of(attribute(Var::Context, "visibility"), Type::Visibility, ["content"])
}

/// No exception exempts from the clause.
pub(crate) fn not_exempt(clause: &str) -> Tree {
    not(binary(BinaryOp::Contains, attribute(Var::Context, "exempt"), entity(Type::Clause, clause)))
}
