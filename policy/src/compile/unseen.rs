use std::sync::Arc;

use cedar_policy::pst::{BinaryOp, Expr, UnaryOp, Var};

use super::expr::{Tree, either, truth};

/// The attributes of a request that only content tells.
const FOUND: [&str; 3] = ["labels", "unapproved", "counts"];

/// What of an exchange's content a condition depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depends {
    /// Nothing that content tells.
    Nothing,
    /// The purpose, which may be stated even where content was not seen.
    Purpose,
    /// What was found in content.
    Content,
}

/// What `condition` depends on.
pub(crate) fn depends(condition: &Expr) -> Depends {
    let of = |expr: &Expr| match context_attribute(expr) {
        Some(name) if FOUND.contains(&name) => Some(Depends::Content),
        Some("purpose") => Some(Depends::Purpose),
        // The context as a whole may stand for any of its attributes.
        None if *expr == Expr::Var(Var::Context) => Some(Depends::Content),
        Some(_) => Some(Depends::Nothing),
        None => None,
    };
    condition.reduce(&of, &Ord::max, Depends::Nothing)
}

/// The name that `context.name` or `context has name` speaks of.
fn context_attribute(expr: &Expr) -> Option<&str> {
    let (inner, name) = match expr {
        Expr::GetAttr { expr, attr } => (expr, attr),
        Expr::HasAttr { expr, attrs } => (expr, attrs.first()),
        _ => return None,
    };
    (**inner == Expr::Var(Var::Context)).then_some(name.as_str())
}

/// `condition` with every part that depends on unseen content replaced by what it may be at the worst: true if
/// `possibly`, so that the result holds wherever the condition may hold; false otherwise, so that the result holds only
/// where the condition is certain to.
pub(crate) fn weaken(condition: &Tree, possibly: bool) -> Tree {
    weaken_from(Depends::Purpose, condition, possibly)
}

/// `unknown` is the least dependency that counts as unknown.
fn weaken_from(unknown: Depends, condition: &Tree, possibly: bool) -> Tree {
    match &**condition {
        expr if depends(expr) < unknown => condition.clone(),
        Expr::UnaryOp { op: UnaryOp::Not, expr } => {
            Arc::new(Expr::UnaryOp { op: UnaryOp::Not, expr: weaken_from(unknown, expr, !possibly) })
        }
        // Whether a purpose was stated is known, and so is a stated purpose.
        Expr::BinaryOp { op: BinaryOp::And, left, right } if asks_for_purpose(left) => {
            either(left.clone(), weaken_from(Depends::Content, right, possibly), truth(possibly))
        }
        Expr::BinaryOp { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            let left = weaken_from(unknown, left, possibly);
            let right = weaken_from(unknown, right, possibly);
            Arc::new(Expr::BinaryOp { op: *op, left, right })
        }
        _ => truth(possibly),
    }
}

fn asks_for_purpose(expr: &Expr) -> bool {
    matches!(expr, Expr::HasAttr { .. }) && context_attribute(expr) == Some("purpose")
}
