use detect::Detectors;
use expect_test::{Expect, expect};

const PROJECT: &str = r#"
[[detector]]
id = "ip.project"
describes = "Name of a secret project"
words = ["Project Bluebird", "Operation Kingfisher"]
confidence = 0.9
finds = ["a note on «Project Bluebird»"]
ignores = ["a blue bird"]

[[detector]]
id = "pii.employee_number"
describes = "Number of an employee"
anchors = ["EMP-"]
pattern = 'EMP-[0-9]{6}'
confidence = 0.95
finds = ["ask «EMP-004217»"]
ignores = ["EMP-17"]
"#;

#[test]
fn own_detectors_work_beside_ours() {
    let detectors = Detectors::with_custom(PROJECT, "own.toml").unwrap();
    let text = "EMP-004217 (jo@example.com) leads project bluebird";
    let labels: Vec<String> =
        detectors.scan(text.as_bytes()).iter().map(|hit| hit.label.to_string()).collect();
    assert_eq!(labels, ["pii.employee_number", "pii.email", "ip.project"]);
    assert!(detectors.labels().iter().any(|label| label.as_str() == "ip.project"));
}

fn check(source: &str, message: Expect) {
    let error = Detectors::with_custom(source, "own.toml").err().map(|error| error.to_string());
    message.assert_eq(&error.unwrap_or_default());
}

#[test]
fn mistakes_are_told_with_file_detector_and_remedy() {
    check(
        "[[detector",
        expect![[r#"
            detectors `own.toml` cannot be used:
              not a detector file: TOML parse error at line 1, column 11
              |
            1 | [[detector
              |           ^
            unclosed array table, expected `]]`; write detectors as `[[detector]]` tables, see docs/detectors.md"#]],
    );
    check(
        "[[detector]]\nid = \"ip.x\"\ndescribes = \"x\"\nwords = [\"abc\"]\nconfidence = 0.9\nfind = [\"abc\"]",
        expect![[r#"
            detectors `own.toml` cannot be used:
              detector `ip.x`: unknown field `find`, expected one of `id`, `label`, `describes`, `source`, `role`, `anchors`, `words`, `starts`, `named`, `name_of`, `case`, `reach`, `lead`, `pattern`, `follow`, `longest`, `digits`, `edges`, `check`, `entropy`, `placeholders`, `needs`, `unless`, `helps`, `beside`, `confidence`, `finds`, `ignores`; correct the key; docs/detectors.md lists all of them"#]],
    );
    check(
        "[[detector]]\nid = \"colour.x\"\ndescribes = \"x\"\nanchors = [\"abc\"]\npattern = 'abc('\nconfidence = 7.0\nfinds = [\"abc\"]\n\
         [[detector]]\nid = \"pii.email\"\ndescribes = \"x\"\nconfidence = 0.9",
        expect![[r#"
            detectors `own.toml` cannot be used:
              detector `colour.x`: `colour.x` is not a valid label: lower-case words joined by dots, starting with one of `pii`, `phi`, `financial`, `source_code`, `ip`, `strategy`, `secret`, `marking`, `attack`; set `label`
              detector `colour.x`: `pattern` is not a usable pattern: regex parse error: abc( ^ error: unclosed group; correct it, or shorten its repetitions
              detector `colour.x`: `confidence` is not within 0 to 1; give the probability that a finding is right
              detector `pii.email`: its id is taken; choose an id no other detector has
              detector `pii.email`: it must be tried somewhere; give exactly one of `anchors`, `words`, `starts` and `name_of`
              detector `pii.email`: it has no `pattern`; say with `pattern` what the finding is
              detector `pii.email`: it has no `finds` examples; add at least one text in which it finds something"#]],
    );
    check(
        "[[detector]]\nid = \"ip.x\"\ndescribes = \"x\"\nanchors = [\"abc\"]\npattern = 'abc[0-9]'\nconfidence = 0.9\n\
         finds = [\"abc1\", \"abcd\"]\nignores = [\"abc2\"]",
        expect![[r#"
            detectors `own.toml` cannot be used:
              detector `ip.x`: in `abcd` it finds nothing; widen it, or correct the `finds` example
              detector `ip.x`: it finds something in `abc2`; narrow it, or correct the `ignores` example"#]],
    );
}
