use model::{Action, Activity};

use crate::fixture::{compiled, facts, taxonomy};

/// The policies that Bylaw ships.
pub(crate) const STARTERS: [(&str, &str); 3] = [
    ("balanced.md", include_str!("../../../policies/balanced.md")),
    ("strict.md", include_str!("../../../policies/strict.md")),
    ("healthcare.md", include_str!("../../../policies/healthcare.md")),
];

#[test]
fn they_lint_without_a_notice() {
    for (name, source) in STARTERS {
        let notices = policy::lint(name, source, &taxonomy());
        let shown: Vec<String> = notices
            .iter()
            .map(|notice| {
                policy::Snippet { name, source, level: notice.level, mistake: &notice.mistake }.to_string()
            })
            .collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
    }
}

#[test]
fn they_are_of_a_size_that_people_read() {
    for (name, source) in STARTERS {
        let policy = compiled(source);
        assert!((20..=40).contains(&policy.clauses().len()), "{name} has {} clauses", policy.clauses().len());
        assert!(
            policy.clauses().iter().all(|clause| clause.section.is_some() && clause.why.is_some()),
            "{name}"
        );
        assert!(policy.clauses().iter().all(|clause| !clause.prose.is_empty()), "{name}");
    }
}

#[test]
fn credentials_never_pass() {
    for (name, source) in STARTERS {
        let policy = compiled(source);
        for activity in [Activity::Prompt, Activity::Upload] {
            let mut asked = facts("label=secret.aws_access_key state=approved for=pii for=source_code");
            asked.activity = activity;
            assert_eq!(policy.decide(&asked).action, Action::Block, "{name}");
        }
    }
}

#[test]
fn personal_data_never_reaches_an_unapproved_tool_as_it_is() {
    for (name, source) in STARTERS {
        let policy = compiled(source);
        for state in ["approved", "conditional", "under_review", "unreviewed", "denied"] {
            let verdict = policy.decide(&facts(&format!("label=pii.us_ssn state={state}")));
            assert!(verdict.action >= Action::Redact, "{name}, {state}: {:?}", verdict.action);
        }
        let approved = policy
            .decide(&facts("label=pii.us_ssn state=approved for=pii trained=ai-basics trained=health-data"));
        assert_eq!(approved.action, Action::Allow, "{name}");
    }
}
