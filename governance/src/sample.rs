//! A policy for tests.

use policy::{Policy, Taxonomy};

/// A policy of two clauses: DATA-1 with this rule and prose, and ENF-1 with a ladder.
pub(crate) fn policy(rule: &str, prose: &str) -> Policy {
    let source = format!(
        "---\npolicy: test\ntitle: Test\nowner: me@example.com\nreview_every: 90d\napprovals: [legal]\n\
         otherwise: coach\n---\n## Rules\n\n### DATA-1 Data\n\n{prose}\n\n```rule\n{rule}\n```\n\n\
         ### ENF-1 What follows\n\nPeople decide.\n\n```ladder\nwindow: 10d\nrepeats: 10m\n\
         points: {{low: 1, medium: 2, high: 4, critical: 8}}\nsteps:\n- {{at: 1, do: coach}}\n- {{at: 4, do: assign training}}\n\
         - {{at: 8, do: notify manager}}\n- {{at: 12, do: suspend access, for: 2d}}\n- {{at: 20, do: refer, to: the board}}\n```\n"
    );
    policy::compile("test.md", &source, &Taxonomy::default()).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}
