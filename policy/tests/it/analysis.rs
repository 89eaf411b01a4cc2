use expect_test::{Expect, expect};
use policy::{
    Policy,
    analysis::{Idle, Outcome, compare, idle, prove},
    guide,
};

use crate::{
    fixture::{compiled, document},
    starters::STARTERS,
};

/// Every invariant of a policy with what became of it.
fn proofs(policy: &Policy) -> String {
    let told = prove(policy).into_iter().map(|proof| {
        let outcome = match proof.outcome {
            Outcome::Holds => "holds".to_owned(),
            Outcome::Empty => "speaks of nothing".to_owned(),
            Outcome::Unsettled(region) => format!("unsettled: {region}"),
            Outcome::Refuted(refutation) => {
                let again = policy.evaluate(&refutation.facts);
                assert_eq!(again, refutation.verdict, "a refutation can be replayed");
                format!("{}: {} by {:?}", refutation.sentence, refutation.verdict.action, refutation.guilty)
            }
        };
        format!("{}: {outcome}\n", proof.invariant.says)
    });
    told.collect()
}

#[test]
fn ten_invariants_of_every_starter_policy_hold() {
    for (name, source) in STARTERS {
        let told = proofs(&compiled(source));
        assert_eq!(told.matches(": holds\n").count(), 10, "{name}\n{told}");
        assert_eq!(told.lines().count(), 10, "{name}\n{told}");
    }
}

/// `source` with one text replaced, which it holds.
fn with(source: &str, old: &str, new: &str) -> String {
    assert_eq!(source.matches(old).count(), 1, "{old}");
    source.replace(old, new)
}

