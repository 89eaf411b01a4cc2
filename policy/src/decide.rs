use cedar_policy::{Authorizer, Decision, Request, Response};
use model::{Action, Duty, EvaluationFault, Facts, Verdict, Visibility};

use crate::{
    Policy,
    compile::{Entry, Reach},
    request::{Asked, asked},
};

/// Asks Cedar what the policy says of `facts`.
pub(crate) fn verdict(policy: &Policy, facts: &Facts) -> Verdict {
    let mut found = Found { policy, permitted: false, entries: Vec::new(), faults: Vec::new() };
    match asked(facts) {
        Ok(asked) => found.ask(facts, &asked),
        Err(error) => found.unanswerable(&error.to_string()),
    }
    found.verdict()
}

/// What has been found so far.
struct Found<'a> {
    policy: &'a Policy,
    permitted: bool,
    entries: Vec<Entry>,
    faults: Vec<EvaluationFault>,
}

impl Found<'_> {
    fn ask(&mut self, facts: &Facts, Asked { request, entities }: &Asked) {
        let slice = self.policy.sets.slice(facts.activity, facts.visibility == Visibility::Content);
        let authorizer = Authorizer::new();
        let ask = |set, request: &Request| authorizer.is_authorized(request, set, entities);
        let decision = ask(&slice.decision, request);
        self.permitted = decision.decision() == Decision::Allow;
        self.add(&decision);
        for (_, set) in &slice.duties {
            self.add(&ask(set, request));
        }
    }

    /// Adds the clauses that a set's answer rests on, and those that could not be evaluated.
    fn add(&mut self, response: &Response) {
        let diagnostics = response.diagnostics();
        self.entries.extend(diagnostics.reason().filter_map(|id| self.policy.sets.entry(id)));
        for error in diagnostics.errors() {
            let cedar_policy::AuthorizationError::PolicyEvaluationError(error) = error;
            let entry = self.policy.sets.entry(error.policy_id());
            self.fault(entry.map(|entry| entry.clause), error.to_string());
        }
    }

    /// A clause that could not be evaluated does what it does for content that was not seen. A permit that could not
    /// be evaluated permits nothing.
    fn fault(&mut self, clause: Option<usize>, reason: String) {
        let faulty = clause.and_then(|index| self.policy.clauses.get(index));
        self.faults.push(EvaluationFault { clause: faulty.map(|clause| clause.id.clone()), reason });
        let machine = faulty.and_then(|clause| clause.machine.as_ref());
        let action =
            machine.and_then(|machine| machine.if_uninspected()).filter(|action| *action > Action::Allow);
        if let (Some(clause), Some(action)) = (clause, action) {
            self.entries.push(Entry { clause, action, reach: Reach::Unseen });
        }
    }

    /// The request itself could not be built: no clause could be evaluated.
    fn unanswerable(&mut self, reason: &str) {
        for index in 0..self.policy.clauses.len() {
            if self.policy.clauses.get(index).is_some_and(|clause| clause.machine.is_some()) {
                self.fault(Some(index), reason.to_owned());
            }
        }
    }

    fn verdict(mut self) -> Verdict {
        self.entries.sort_by(|a, b| b.action.cmp(&a.action).then(a.clause.cmp(&b.clause)));
        self.entries.dedup_by_key(|entry| entry.clause);
        let duties: Vec<Duty> = self.entries.iter().filter_map(|entry| self.duty(*entry)).collect();
        let asked = duties.first().map(|duty| duty.action);
        let fallback = (!self.permitted).then_some(self.policy.front.otherwise);
        Verdict {
            action: asked.max(fallback).unwrap_or(Action::Allow),
            otherwise: fallback > asked,
            duties,
            policy: self.policy.version.clone(),
            faults: self.faults,
        }
    }

    fn duty(&self, Entry { clause, action, reach }: Entry) -> Option<Duty> {
        let clause = self.policy.clauses.get(clause)?;
        Some(Duty {
            clause: clause.id.clone(),
            action,
            severity: clause.severity().unwrap_or_default(),
            labels: clause.labels(),
            uninspected: reach == Reach::Unseen,
        })
    }
}
