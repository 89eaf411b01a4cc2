use std::collections::BTreeMap;

use model::{
    AccountKind, Action, Activity, Facts, Label, PersonFacts, PersonKind, Purpose, Risk, ToolCategory,
    ToolFacts, ToolId, ToolState, Visibility,
};
use policy::Policy;
use proptest::{collection, prelude::*, sample};

use crate::fixture::{LABELS, TOOLS, compiled, document, taxonomy};
use crate::starters::STARTERS;

fn person() -> impl Strategy<Value = PersonFacts> {
    (
        sample::select(PersonKind::ALL.to_vec()),
        proptest::option::of(sample::select(vec!["Finance", "Legal", "Nowhere"])),
        collection::btree_set(sample::select(vec!["research", "ai-external"]), 0..2),
        sample::select(Risk::ALL.to_vec()),
        collection::btree_set(sample::select(vec!["ai-basics", "health-data"]), 0..3),
        any::<bool>(),
    )
        .prop_map(|(kind, department, groups, risk, training, attested)| PersonFacts {
            kind,
            department: department.map(str::to_owned),
            groups: groups.into_iter().map(str::to_owned).collect(),
            risk,
            training: training.into_iter().map(str::to_owned).collect(),
            attested,
        })
}

fn tool() -> impl Strategy<Value = ToolFacts> {
    let classes = vec!["pii", "pii.email", "phi", "financial", "source_code", "strategy", "marking"];
    (
        sample::select(TOOLS.to_vec()),
        sample::select(ToolCategory::ALL.to_vec()),
        sample::select(ToolState::ALL.to_vec()),
        collection::btree_set(sample::select(classes), 0..3),
    )
        .prop_map(|(id, category, state, approved_for)| ToolFacts {
            id: ToolId::new(id),
            category,
            state,
            approved_for: approved_for.into_iter().map(|class| class.parse().unwrap()).collect(),
        })
}

fn labels() -> impl Strategy<Value = BTreeMap<Label, u32>> {
    let label = sample::select(LABELS.to_vec()).prop_map(|label| label.parse().unwrap());
    collection::btree_map(label, 0..20_u32, 0..4)
}

fn facts() -> impl Strategy<Value = Facts> {
    let exchange = (
        sample::select(Activity::ALL.to_vec()),
        sample::select(AccountKind::ALL.to_vec()),
        proptest::option::of(sample::select(Purpose::ALL.to_vec())),
        any::<bool>(),
        sample::select(Visibility::ALL.to_vec()),
    );
    (person(), tool(), labels(), exchange).prop_map(
        |(person, tool, labels, (activity, account, purpose, sandbox, visibility))| Facts {
            activity,
            person,
            tool,
            account,
            labels,
            purpose,
            sandbox,
            visibility,
            exempt: Default::default(),
        },
    )
}

fn starters() -> Vec<Policy> {
    STARTERS.iter().map(|(_, source)| compiled(source)).collect()
}

#[test]
fn a_verdict_is_the_same_from_the_cache_and_from_every_policy() {
    let policies = starters();
    proptest!(|(facts in facts())| {
        for policy in &policies {
            let verdict = policy.evaluate(&facts);
            prop_assert_eq!(&verdict, &*policy.decide(&facts));
            prop_assert_eq!(&verdict, &*policy.decide(&facts));
            prop_assert_eq!(&verdict, &policy.evaluate_all(&facts));
        }
    });
}

#[test]
fn the_action_is_the_strictest_of_duties_and_otherwise() {
    let policies = starters();
    proptest!(|(facts in facts())| {
        for policy in &policies {
            let verdict = policy.decide(&facts);
            let strictest = verdict.duties.iter().map(|duty| duty.action).max();
            let allowed = verdict.duties.iter().any(|duty| duty.action == Action::Allow);
            let blocked = verdict.duties.iter().any(|duty| duty.action == Action::Block);
            let permitted = allowed || blocked || facts.activity == Activity::Receive;
            let otherwise = if permitted { Action::Allow } else { policy.front().otherwise };
            prop_assert_eq!(verdict.action, strictest.unwrap_or(Action::Allow).max(otherwise));
            prop_assert!(verdict.faults.is_empty());
            prop_assert!(verdict.duties.is_sorted_by(|a, b| a.action >= b.action));
        }
    });
}