#[test]
fn a_planted_hole_is_refuted_with_the_guilty_clause() {
    let (_, source) = STARTERS[0];
    let at = source.find("### DATA-4").unwrap();
    let (before, after) = source.split_at(at);
    let holed = before.to_owned()
        + &after.replacen(
            "unless: tool is approved for the data",
            "unless: tool is approved or conditional",
            1,
        );
    let told = proofs(&compiled(&holed));
    let refuted: String = told.lines().filter(|line| !line.ends_with(": holds")).collect();
    expect![[r#"Health data never reaches a tool that is not approved for it: Prompts, where the tool is approved and they contain health data that the tool is not approved for: allow by [USE-1]"#]]
    .assert_eq(&refuted);
}

#[test]
fn what_no_clause_speaks_of_is_nobody_s_fault() {
    let rules = [
        "data: secret\nthen: block\n```\n```invariants\n- says: Contractors are advised at least\n  when: person is contractor\n  at least: coach\n- says: Nothing else is blocked\n  data: pii\n  at most: coach\n- says: This cannot be\n  when: [tool is approved, tool is denied]\n  at least: block",
    ];
    check(
        &rules,
        expect![[r#"
            Contractors are advised at least: Prompts, where the person is a contractor: allow by []
            Nothing else is blocked: Prompts, where they contain personal data and they contain credentials and secrets: block by [T-1]
            This cannot be: speaks of nothing
        "#]],
    );
}

#[test]
fn an_expert_s_policy_is_looked_into() {
    let rules = [
        "```cedar then=block\nforbid(principal, action, resource) when { context.account == AccountKind::\"personal\" && !context.labels.containsAny([Label::\"secret\", Label::\"phi\"]) };\n```\n```invariants\n- says: Personal accounts are for nothing\n  when: account is personal\n  at least: block\n- says: Personal accounts are not for personal data alone\n  data: pii\n  when: account is personal\n  at least: block",
    ];
    check(
        &rules,
        expect![[r#"
            Personal accounts are for nothing: Prompts, where the account is a personal one and they contain credentials and secrets: allow by []
            Personal accounts are not for personal data alone: Prompts, where the account is a personal one, they contain personal data and they contain credentials and secrets: allow by []
        "#]],
    );
}

fn check(rules: &[&str], expected: Expect) {
    expected.assert_eq(&proofs(&compiled(&document("allow", rules))));
}

#[test]
fn a_change_is_told_in_one_sentence() {
    let (_, source) = STARTERS[0];
    let old = compiled(source);
    let told = |new: &str| -> String {
        let new = compiled(new);
        let line = |change: policy::analysis::Change| {
            assert!(change.settled, "{change:?}");
            assert_eq!(old.evaluate(&change.facts).action, change.from);
            assert_eq!(new.evaluate(&change.facts).action, change.to);
            format!("{} -> {}: {}\n", change.from, change.to, change.sentence)
        };
        compare(&old, &new).into_iter().map(line).collect()
    };
    assert_eq!(told(source), "");
    let rule = "  - person is contractor or vendor\n  - tool is not approved or conditional\n";
    expect![[r#"
        block -> allow: Prompts and uploads, where the person is a vendor, the tool is under review or not yet reviewed and the tool’s category is not self hosted
    "#]]
    .assert_eq(&told(&with(source, rule, &rule.replace("contractor or vendor", "contractor"))));
    expect![[r#"
        allow -> block: Prompts and uploads, where what is visible is content, they contain financial data and they do not contain credentials and secrets
    "#]]
    .assert_eq(&told(&with(source, "data: secret\nthen: block", "data: [secret, financial]\nthen: block")));
}

/// Sums are not looked into, so no exchange can be made of which the versions are known to differ: that is told, too.
#[test]
fn versions_that_may_differ_are_not_said_to_be_the_same() {
    let version = |most: u32| {
        let sum = format!("context.counts has pii && context.counts.pii * 2 > {most}");
        let rule = format!("```cedar then=block\nforbid(principal, action, resource) when {{ {sum} }};");
        compiled(&document("allow", &[rule.as_str()]))
    };
    let changes = compare(&version(10), &version(100));
    assert!(!changes.is_empty() && changes.iter().all(|change| !change.settled), "{changes:?}");
    assert!(compare(&version(10), &version(10)).is_empty());
}

#[test]
fn clauses_that_decide_nothing_are_named() {
    let rules = [
        "data: pii\nthen: block",
        "data: pii.email\nthen: redact",
        "when: [tool is approved, tool is denied]\nthen: block",
        "data: secret\nthen: coach",
    ];
    let policy = compiled(&document("allow", &rules));
    let told: Vec<String> = idle(&policy)
        .iter()
        .map(|idle| match idle {
            Idle::Dead(clause) => format!("{} is dead", clause.id),
            Idle::Shadowed(clause) => format!("{} is shadowed", clause.id),
        })
        .collect();
    assert_eq!(told, ["T-2 is shadowed", "T-3 is dead"]);
}

#[test]
fn every_end_of_a_decision_tree_is_the_verdict() {
    for (name, source) in STARTERS {
        let policy = compiled(source);
        let (tree, situations) = (guide::tree(&policy), guide::Guide::of(&policy));
        for case in situations.cases() {
            let verdict = policy.evaluate_all(&situations.facts(case));
            assert_eq!(tree.leads(case), Some(verdict.action), "{name}: {case:?}");
        }
        assert!(tree.ends() <= 80, "{name}: {} ends are too many to read", tree.ends());
    }
}

#[test]
fn a_table_tells_what_an_employee_may_send() {
    let rules = [
        "when: tool is approved\nthen: allow",
        "data: pii\nunless: tool is approved for the data\nthen: block",
    ];
    let policy = compiled(&document("coach", &rules));
    let told: Vec<String> = guide::table(&policy)
        .into_iter()
        .filter(|cell| cell.account == "with the company account")
        .map(|cell| {
            let clause = cell.clause.map(|clause| format!(" {clause}")).unwrap_or_default();
            format!("{}, {}: {}{clause}\n", cell.data, cell.tool, cell.action)
        })
        .collect();
    expect![[r#"
        nothing sensitive, approved for such data: allow T-1
        nothing sensitive, approved: allow T-1
        nothing sensitive, conditionally approved: coach
        nothing sensitive, under review: coach
        nothing sensitive, not yet reviewed: coach
        nothing sensitive, denied: coach
        personal data, approved for such data: allow T-1
        personal data, approved: block T-2
        personal data, conditionally approved: block T-2
        personal data, under review: block T-2
        personal data, not yet reviewed: block T-2
        personal data, denied: block T-2
    "#]]
    .assert_eq(&told.concat());
}
