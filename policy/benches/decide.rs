//! How long a decision takes: `cargo bench -p policy`.
//!
//! Prints the median of many rounds, for a policy of 50 clauses, for facts seen before and for facts never seen.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench may stop at a mistake of its own")]

use std::{hint::black_box, time::Instant};

use model::{
    AccountKind, Activity, Facts, PersonFacts, ToolCategory, ToolFacts, ToolId, ToolState, Visibility,
};
use policy::{Policy, Taxonomy};

const CLAUSES: usize = 50;
const ROUNDS: usize = 3_000;
const REPEATS: u64 = 5;

/// Rules as policies have them, in the ways in which a clause varies from department to department.
fn rule(number: usize) -> String {
    let family = ["pii", "phi", "financial", "source_code", "strategy", "ip"][number / 10];
    let department = ["Finance", "Legal", "Sales", "Engineering", "People"][number / 10];
    match number % 10 {
        0 => format!("data: {family}\nunless: tool is approved for {family}\nthen: redact"),
        1 => format!("data: [secret, at least 5 of {family}]\nthen: block"),
        2 => format!(
            "data: {family}\nwhen: department is {department}\nunless: tool is approved for the data\nthen: justify"
        ),
        3 => format!(
            "data: marking\nwhen: department is {department}\nunless: [tool is approved for marking, in a sandbox]\nthen: justify"
        ),
        4 => format!("when: [account is personal, department is {department}]\nthen: coach"),
        5 => format!("when: [tool is denied, department is {department}]\nthen: block"),
        6 => format!("when: [person is contractor or vendor, department is {department}]\nthen: block"),
        7 => format!("when: [tool is approved or conditional, department is {department}]\nthen: allow"),
        8 => format!("on: sign_in\nwhen: department is {department}\nthen: coach"),
        _ => format!(
            "on: upload\nwhen: [training ai-basics is missing, department is {department}]\nthen: coach"
        ),
    }
}

fn main() {
    let policy = policy_of(CLAUSES);
    for (name, labels) in
        [("nothing found", &[][..]), ("three labels found", &["pii.email", "pii.us_ssn", "secret.jwt"])]
    {
        let facts = facts(labels);
        policy.decide(&facts);
        report(&format!("facts seen before, {name}"), || drop(black_box(policy.decide(black_box(&facts)))));
        report(&format!("facts never seen, {name}"), || drop(black_box(policy.evaluate(black_box(&facts)))));
    }
    let every = facts(&[]);
    report("facts never seen, nothing found, no clause left out", || {
        drop(black_box(policy.evaluate_all(black_box(&every))))
    });
    let small = policy_of(1);
    report("facts never seen, policy of 1 clause", || drop(black_box(small.evaluate_all(black_box(&every)))));
    let unseen = Facts { visibility: Visibility::Flow, ..facts(&[]) };
    report("facts never seen, content not visible", || drop(black_box(policy.evaluate(black_box(&unseen)))));
}

fn policy_of(clauses: usize) -> Policy {
    let mut source =
        "---\npolicy: bench\ntitle: Bench\nowner: bench@example.com\nreview_every: 90d\napprovals: [legal]\n\
                      otherwise: coach\n---\n"
            .to_owned();
    for number in 0..clauses {
        let rule = rule(number);
        source += &format!("\n### B-{} Clause\n\n```rule\n{rule}\n```\n", number + 1);
    }
    let labels = ["pii.email", "pii.us_ssn", "secret.jwt", "financial.payment_card", "financial.iban"];
    let labels = labels.into_iter().chain(["source_code.rust", "marking.confidential", "marking.internal"]);
    let taxonomy = Taxonomy {
        labels: labels.map(|label| label.parse().unwrap()).collect(),
        tools: vec![ToolId::new("chatgpt")],
        ..Taxonomy::default()
    };
    policy::compile("bench.md", &source, &taxonomy).unwrap()
}

fn facts(labels: &[&str]) -> Facts {
    Facts {
        activity: Activity::Prompt,
        person: PersonFacts {
            department: Some("Engineering".to_owned()),
            groups: ["staff", "engineering"].map(str::to_owned).into(),
            training: ["ai-basics"].map(str::to_owned).into(),
            attested: true,
            ..PersonFacts::default()
        },
        tool: ToolFacts {
            id: ToolId::new("chatgpt"),
            category: ToolCategory::Chatbot,
            state: ToolState::Conditional,
            approved_for: ["source_code".parse().unwrap()].into(),
        },
        account: AccountKind::Corporate,
        labels: labels.iter().map(|label| (label.parse().unwrap(), 2)).collect(),
        purpose: None,
        sandbox: false,
        visibility: Visibility::Content,
        exempt: Default::default(),
    }
}

fn report(what: &str, mut work: impl FnMut()) {
    let mut times: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..REPEATS {
                work();
            }
            u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX) / REPEATS
        })
        .collect();
    times.sort_unstable();
    println!(
        "{what}: {} ns (fastest {} ns, 99th percentile {} ns)",
        times[ROUNDS / 2],
        times[0],
        times[ROUNDS * 99 / 100]
    );
}