/// True where no rule uses `data: none` or a purpose, and no clause but a permit does less the more is found.
#[test]
fn one_more_finding_never_weakens() {
    let policy = compiled(&document(
        "coach",
        &[
            "when: tool is approved\nthen: allow",
            "data: pii\nunless: tool is approved for the data\nthen: redact",
            "data: at least 5 of pii\nthen: block",
            "data: [secret, marking.confidential]\nthen: block",
            "data: source_code\nunless: tool is approved for source_code\nthen: justify",
        ],
    ));
    proptest!(|(facts in facts(), label in sample::select(LABELS.to_vec()))| {
        let before = policy.decide(&facts).action;
        let mut more = facts;
        *more.labels.entry(label.parse().unwrap()).or_default() += 1;
        prop_assert!(policy.decide(&more).action >= before);
    });
}

/// Content that was not seen is treated no better than the worst it may have held.
#[test]
fn unseen_content_is_treated_as_the_worst_it_may_hold() {
    let policy = compiled(&document(
        "allow",
        &[
            "data: pii\nunless: tool is approved for the data\nthen: block",
            "data: [secret, at least 2 of financial]\nwhen: person is not employee\nthen: justify",
            "data: phi\nwhen: [tool is not approved for the data, purpose is medical]\nthen: coach",
            "when: purpose is legal or hr_decision\nunless: in a sandbox\nthen: coach",
        ],
    ));
    proptest!(|(facts in facts())| {
        let seen = Facts { visibility: Visibility::Content, ..facts.clone() };
        let unseen = Facts { visibility: Visibility::Flow, labels: BTreeMap::new(), purpose: None, ..facts };
        prop_assert!(policy.decide(&unseen).action >= policy.decide(&seen).action);
    });
}

#[test]
fn an_exception_switches_off_exactly_its_clause() {
    let policies = starters();
    proptest!(|(facts in facts(), pick in any::<sample::Index>())| {
        for policy in &policies {
            let clause = pick.get(policy.clauses()).id.clone();
            let exempt = Facts { exempt: [clause.clone()].into(), ..facts.clone() };
            let (before, after) = (policy.decide(&facts), policy.decide(&exempt));
            prop_assert!(after.duties.iter().all(|duty| duty.clause != clause));
            // Permits are reported only where nothing blocks.
            let others = |verdict: &model::Verdict| -> Vec<_> {
                let duties = verdict.duties.iter().filter(|duty| duty.clause != clause && duty.action > Action::Allow);
                duties.map(|duty| duty.clause.clone()).collect()
            };
            prop_assert_eq!(others(&before), others(&after));
        }
    });
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>()) {
        let _ = policy::lint("any.md", &text, &taxonomy());
    }

    #[test]
    fn no_rule_makes_the_reader_panic(rule in "[a-z:\\[\\] \\n\\-\"'{}&*!|>#%@`,.é😀0-9=]{0,80}", fence in "(rule|examples|cedar then=block|cedar)") {
        let text = document("coach", &[&format!("```{fence}\n{rule}")]);
        let _ = policy::lint("any.md", &text, &taxonomy());
    }

    #[test]
    fn no_sentence_makes_the_reader_panic(words in collection::vec(sample::select(vec![
        "person", "is", "not", "tool", "approved", "for", "the", "data", "and", "or", ",", "in", "a", "sandbox", "\"", "risk",
        "at", "least", "high", "training", "missing", "policy", "attested", "chatgpt", "pii", "é",
    ]), 0..12)) {
        let rule = format!("when: {}\nunless:\n  - '{}'\nthen: block", words.join(" "), words.join(" "));
        let _ = policy::lint("any.md", &document("coach", &[&rule]), &taxonomy());
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cutting_or_doubling_a_policy_anywhere_does_not_panic(at in any::<sample::Index>(), length in 0..200_usize) {
        let (_, source) = STARTERS[0];
        let start = (0..=at.index(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap();
        let end = (start..=(start + length).min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap();
        let cut = [&source[..start], &source[end..]].concat();
        let doubled = [&source[..end], &source[start..]].concat();
        let _ = policy::lint("cut.md", &cut, &taxonomy());
        let _ = policy::lint("doubled.md", &doubled, &taxonomy());
    }
}
