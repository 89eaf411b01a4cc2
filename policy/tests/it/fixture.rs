use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKind, Activity, Facts, PersonFacts, PersonKind, Risk, ToolCategory, ToolFacts, ToolId, ToolState,
    Verdict, Visibility,
};
use policy::{Policy, Taxonomy};

pub(crate) const LABELS: [&str; 39] = [
    "attack.hidden_text",
    "pii.email",
    "pii.phone",
    "pii.us_ssn",
    "pii.ip_address",
    "pii.date_of_birth",
    "financial.payment_card",
    "financial.iban",
    "phi.condition",
    "phi.medication",
    "secret.aws_access_key",
    "secret.openai_api_key",
    "secret.anthropic_api_key",
    "secret.github_token",
    "secret.private_key",
    "secret.jwt",
    "secret.password",
    "source_code.python",
    "source_code.javascript",
    "source_code.typescript",
    "source_code.java",
    "source_code.rust",
    "source_code.sql",
    "source_code.go",
    "source_code.c",
    "source_code.shell",
    "marking.confidential",
    "marking.internal",
    "marking.tlp_red",
    "marking.tlp_amber",
    "marking.tlp_green",
    "marking.tlp_clear",
    "secret.slack_token",
    "secret.stripe_key",
    "secret.google_api_key",
    "secret.gitlab_token",
    "source_code.cpp",
    "source_code.csharp",
    "source_code.php",
];

pub(crate) const TOOLS: [&str; 22] = [
    "chatgpt",
    "openai-api",
    "claude",
    "anthropic-api",
    "gemini",
    "google-ai-api",
    "microsoft-copilot",
    "github-copilot",
    "perplexity",
    "deepseek",
    "grok",
    "mistral",
    "salesforce-einstein",
    "google-workspace-ai",
    "cursor",
    "midjourney",
    "notion-ai",
    "grammarly",
    "microsoft-365-copilot",
    "ollama",
    "open-webui",
    "otter",
];

/// What the detectors and the catalogue of this session give.
pub(crate) fn taxonomy() -> Taxonomy {
    Taxonomy {
        labels: LABELS.iter().map(|label| label.parse().unwrap()).collect(),
        tools: TOOLS.iter().map(|tool| ToolId::new(*tool)).collect(),
        ..Taxonomy::default()
    }
}

/// A document with this front matter value of `otherwise` and one clause per rule: `T-1`, `T-2`, …
pub(crate) fn document(otherwise: &str, rules: &[&str]) -> String {
    let mut text = format!(
        "---\npolicy: test\ntitle: Test\nowner: me@example.com\nreview_every: 90d\napprovals: [legal]\n\
         otherwise: {otherwise}\n---\n## Rules\n"
    );
    for (index, rule) in rules.iter().enumerate() {
        let fence = if rule.starts_with("```") { String::new() } else { "```rule\n".to_owned() };
        text += &format!("\n### T-{} Clause\n\n{fence}{}\n```\n", index + 1, rule.trim());
    }
    text
}

pub(crate) fn compiled(source: &str) -> Policy {
    policy::compile("test.md", source, &taxonomy()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// An employee prompting ChatGPT, unreviewed, with a corporate account and nothing found; changed by words such as
/// `label=pii.email*3`, `state=approved`, `for=pii`, `person=vendor`, `unseen`.
pub(crate) fn facts(changes: &str) -> Facts {
    let mut facts = Facts {
        activity: Activity::Prompt,
        person: PersonFacts { attested: true, ..PersonFacts::default() },
        tool: ToolFacts {
            id: ToolId::new("chatgpt"),
            category: ToolCategory::Chatbot,
            state: ToolState::Unreviewed,
            approved_for: BTreeSet::new(),
        },
        account: AccountKind::Corporate,
        labels: BTreeMap::new(),
        purpose: None,
        sandbox: false,
        visibility: Visibility::Content,
        exempt: BTreeSet::new(),
    };
    changes.split_whitespace().for_each(|change| apply(&mut facts, change));
    facts
}

fn apply(facts: &mut Facts, change: &str) {
    let (key, value) = change.split_once('=').unwrap_or((change, ""));
    let word = || format!("\"{value}\"");
    match key {
        "on" => facts.activity = serde_json::from_str(&word()).unwrap(),
        "person" => facts.person.kind = serde_json::from_str::<PersonKind>(&word()).unwrap(),
        "department" => facts.person.department = Some(value.to_owned()),
        "group" => facts.person.groups.extend([value.to_owned()]),
        "risk" => facts.person.risk = serde_json::from_str::<Risk>(&word()).unwrap(),
        "trained" => facts.person.training.extend([value.to_owned()]),
        "unattested" => facts.person.attested = false,
        "tool" => facts.tool.id = ToolId::new(value),
        "category" => facts.tool.category = serde_json::from_str(&word()).unwrap(),
        "state" => facts.tool.state = serde_json::from_str(&word()).unwrap(),
        "for" => facts.tool.approved_for.extend([value.parse().unwrap()]),
        "account" => facts.account = serde_json::from_str(&word()).unwrap(),
        "label" => {
            let (label, count) = value.split_once('*').unwrap_or((value, "1"));
            facts.labels.insert(label.parse().unwrap(), count.parse().unwrap());
        }
        "purpose" => facts.purpose = Some(serde_json::from_str(&word()).unwrap()),
        "sandbox" => facts.sandbox = true,
        "unseen" => facts.visibility = Visibility::Flow,
        "exempt" => facts.exempt.extend([value.parse().unwrap()]),
        _ => panic!("unknown change {change}"),
    }
}

/// A verdict in short: `redact: T-1 redact, T-2 coach?`; `?` marks what rests on unseen content, `otherwise` what no
/// clause allows.
pub(crate) fn short(verdict: &Verdict) -> String {
    let duties = verdict.duties.iter().map(|duty| {
        let unseen = if duty.uninspected { "?" } else { "" };
        format!("{} {}{unseen}", duty.clause, duty.action)
    });
    let otherwise = verdict.otherwise.then(|| "otherwise".to_owned());
    let faults = (!verdict.faults.is_empty()).then(|| format!("{} faults", verdict.faults.len()));
    let reasons: Vec<_> = duties.chain(otherwise).chain(faults).collect();
    format!("{}: {}", verdict.action, reasons.join(", "))
}
