use model::{Action, ClauseId};

use super::{Asked, Guide};
use crate::Policy;

/// What an employee may do in one situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What the prompt contains.
    pub data: String,
    /// What was decided about the tool.
    pub tool: String,
    /// How the employee is signed in.
    pub account: String,
    /// What the policy says.
    pub action: Action,
    /// The clause that decides; none if no clause speaks of it.
    pub clause: Option<ClauseId>,
}

/// What an employee may send where: by data, then tool, then account.
pub fn table(policy: &Policy) -> Vec<Cell> {
    let guide = Guide::of(policy);
    let employees = guide.cases().filter(|[_, _, _, person]| *person == 0);
    employees
        .map(|case| {
            let [data, tool, account, _] = case;
            let (action, clause) = guide.verdict(case);
            Cell {
                data: guide.answer(Asked::Data, data),
                tool: guide.answer(Asked::Tool, tool),
                account: guide.answer(Asked::Account, account),
                action,
                clause,
            }
        })
        .collect()
}
