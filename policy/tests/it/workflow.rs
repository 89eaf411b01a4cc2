use std::time::Duration;

use expect_test::{Expect, expect};
use policy::{Exemption, Policy};

use crate::fixture::taxonomy;

/// A policy with `front` added to its front matter, a clause that says `own`, a Cedar clause with `fence` and one upheld
/// by people.
fn source(front: &str, own: &str, fence: &str) -> String {
    format!(
        "---\npolicy: test\ntitle: Test\nowner: a@b.example\nreview_every: 90d\napprovals: [security, legal, it]\n\
         otherwise: allow\n{front}---\n### A-1 One\n\n```rule\ndata: pii\nthen: block\n{own}```\n\n### A-2 Two\n\n\
         ```cedar then=block{fence}\nforbid (principal, action, resource)\nwhen {{ principal.attested }};\n```\n\n\
         ### A-3 Three\n\nOnly prose.\n"
    )
}

fn compiled(front: &str, own: &str, fence: &str) -> Policy {
    policy::compile("test.md", &source(front, own, fence), &taxonomy()).unwrap()
}

fn check(front: &str, own: &str, fence: &str, expected: [&str; 3]) {
    let policy = compiled(front, own, fence);
    let told = policy.clauses().iter().map(|clause| match policy.exemption(clause) {
        Exemption::By(functions) => functions.iter().cloned().collect::<Vec<_>>().join(" "),
        Exemption::Never => "nobody".to_owned(),
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "{front} {own} {fence}");
}

#[test]
fn who_may_exempt() {
    check("", "", "", ["security", "security", "security"]);
    check("exceptions: legal\n", "", "", ["legal", "legal", "legal"]);
    check("exceptions: [legal, it]\n", "exceptions: security\n", "", ["security", "it legal", "it legal"]);
    check("exceptions: none\n", "", " exceptions=it,legal", ["nobody", "it legal", "nobody"]);
    check("", "exceptions: none\n", " exceptions=none", ["nobody", "nobody", "security"]);
}

#[test]
fn what_is_not_said_has_a_default() {
    let workflow = compiled("", "", "").front().workflow.clone();
    assert_eq!(workflow.longest_exception, Duration::from_secs(90 * 86_400));
    assert_eq!(workflow.tool_reviews, ["security".to_owned()].into());
    assert_eq!((workflow.review_topics.len(), workflow.asset_flags.len()), (0, 4));
    let front = "longest_exception: 8h\ntool_reviews: [security, legal]\nreview_topics: fairness\n\
                 asset_flags: [machine made, unreviewed-tool]\n";
    let workflow = compiled(front, "", "").front().workflow.clone();
    assert_eq!(workflow.longest_exception, Duration::from_secs(8 * 3_600));
    assert_eq!(workflow.tool_reviews, ["legal", "security"].map(str::to_owned).into());
    assert_eq!(workflow.review_topics, ["fairness"]);
    assert_eq!(workflow.asset_flags, ["machine_made", "unreviewed_tool"].map(str::to_owned).into());
    assert!(compiled("asset_flags: none\n", "", "").front().workflow.asset_flags.is_empty());
}

fn check_mistakes(front: &str, own: &str, fence: &str, expected: Expect) {
    let mistakes = policy::compile("test.md", &source(front, own, fence), &taxonomy()).unwrap_err();
    let lines = mistakes.iter().map(|policy::Mistake { place, message, remedy }| {
        format!("{}:{}+{} {message}; {remedy}", place.line, place.column, place.length)
    });
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_mistake_is_told() {
    check_mistakes(
        "",
        "exceptions: [securty, sales]\n",
        " exceptions=legl",
        expect![[r#"
        14:14+7 `securty` is no function of this policy; did you mean `security`?
        14:23+5 `sales` is no function of this policy; use one of `security`, `legal`, `it`
        19:32+4 `legl` is no function of this policy; did you mean `legal`?"#]],
    );
    check_mistakes(
        "exceptions: securty\nlongest_exception: soon\ntool_reviews: [lgal]\nreview_topics: [accesibility]\nasset_flags: [purple]\n",
        "",
        "",
        expect![[r#"
            8:13+7 `securty` is no function of this policy; did you mean `security`?
            9:20+4 `soon` is not a duration; write a number and a unit: `180d`, `26w`, `2h`, `15m` or `30s`
            10:16+4 `lgal` is no function of this policy; did you mean `legal`?
            11:17+12 `accesibility` is no topic of reviews; did you mean `accessibility`?
            12:15+6 `purple` is no reason to flag an asset; use one of `unlicensed_training`, `machine_made`, `outputs_not_owned`, `unreviewed_tool`"#]],
    );
}
