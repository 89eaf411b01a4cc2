use cedar_policy::{Authorizer, Decision, Response};
use model::{Action, Activity, Duty, EvaluationFault, Facts, Verdict};

use crate::{
    Policy,
    compile::{
        Entry, Selection,
        reach::{Glance, Sight},
    },
    request::{Asked, asked},
};

/// Asks Cedar what the policy says of `facts`, of the policies that may apply only.
pub(crate) fn verdict(policy: &Policy, facts: &Facts) -> Verdict {
    verdict_from(policy, facts, &policy.sets.selection(&Glance::at(facts)))
}

/// As [`verdict`], asking every policy.
pub(crate) fn verdict_of_all(policy: &Policy, facts: &Facts) -> Verdict {
    verdict_from(policy, facts, &policy.sets.whole)
}

fn verdict_from(policy: &Policy, facts: &Facts, selection: &Selection) -> Verdict {
    let mut found = Found { policy, permitted: false, entries: Vec::new(), faults: Vec::new() };
    match asked(facts) {
        Ok(asked) => found.ask(selection, &asked),
        Err(error) => found.unanswerable(&error.to_string()),
    }
    // An answer was permitted with its prompt: it needs no clause of its own.
    found.permitted |= facts.activity == Activity::Receive;
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
    fn ask(&mut self, selection: &Selection, Asked { request, entities }: &Asked) {
        let authorizer = Authorizer::new();
        let decision = authorizer.is_authorized(request, &selection.decision, entities);
        self.permitted = decision.decision() == Decision::Allow;
        self.add(&decision);
        for (_, set) in &selection.duties {
            self.add(&authorizer.is_authorized(request, set, entities));
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
            self.entries.push(Entry { clause, action, sight: Sight::Unseen });
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
            held_back: None,
        }
    }

    fn duty(&self, Entry { clause, action, sight }: Entry) -> Option<Duty> {
        let clause = self.policy.clauses.get(clause)?;
        Some(Duty {
            clause: clause.id.clone(),
            action,
            severity: clause.severity().unwrap_or_default(),
            labels: clause.labels(),
            uninspected: sight == Sight::Unseen,
        })
    }
}

#[cfg(test)]
mod tests {
    use cedar_policy::Entities;
    use expect_test::expect;
    use model::{
        AccountKind, Activity, Facts, PersonFacts, ToolCategory, ToolFacts, ToolId, ToolState, Visibility,
    };

    use super::{Asked, Found, asked};
    use crate::{Taxonomy, compile};

    /// A person without attributes makes every clause err that asks for one.
    #[test]
    fn a_clause_that_errs_is_no_clause_that_does_not_match() {
        let source = "---\npolicy: test\ntitle: Test\nowner: me\nreview_every: 90d\napprovals: [me]\notherwise: allow\n---\n\
            ### T-1 Permit\n```rule\nwhen: person is employee\nthen: allow\n```\n\
            ### T-2 Redact\n```rule\ndata: any\nwhen: person is vendor\nthen: redact\n```\n\
            ### T-3 Sound\n```rule\nwhen: account is unknown\nthen: coach\n```\n";
        let taxonomy = Taxonomy { labels: vec!["pii.email".parse().unwrap()], ..Taxonomy::default() };
        let policy = compile("test.md", source, &taxonomy).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let Asked { request, .. } = asked(&facts()).unwrap();
        let mut found = Found { policy: &policy, permitted: false, entries: Vec::new(), faults: Vec::new() };
        found.ask(&policy.sets.whole, &Asked { request, entities: Entities::empty() });
        let verdict = found.verdict();
        let duties = verdict
            .duties
            .iter()
            .map(|duty| format!("{} {} {}\n", duty.clause, duty.action, duty.uninspected));
        let faults = verdict.faults.iter().map(|fault| format!("{:?}\n", fault.clause));
        expect![[r#"
            T-2 block true
            T-3 coach false
            Some(T-1)
            Some(T-2)
        "#]]
        .assert_eq(&duties.chain(faults).collect::<String>());

        let mut lost = Found { policy: &policy, permitted: false, entries: Vec::new(), faults: Vec::new() };
        lost.unanswerable("cannot describe the exchange");
        let verdict = lost.verdict();
        assert_eq!((verdict.action.as_str(), verdict.faults.len()), ("block", 3));
    }

    fn facts() -> Facts {
        Facts {
            activity: Activity::Prompt,
            person: PersonFacts::default(),
            tool: ToolFacts {
                id: ToolId::new("chatgpt"),
                category: ToolCategory::Chatbot,
                state: ToolState::Approved,
                approved_for: Default::default(),
            },
            account: AccountKind::Unknown,
            labels: [("pii.email".parse().unwrap(), 1)].into(),
            purpose: None,
            sandbox: false,
            visibility: Visibility::Content,
            exempt: Default::default(),
        }
    }
}
