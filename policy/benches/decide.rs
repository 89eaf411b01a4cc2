//! How long a decision takes: `cargo bench -p policy`.
//!
//! Prints the median of many rounds, for a policy of 50 clauses, for facts seen before and for facts never seen.

use std::{hint::black_box, time::Instant};

use model::{
    AccountKind, Activity, Facts, PersonFacts, ToolCategory, ToolFacts, ToolId, ToolState, Visibility,
};
use policy::{Policy, Taxonomy};

const CLAUSES: usize = 50;
const ROUNDS: usize = 2_000;

/// Rules as starter policies have them: most speak of data, some of people, tools and accounts.
const RULES: [&str; 10] = [
    "data: pii\nunless: tool is approved for pii\nthen: redact",
    "data: secret\nthen: block",
    "data: [financial.payment_card, financial.iban]\nunless: tool is approved for the data\nthen: redact",
    "data: source_code\nunless: [tool is approved for source_code, in a sandbox]\nthen: justify",
    "when: account is personal\nthen: coach",
    "when: [tool is denied]\nthen: block",
    "when: [person is contractor or vendor, tool is not approved]\nthen: block",
    "when: tool is approved or conditional\nthen: allow",
    "data: at least 10 of pii\nthen: block",
    "on: upload\ndata: [marking.confidential, marking.internal]\nunless: tool is approved for marking\nthen: block",
];

fn main() {
    let policy = policy();
    for (name, labels) in
        [("nothing found", &[][..]), ("three labels found", &["pii.email", "pii.us_ssn", "secret.jwt"])]
    {
        let facts = facts(labels);
        policy.decide(&facts);
        report(&format!("seen before, {name}"), || drop(black_box(policy.decide(black_box(&facts)))));
        report(&format!("never seen, {name}"), || drop(black_box(policy.evaluate(black_box(&facts)))));
    }
    let unseen = Facts { visibility: Visibility::Flow, ..facts(&[]) };
    report("never seen, content not visible", || drop(black_box(policy.evaluate(black_box(&unseen)))));
}

fn policy() -> Policy {
    let mut source =
        "---\npolicy: bench\ntitle: Bench\nowner: bench@example.com\nreview_every: 90d\napprovals: [legal]\n\
                      otherwise: coach\n---\n"
            .to_owned();
    for number in 0..CLAUSES {
        let rule = RULES[number % RULES.len()];
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
            for _ in 0..10 {
                work();
            }
            u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX) / 10
        })
        .collect();
    times.sort_unstable();
    println!("{what}: {} ns (99th percentile {} ns)", times[ROUNDS / 2], times[ROUNDS * 99 / 100]);
}
