mod read; // `examples` block -> examples

pub(crate) use read::{Surroundings, read_examples};

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKind, Action, Activity, ClauseId, Facts, Label, PersonFacts, Purpose, Sensitive, ToolCategory,
    ToolFacts, ToolId, ToolState, Verdict, Visibility,
};

/// A worked case of a clause: guidance for employees and the clause's test.
///
/// What an example does not say is ordinary: an employee of low risk who has attested the policy and passed every
/// training module it names, signed in with a corporate account, outside a sandbox, sending a prompt that was seen
/// in full.
#[derive(Clone, Debug)]
pub struct Example {
    /// What the person sends; empty only where content is not visible.
    pub says: Sensitive,
    /// Name of the file that carries it, for uploads.
    pub file: Option<String>,
    /// Who.
    pub person: PersonFacts,
    /// On which tool.
    pub tool: ToolId,
    /// The tool's state, if the example sets it; otherwise the tool counts as unreviewed.
    pub tool_state: Option<ToolState>,
    /// What the tool is approved for, if the example sets it; the tool then counts as approved.
    pub approved_for: Option<BTreeSet<Label>>,
    /// How the person is signed in.
    pub account: AccountKind,
    /// What is done.
    pub on: Activity,
    /// What for, if stated; otherwise it is detected.
    pub purpose: Option<Purpose>,
    /// Whether it comes from a sandbox.
    pub sandbox: bool,
    /// How much is visible.
    pub visibility: Visibility,
    /// Clauses from which an exception exempts.
    pub exempt: BTreeSet<ClauseId>,
    /// What the policy should say.
    pub expect: Expectation,
    /// The line of the document on which the example begins.
    pub line: u32,
}

impl Example {
    /// The facts of the example, given what only the catalogue and the detectors know: the tool's category, the
    /// labels found in `says` and the purpose detected there.
    pub fn facts(
        &self,
        category: ToolCategory,
        labels: BTreeMap<Label, u32>,
        detected: Option<Purpose>,
    ) -> Facts {
        let seen = self.visibility == Visibility::Content;
        let state = self.tool_state.unwrap_or(match self.approved_for {
            Some(_) => ToolState::Approved,
            None => ToolState::Unreviewed,
        });
        Facts {
            activity: self.on,
            person: self.person.clone(),
            tool: ToolFacts {
                id: self.tool.clone(),
                category,
                state,
                approved_for: self.approved_for.clone().unwrap_or_default(),
            },
            account: self.account,
            labels: if seen { labels } else { BTreeMap::new() },
            purpose: self.purpose.or(detected.filter(|_| seen)),
            sandbox: self.sandbox,
            visibility: self.visibility,
            exempt: self.exempt.clone(),
        }
    }
}

/// What an example expects of the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The action.
    pub action: Action,
    /// Clauses that must apply.
    pub clauses: Vec<ClauseId>,
    /// The example's own clause, where the example does not name it: it must not apply.
    pub without: Option<ClauseId>,
}

impl Expectation {
    /// Whether `verdict` is as expected; if not, what differs, one line per difference.
    pub fn matches(&self, verdict: &Verdict) -> Result<(), String> {
        let mut differences = Vec::new();
        if verdict.action != self.action {
            differences.push(format!("expected {}, got {}", self.action, grounds(verdict)));
        }
        let applies = |id: &ClauseId| verdict.duties.iter().any(|duty| duty.clause == *id);
        for id in self.clauses.iter().filter(|id| !applies(id)) {
            differences.push(format!("{id} should apply, but only these do: {}", clauses(verdict)));
        }
        if let Some(id) = self.without.as_ref().filter(|id| applies(id)) {
            differences.push(format!("{id} applies; name it in `expect` if it should"));
        }
        if differences.is_empty() { Ok(()) } else { Err(differences.join("\n")) }
    }
}

fn grounds(verdict: &Verdict) -> String {
    match verdict.decisive() {
        Some(duty) => format!("{} from {}", verdict.action, duty.clause),
        None => format!("{} because no clause allows it", verdict.action),
    }
}

fn clauses(verdict: &Verdict) -> String {
    if verdict.duties.is_empty() {
        return "none".to_owned();
    }
    verdict
        .duties
        .iter()
        .map(|duty| format!("{} ({})", duty.clause, duty.action))
        .collect::<Vec<_>>()
        .join(", ")
}
