use expect_test::{Expect, expect};
use model::{Action, Activity, Facts};

use crate::fixture::{compiled, document, facts, short};

/// One policy of these rules, asked for each line of facts.
fn check(otherwise: &str, rules: &[&str], cases: &[&str], expected: Expect) {
    let policy = compiled(&document(otherwise, rules));
    let lines: Vec<String> =
        cases.iter().map(|case| format!("{case} -> {}", short(&policy.decide(&facts(case))))).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn the_rule_of_the_design() {
    check(
        "allow",
        &[
            "on: [prompt, upload]\ndata: pii\nunless: tool is approved for pii\nthen: redact\nseverity: high\nif uninspected: block",
        ],
        &[
            "",
            "label=pii.us_ssn",
            "label=pii.us_ssn for=pii",
            "label=secret.jwt",
            "label=pii.email on=receive",
            "unseen",
            "unseen for=pii",
            "label=pii.email exempt=T-1",
            "unseen exempt=T-1",
        ],
        expect![[r#"
             -> allow: otherwise
            label=pii.us_ssn -> redact: T-1 redact
            label=pii.us_ssn for=pii -> allow: otherwise
            label=secret.jwt -> allow: otherwise
            label=pii.email on=receive -> allow: 
            unseen -> block: T-1 block?
            unseen for=pii -> allow: otherwise
            label=pii.email exempt=T-1 -> allow: otherwise
            unseen exempt=T-1 -> allow: otherwise"#]],
    );
}

#[test]
fn the_strictest_clause_wins_and_all_are_reported() {
    check(
        "coach",
        &[
            "then: allow",
            "data: pii\nthen: redact",
            "data: source_code\nthen: justify",
            "data: secret\nthen: block",
            "when: account is personal\nthen: coach",
        ],
        &[
            "",
            "label=pii.email",
            "label=pii.email label=source_code.rust",
            "account=personal label=pii.email",
            "label=secret.jwt label=pii.email account=personal",
        ],
        expect![[r#"
             -> allow: T-1 allow
            label=pii.email -> redact: T-2 redact, T-1 allow
            label=pii.email label=source_code.rust -> redact: T-2 redact, T-3 justify, T-1 allow
            account=personal label=pii.email -> redact: T-2 redact, T-5 coach, T-1 allow
            label=secret.jwt label=pii.email account=personal -> block: T-4 block, T-2 redact, T-5 coach"#]],
    );
}

#[test]
fn what_no_clause_allows() {
    for otherwise in ["allow", "coach", "justify", "block"] {
        let policy = compiled(&document(
            otherwise,
            &["when: tool is approved\nthen: allow", "data: pii\nthen: redact"],
        ));
        let verdict = policy.decide(&facts(""));
        assert_eq!((verdict.action.as_str(), verdict.otherwise), (otherwise, true), "{otherwise}");
        assert_eq!(policy.decide(&facts("state=approved")).action, Action::Allow);
        let answer = Facts { activity: Activity::Receive, ..facts("") };
        assert_eq!(policy.decide(&answer).action, Action::Allow, "an answer was permitted with its prompt");
    }
    check(
        "coach",
        &[
            "when: tool is approved\nthen: allow",
            "data: pii\nthen: redact",
            "when: account is personal\nthen: coach",
        ],
        &["label=pii.email", "account=personal", "unseen"],
        expect![[r#"
            label=pii.email -> redact: T-2 redact
            account=personal -> coach: T-3 coach
            unseen -> block: T-2 block?"#]],
    );
}

#[test]
fn conditions() {
    let cases = |condition: &str| format!("when: {condition}\nthen: block");
    for (condition, holds, holds_not) in [
        ("person is contractor or vendor", "person=vendor", "person=employee"),
        ("person is not employee", "person=unknown", "person=employee"),
        ("person is in group research", "group=research", "group=sales"),
        ("department is Finance or Legal", "department=Legal", ""),
        ("department is not Finance", "", "department=Finance"),
        ("risk is at least elevated", "risk=high", "risk=low"),
        ("training privacy is missing", "", "trained=privacy"),
        ("training a and b is passed", "trained=a trained=b", "trained=a"),
        ("policy is not attested", "unattested", ""),
        ("tool is claude, chatgpt or denied", "tool=claude", "tool=gemini"),
        ("tool is claude or denied", "tool=gemini state=denied", "tool=gemini state=approved"),
        ("tool is not approved or conditional", "state=under_review", "state=conditional"),
        ("tool category is coding or saas embedded", "category=saas_embedded", "category=chatbot"),
        ("tool is approved for pii.email", "for=pii", "for=pii.phone"),
        ("tool is approved for pii and phi", "for=pii for=phi", "for=pii"),
        (
            "tool is approved for the data",
            "label=pii.email for=pii.email",
            "label=pii.email label=pii.phone for=pii.email",
        ),
        ("account is personal or anonymous", "account=anonymous", "account=unknown"),
        ("purpose is code_generation", "purpose=code_generation", "purpose=writing"),
        ("purpose is not code_generation", "", "purpose=code_generation"),
        ("in a sandbox", "sandbox", ""),
        ("not in a sandbox", "", "sandbox"),
        ("visibility is not content", "unseen", ""),
        ("account is personal and person is vendor", "account=personal person=vendor", "account=personal"),
        ("account is personal or person is vendor", "account=personal", ""),
    ] {
        let policy = compiled(&document("allow", &[&cases(condition)]));
        assert_eq!(short(&policy.decide(&facts(holds))), "block: T-1 block", "{condition} with `{holds}`");
        assert_eq!(
            short(&policy.decide(&facts(holds_not))),
            "allow: otherwise",
            "{condition} with `{holds_not}`"
        );
    }
}

#[test]
fn data() {
    for (data, holds, holds_not) in [
        ("pii", "label=pii.email", "label=phi.condition"),
        ("[pii.us_ssn, secret]", "label=secret.jwt", "label=pii.email"),
        ("at least 3 of pii", "label=pii.email*2 label=pii.phone", "label=pii.email*2"),
        ("[at least 2 of pii, secret]", "label=secret.jwt", "label=pii.email"),
        ("none", "", "label=pii.email"),
        ("any", "label=pii.email", ""),
    ] {
        let policy = compiled(&document("allow", &[&format!("data: {data}\nthen: block")]));
        assert_eq!(short(&policy.decide(&facts(holds))), "block: T-1 block", "{data} with `{holds}`");
        assert_eq!(short(&policy.decide(&facts(holds_not))), "allow: otherwise", "{data} with `{holds_not}`");
    }
}

#[test]
fn unseen_content_is_three_valued() {
    let cases = [
        "unseen",
        "unseen person=vendor",
        "unseen for=pii",
        "unseen purpose=writing",
        "unseen purpose=legal",
    ];
    for (rule, expected) in [
        (
            "data: pii\nwhen: person is vendor\nthen: justify",
            expect![[r#"
            unseen -> allow: otherwise
            unseen person=vendor -> justify: T-1 justify?
            unseen for=pii -> allow: otherwise
            unseen purpose=writing -> allow: otherwise
            unseen purpose=legal -> allow: otherwise"#]],
        ),
        (
            "data: pii\nunless: tool is approved for the data\nthen: block",
            expect![[r#"
            unseen -> block: T-1 block?
            unseen person=vendor -> block: T-1 block?
            unseen for=pii -> allow: otherwise
            unseen purpose=writing -> block: T-1 block?
            unseen purpose=legal -> block: T-1 block?"#]],
        ),
        (
            "data: pii\nwhen: tool is not approved for the data\nthen: redact",
            expect![[r#"
            unseen -> block: T-1 block?
            unseen person=vendor -> block: T-1 block?
            unseen for=pii -> allow: otherwise
            unseen purpose=writing -> block: T-1 block?
            unseen purpose=legal -> block: T-1 block?"#]],
        ),
        (
            "data: pii\nthen: block\nif uninspected: allow",
            expect![[r#"
            unseen -> allow: otherwise
            unseen person=vendor -> allow: otherwise
            unseen for=pii -> allow: otherwise
            unseen purpose=writing -> allow: otherwise
            unseen purpose=legal -> allow: otherwise"#]],
        ),
        (
            "data: none\nthen: allow",
            expect![[r#"
            unseen -> allow: otherwise
            unseen person=vendor -> allow: otherwise
            unseen for=pii -> allow: otherwise
            unseen purpose=writing -> allow: otherwise
            unseen purpose=legal -> allow: otherwise"#]],
        ),
        (
            "data: none\nthen: allow\nif uninspected: allow",
            expect![[r#"
            unseen -> allow: T-1 allow?
            unseen person=vendor -> allow: T-1 allow?
            unseen for=pii -> allow: T-1 allow?
            unseen purpose=writing -> allow: T-1 allow?
            unseen purpose=legal -> allow: T-1 allow?"#]],
        ),
        (
            "when: purpose is legal\nthen: coach",
            expect![[r#"
            unseen -> coach: T-1 coach?
            unseen person=vendor -> coach: T-1 coach?
            unseen for=pii -> coach: T-1 coach?
            unseen purpose=writing -> allow: otherwise
            unseen purpose=legal -> coach: T-1 coach"#]],
        ),
        (
            "when: purpose is not legal\nthen: coach",
            expect![[r#"
            unseen -> coach: T-1 coach?
            unseen person=vendor -> coach: T-1 coach?
            unseen for=pii -> coach: T-1 coach?
            unseen purpose=writing -> coach: T-1 coach
            unseen purpose=legal -> allow: otherwise"#]],
        ),
        (
            "data: pii\nwhen: purpose is legal\nthen: coach",
            expect![[r#"
            unseen -> coach: T-1 coach?
            unseen person=vendor -> coach: T-1 coach?
            unseen for=pii -> coach: T-1 coach?
            unseen purpose=writing -> allow: otherwise
            unseen purpose=legal -> coach: T-1 coach?"#]],
        ),
        (
            "when: account is corporate\nthen: coach",
            expect![[r#"
            unseen -> coach: T-1 coach
            unseen person=vendor -> coach: T-1 coach
            unseen for=pii -> coach: T-1 coach
            unseen purpose=writing -> coach: T-1 coach
            unseen purpose=legal -> coach: T-1 coach"#]],
        ),
    ] {
        check("allow", &[rule], &cases, expected);
    }
}

#[test]
fn cedar_blocks() {
    let block = "```cedar then=block severity=critical data=pii\nforbid (principal, action == Action::\"upload\", resource)\nwhen { context.labels.contains(Label::\"pii\") && principal.kind == PersonKind::\"vendor\" }\nunless { context.unapproved.isEmpty() };";
    let cases = [
        "on=upload label=pii.email person=vendor",
        "label=pii.email person=vendor",
        "on=upload unseen person=vendor",
        "on=upload unseen",
        "on=upload unseen person=vendor exempt=T-1",
    ];
    check(
        "allow",
        &[block],
        &cases,
        expect![[r#"
        on=upload label=pii.email person=vendor -> block: T-1 block
        label=pii.email person=vendor -> allow: otherwise
        on=upload unseen person=vendor -> block: T-1 block?
        on=upload unseen -> allow: otherwise
        on=upload unseen person=vendor exempt=T-1 -> allow: otherwise"#]],
    );
    let duty = "```cedar then=coach\nforbid (principal, action, resource) when { context has purpose && context.purpose == Purpose::\"legal\" };";
    check(
        "allow",
        &[duty],
        &["purpose=legal", "", "unseen", "unseen purpose=writing"],
        expect![[r#"
        purpose=legal -> coach: T-1 coach
         -> allow: otherwise
        unseen -> coach: T-1 coach?
        unseen purpose=writing -> allow: otherwise"#]],
    );
    let permit = "```cedar then=allow\npermit (principal, action, resource == Tool::\"claude\");";
    check(
        "block",
        &[permit],
        &["tool=claude", "tool=gemini", "unseen tool=claude"],
        expect![[r#"
        tool=claude -> allow: T-1 allow
        tool=gemini -> block: otherwise
        unseen tool=claude -> allow: T-1 allow"#]],
    );
}

#[test]
fn equal_facts_share_one_verdict() {
    let policy = compiled(&document("coach", &["data: pii\nthen: redact"]));
    let (first, second) =
        (policy.decide(&facts("label=pii.email")), policy.decide(&facts("label=pii.email")));
    assert!(std::sync::Arc::ptr_eq(&first, &second));
    assert_eq!(*first, policy.evaluate(&facts("label=pii.email")));
}
