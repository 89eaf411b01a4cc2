use expect_test::{Expect, expect};
use model::Timestamp;

use crate::fixture::{document, taxonomy};

/// Every mistake in `source`: `line:column+length message; remedy`.
fn check(source: &str, expected: Expect) {
    expected.assert_eq(&mistakes(source));
}

fn mistakes(source: &str) -> String {
    let Err(mistakes) = policy::compile("test.md", source, &taxonomy()) else {
        return "no mistakes".to_owned();
    };
    let lines = mistakes.iter().map(|policy::Mistake { place, message, remedy }| {
        format!("{}:{}+{} {message}; {remedy}", place.line, place.column, place.length)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The mistakes of one rule, whose first line is line 14.
fn check_rule(rule: &str, expected: Expect) {
    check(&document("coach", &[rule]), expected);
}

#[test]
fn front_matter() {
    check(
        "",
        expect![[r#"
            1:1+1 the front matter is missing; begin the document with `---`, the keys `policy`, `title`, `owner`, `review_every`, `approvals` and `otherwise`, and `---`
            1:1+1 the policy has no clause; add one: a heading such as `### DATA-1 Personal data`"#]],
    );
    check(
        "## Only\n\n### A-1 Clause\n\nText.\n",
        expect![
            "1:1+1 the front matter is missing; begin the document with `---`, the keys `policy`, `title`, `owner`, `review_every`, `approvals` and `otherwise`, and `---`"
        ],
    );
    check(
        "---\npolicy: My Policy\ntitel: x\nowner: a@b.example\nreview_every: often\napprovals: []\notherwise: redact\nalternative: clade\n---\n### A-1 Clause\n",
        expect![[r#"
            2:1+1 the front matter needs the key `title`; add a line such as `title: AI Usage Policy`
            2:9+9 `My Policy` is not a policy name; use lower-case letters, digits and dashes, as in `acceptable-ai-use`
            3:1+5 the front matter has no key `titel`; did you mean `title`?
            5:15+5 `often` is not a duration; write a number and a unit: `180d`, `26w`, `2h`, `15m` or `30s`
            6:12+1 the list is empty; put at least one value in it, or remove the key
            7:12+6 `otherwise` names no data, so there is nothing to redact; use `allow`, `coach`, `justify` or `block`
            8:14+5 unknown tool `clade`; did you mean `claude`?"#]],
    );
    check(
        "---\npolicy: x: y\n---\n### A-1 Clause\n",
        expect![
            "2:10+1 this is not valid YAML: mapping values are not allowed in this context; close every quote and bracket; put text that holds `: ` or ` #` in quotes"
        ],
    );
}

#[test]
fn clauses() {
    check(
        &(document("coach", &["then: allow"])
            + "\n### T-1 Again\n\n### data-2 Lower case\n\n### T-3\n\n## Section\n\n```rule\nthen: allow\n```\n\n### T-4 Two\n\n```rule\nthen: allow\n```\n\n```rule\nthen: block\n```\n\n```rules\nthen: block\n```\n\n```rule\nthen: block\n"),
        expect![[r#"
            17:5+3 the clause id T-1 is already used on line 11; give one of them another number; ids stay stable once published
            19:5+6 `data-2` is not a clause id; write it as letters, a dash and a number: `DATA-2`
            21:5+3 T-3 has no title; write a short title after the id
            25:4+4 this `rule` block belongs to no clause; put it below a heading that begins with a clause id, such as `### DATA-1 Personal data`
            35:4+4 T-4 already has such a block; merge the two, or make a second clause
            39:4+5 unknown block `rules`; did you mean `rule`?
            43:4+4 T-4 already has such a block; merge the two, or make a second clause
            43:4+4 the `rule` block is not closed; end it with a line of three backticks"#]],
    );
}

#[test]
fn rules() {
    check_rule("", expect!["14:1+1 a rule needs the key `then`; add a line such as `then: block`"]);
    check_rule("data: pii", expect!["14:1+1 a rule needs the key `then`; add a line such as `then: block`"]);
    check_rule(
        "data: piii\nthen: blok\nseverty: high",
        expect![[r#"
            14:7+4 unknown label `piii`; did you mean `pii`?
            15:7+4 `blok` is not an action; did you mean `block`?
            16:1+7 a rule has no key `severty`; did you mean `severity`?"#]],
    );
    check_rule(
        "data: [pii, pii.us_snn, none]\non: [prompt, uplaod]\nthen: block\nthen: allow",
        expect![[r#"
            14:13+10 unknown label `pii.us_snn`; did you mean `pii.us_ssn`?
            14:25+4 `none` cannot stand beside labels; let it stand alone, or remove it
            15:14+6 `uplaod` is not an activity; did you mean `upload`?
            17:1+4 `then` is given twice; keep one of them"#]],
    );
    check_rule(
        "data: at least ten of pii\nthen: block",
        expect!["14:16+3 `ten` is not a count; write, for example, `at least 10 of pii`"],
    );
    check_rule(
        "data: at least 10 pii\nthen: block",
        expect![
            "14:7+15 a minimal count names a number and a label; write, for example, `at least 10 of pii`"
        ],
    );
    check_rule(
        "data: pii phi\nthen: block",
        expect!["14:7+7 `pii phi` is not a label; write several labels as a list: `[pii, secret]`"],
    );
    check_rule(
        "on: []\nwhen:\nthen: block",
        expect![[r#"
            14:5+1 the list is empty; put at least one value in it, or remove the key
            15:5+1 a value is missing; write one, or remove the key"#]],
    );
    check_rule(
        "when:\n  - person is contracter\n  - tool is chatgtp\nunless: \"the tool is approved for pi\"\nthen: block",
        expect![[r#"
            15:15+10 `contracter` is not a kind of person; did you mean `contractor`?
            16:13+7 `chatgtp` is neither a tool nor a tool state; did you mean `chatgpt`?
            17:35+2 unknown label `pi`; did you mean `phi`?"#]],
    );
    check_rule(
        "data: pii\nthen: redact\nif uninspected: redact",
        expect!["16:17+6 what was not seen cannot be redacted; use `block`, `justify`, `coach` or `allow`"],
    );
    check_rule(
        "then: block\nalternative: clod",
        expect![
            "15:14+4 unknown tool `clod`; use one of `chatgpt`, `openai-api`, `claude`, `anthropic-api`, `gemini`, `google-ai-api`, `microsoft-copilot`, `github-copilot`, `perplexity`, `deepseek`, `grok`, `mistral`, `salesforce-einstein`, `google-workspace-ai`, `cursor`, `midjourney`, `notion-ai`, `grammarly`, `microsoft-365-copilot`, `ollama`, `open-webui`, `otter`"
        ],
    );
    check_rule(
        "- then: block",
        expect!["14:1+1 a rule is written as `key: value` lines; start a line with `on:`"],
    );
    check_rule(
        "when: [person is vendor\nthen: block",
        expect![
            "15:5+1 this is not valid YAML: illegal placement of ':' indicator; close every quote and bracket; put text that holds `: ` or ` #` in quotes"
        ],
    );
    check_rule(
        "then: redact",
        expect!["14:7+6 redaction needs to know which data; add, for example, `data: pii`"],
    );
    check_rule(
        "data: none\nthen: redact",
        expect!["15:7+6 redaction needs to know which data; add, for example, `data: pii`"],
    );
    check_rule(
        "when: &x person is vendor\nunless: *x\nthen: block",
        expect!["15:9+1 aliases (`*name`) are not used here; write the value out"],
    );
}

#[test]
fn examples() {
    let with = |examples: &str| {
        document("coach", &["data: pii\nthen: redact"])
            + "\n```examples\n"
            + examples
            + "\n```\n\n### T-2 Prose\n\nOnly prose.\n"
    };
    check(
        &with("- says: hello\n  tool: chatgtp\n  expect: redact T-9"),
        expect![[r#"
            20:9+7 unknown tool `chatgtp`; did you mean `chatgpt`?
            21:18+3 there is no clause `T-9`; did you mean `T-1`?"#]],
    );
    check(
        &with("- says: hello\n  tool: chatgpt\n  expect: redact T-1, T-2"),
        expect![
            "21:11+15 T-2 has no rule, so it cannot apply; give it a `rule` block, or leave its id out of `expect`"
        ],
    );
    check(
        &with("- tool: chatgpt\n- says: x\n  expects: allow\n  tool: claude\n  sandbox: maybe"),
        expect![[r#"
            19:3+1 an example needs the key `says`; add a line such as `says: Write a birthday greeting`
            20:3+1 an example needs the key `expect`; add a line such as `expect: allow`
            21:3+7 an example has no key `expects`; did you mean `expect`?
            23:12+5 `maybe` is neither `yes` nor `no`; write `yes` or `no`"#]],
    );
    check(&with("says: x"), expect!["19:1+1 examples are a list; begin each example with `- says:`"]);
    check(
        &with("- says: Complaint: angry\n  tool: chatgpt\n  expect: allow"),
        expect![
            "19:18+1 this is not valid YAML: mapping values are not allowed in this context; close every quote and bracket; put text that holds `: ` or ` #` in quotes"
        ],
    );
    check(
        &with("- says: x\n  tool: chatgpt\n  tool state: aproved\n  approved for: [pi]\n  expect: allow"),
        expect![[r#"
            21:15+7 `aproved` is not a tool state; did you mean `approved`?
            22:18+2 unknown label `pi`; did you mean `phi`?"#]],
    );
}

#[test]
fn cedar_blocks() {
    check_rule(
        "```cedar\npermit (principal, action, resource);",
        expect![
            "13:4+5 the cedar block does not say what is done; begin it with ```` ```cedar then=block ````"
        ],
    );
    check_rule(
        "```cedar then=blok sevrity=high data=piii\nforbid (principal, action, resource);",
        expect![[r#"
            13:15+4 `blok` is not an action; did you mean `block`?
            13:20+7 a cedar block has no setting `sevrity`; did you mean `severity`?
            13:38+4 unknown label `piii`; did you mean `pii`?"#]],
    );
    check_rule(
        "```cedar then=block\npermit (principal, action, resource);",
        expect!["14:1+6 a clause with `then=block` cannot be a `permit`; write `forbid (…)`"],
    );
    check_rule(
        "```cedar then=block\nforbid (principal, action, resource)\nwhen { context.acount == AccountKind::\"personal\" };",
        expect![[
            r#"15:8+14 attribute `acount` in context for Action::"prompt" not found; did you mean `account`?"#
        ]],
    );
    check_rule(
        "```cedar then=block\nforbid (principal, action, resource)\nwhen { context.account == AccountKind::\"private\" };",
        expect![[
            r#"15:27+22 entity `AccountKind::"private"` is of an enumerated entity type, but `"private"` is not declared as a valid eid; valid entity eids: "anonymous", "corporate", "personal", "unknown""#
        ]],
    );
    check_rule(
        "```cedar then=block\nforbid (principal, action, resource",
        expect!["14:36+1 unexpected end of input; see the schema in docs/policy-language.md"],
    );
    check_rule(
        "```cedar then=redact\nforbid (principal, action, resource);",
        expect!["13:4+5 redaction needs to know which data; add, for example, `data=pii`"],
    );
}

#[test]
fn line_ends_and_byte_order_marks_do_not_matter() {
    let source = document("coach", &["data: piii\nthen: block"]);
    let expected = "14:7+4 unknown label `piii`; did you mean `pii`?";
    for written in [source.replace('\n', "\r\n"), format!("\u{feff}{source}")] {
        assert_eq!(mistakes(&written), expected);
    }
}

#[test]
fn lint_warns() {
    let source = document("coach", &["data: pii\nthen: redact"])
        .replace("approvals:", "reviewed: 2026-01-01\napprovals:");
    let today: Timestamp = "2026-11-22".parse().unwrap();
    let shown: Vec<String> = policy::lint_on("test.md", &source, &taxonomy(), Some(today))
        .iter()
        .map(|notice| {
            format!(
                "{:?} {}:{} {}",
                notice.level, notice.mistake.place.line, notice.mistake.place.column, notice.mistake.message
            )
        })
        .collect();
    expect![[r#"
        Warning 1:1 the policy's review is 235 days overdue
        Warning 12:5 T-1 has 0 examples where it applies and 0 where it does not
        Warning 1:1 coaching recommends no tool"#]]
    .assert_eq(&shown.join("\n"));
    assert_eq!(policy::lint("test.md", &source, &taxonomy()).len(), 2);
    let with_mistakes = policy::lint("test.md", "", &taxonomy());
    assert!(with_mistakes.iter().all(|notice| notice.level == policy::Level::Mistake));
}
