use std::{fmt, str::FromStr};

use model::{
    AccountKind, Action, Activity, ClauseId, ExchangeId, Label, Outcome, PersonId, PersonKind, PolicyVersion,
    Severity, Source, Timestamp, ToolCategory, ToolId, ToolState, Visibility,
};
use sea_orm::sea_query::{Expr, ExprTrait, IntoColumnRef, LikeExpr, SelectStatement};

use crate::{entity::record::Column, row::storable};

/// Which exchanges to list; what is empty or `None` does not restrict, several values of one kind are alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangeFilter {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Who acted.
    pub persons: Vec<PersonId>,
    /// The person's department.
    pub departments: Vec<String>,
    /// The person's relation to the organisation.
    pub person_kinds: Vec<PersonKind>,
    /// Which tool.
    pub tools: Vec<ToolId>,
    /// What was decided of the tool at that time.
    pub tool_states: Vec<ToolState>,
    /// What the tool is for.
    pub categories: Vec<ToolCategory>,
    /// How the person was signed in.
    pub accounts: Vec<AccountKind>,
    /// What was done.
    pub activities: Vec<Activity>,
    /// Who saw it.
    pub sources: Vec<Source>,
    /// How much was seen.
    pub visibilities: Vec<Visibility>,
    /// What the policy said.
    pub actions: Vec<Action>,
    /// What was done about it.
    pub outcomes: Vec<Outcome>,
    /// Severity of the clause that decided.
    pub severities: Vec<Severity>,
    /// Policies that were asked.
    pub policies: Vec<PolicyVersion>,
    /// Models asked for.
    pub models: Vec<String>,
    /// Hosts, exactly.
    pub hosts: Vec<String>,
    /// A label found, or one below it.
    pub label: Option<Label>,
    /// A clause that applied, decisive or not.
    pub clause: Option<ClauseId>,
    /// Words that must all occur in host, path, tool, model, file names, clauses, labels or masked excerpts.
    pub text: Option<String>,
}

impl ExchangeFilter {
    /// Adds what can be told from the columns of `records`, except time.
    pub(crate) fn restrict(&self, select: &mut SelectStatement) {
        any(select, Column::Person, &self.persons, |person| storable(person.as_str()));
        any(select, Column::Department, &self.departments, |department| storable(department));
        any(select, Column::PersonKind, &self.person_kinds, |kind| kind.as_str());
        any(select, Column::Tool, &self.tools, |tool| storable(tool.as_str()));
        any(select, Column::ToolState, &self.tool_states, |state| state.as_str());
        any(select, Column::Category, &self.categories, |category| category.as_str());
        any(select, Column::Account, &self.accounts, |account| account.as_str());
        any(select, Column::Activity, &self.activities, |activity| activity.as_str());
        any(select, Column::Source, &self.sources, |source| source.as_str());
        any(select, Column::Visibility, &self.visibilities, |visibility| visibility.as_str());
        any(select, Column::Action, &self.actions, |action| action.as_str());
        any(select, Column::Outcome, &self.outcomes, |outcome| outcome.as_str());
        any(select, Column::Severity, &self.severities, |severity| severity.as_str());
        any(select, Column::Policy, &self.policies, |policy| storable(policy.as_str()));
        any(select, Column::Model, &self.models, |model| storable(model));
        any(select, Column::Host, &self.hosts, |host| storable(host));
        for word in self.words() {
            let pattern = LikeExpr::new(pattern(word)).escape('\\');
            select.and_where(Expr::col(of_records(Column::Search)).like(pattern));
        }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.text.iter().flat_map(|text| text.split_whitespace())
    }
}

/// `records.<column>`: the side tables have an `at` too.
pub(crate) fn of_records(column: Column) -> impl IntoColumnRef {
    ("records", column)
}

fn any<T, W: Into<sea_orm::Value>>(
    select: &mut SelectStatement,
    column: Column,
    values: &[T],
    word: impl Fn(&T) -> W,
) {
    if !values.is_empty() {
        select.and_where(Expr::col(of_records(column)).is_in(values.iter().map(word)));
    }
}

/// Matches `word` anywhere and literally, whatever wildcards it holds; searched text is lower case.
fn pattern(word: &str) -> String {
    let escaped = word.to_lowercase().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{}%", storable(&escaped))
}

/// The place after which a page begins; opaque to whoever is given one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) at: Timestamp,
    pub(crate) id: ExchangeId,
}

/// Text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor; use the one that came with the page before, or none")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.as_millis(), self.id.0.simple())
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (at, id) = text.split_once('.').ok_or(InvalidCursor)?;
        Ok(Self {
            at: Timestamp::from_millis(at.parse().map_err(|_| InvalidCursor)?),
            id: id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, pattern};
    use model::{ExchangeId, Timestamp};

    #[test]
    fn wildcards_are_literal() {
        for (word, expected) in
            [("Ab", "%ab%"), ("50%", r"%50\%%"), ("a_b", r"%a\_b%"), (r"c:\d", r"%c:\\d%")]
        {
            assert_eq!(pattern(word), expected);
        }
    }

    #[test]
    fn cursors_survive_text() {
        let cursor = Cursor { at: Timestamp::from_millis(-5), id: ExchangeId(uuid::Uuid::from_u128(7)) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", ".", "1", "x.00000000000000000000000000000007", "1.zz"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
