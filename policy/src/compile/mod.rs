//! From clauses to Cedar: one decision set and one small set per duty, over a schema generated from the taxonomy.

pub(crate) mod cedar; // an expert's `cedar` block -> policies
pub(crate) mod entity_type; // the entity types
pub(crate) mod expr; // Cedar's syntax tree, in short
pub(crate) mod fence; // what the words of a `cedar` fence say
pub(crate) mod lower; // rule -> policies
pub(crate) mod reach; // what an exchange must be like for a policy to apply
mod schema; // taxonomy -> schema
mod sets; // policies -> sets, and the selections of them that can apply
mod unseen; // what an expert's policy may mean for content that was not seen

pub(crate) use schema::schema;
pub(crate) use sets::{Entry, Selection, Sets};

use cedar_policy::{Schema, pst};
use model::Action;

use self::reach::Reach;
use crate::{
    clause::Machine,
    draft::DraftClause,
    mistake::{Log, Place},
};

/// One Cedar policy and what is known of it without asking Cedar.
pub(crate) struct Statement {
    /// What its match asks for.
    pub(crate) action: Action,
    /// Which exchanges it can apply to.
    pub(crate) reach: Reach,
    /// The policy.
    pub(crate) template: pst::Template,
}

/// Compiles every clause; a clause that Cedar does not take is noted and left out.
pub(crate) fn compile(drafts: &[DraftClause], schema: &Schema, log: &mut Log) -> Sets {
    let mut statements = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let id = &draft.clause.id;
        let made = match &draft.clause.machine {
            None => Ok(Vec::new()),
            Some(Machine::Rule(rule)) => lower::statements(id, rule),
            Some(Machine::Cedar(rule)) => cedar::statements(draft, rule, schema, log),
        };
        match made {
            Ok(made) => statements.extend(made.into_iter().map(|statement| (index, statement))),
            Err(error) => refused(draft.machine_place, &error, log),
        }
    }
    sets::build(statements, drafts, schema, log)
}

/// Notes that Cedar refused what was made of a clause.
pub(crate) fn refused(place: Place, reason: &dyn std::fmt::Display, log: &mut Log) {
    log.add(place, format!("Cedar does not take this: {reason}"), "change the rule so that it is consistent");
}
