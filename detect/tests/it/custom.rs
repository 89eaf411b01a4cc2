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

const CODE: &str = r#"
[[detector]]
id = "source_code.internal.package"
label = "source_code.internal"
describes = "Packages of Acme"
anchors = ["com.acme.", "@acme/", "acme_internal"]
pattern = 'com\.acme\.[A-Za-z0-9_.]{1,80}|@acme/[a-z0-9-]{1,60}|acme_internal'
confidence = 0.95
finds = ["import «com.acme.billing.Invoice»;", "from '«@acme/ui»'"]
ignores = ["com.acmeville.x", "acme/ui"]

[[detector]]
id = "ip.acme_header"
label = "ip.proprietary_header"
describes = "Licence header of Acme"
words = ["Proprietary and confidential - ACME"]
confidence = 0.95
finds = ["// «Proprietary and confidential - ACME»"]
ignores = ["ACME is a company"]
"#;

#[test]
fn an_organisation_names_its_packages_and_headers() {
    let detectors = Detectors::with_custom(CODE, "own.toml").unwrap();
    let text = "// Proprietary and confidential - ACME\nimport com.acme.billing.Invoice;\n\npublic class Main {\n    \
                private final Invoice invoice = new Invoice();\n}\n";
    let labels: Vec<String> =
        detectors.scan(text.as_bytes()).iter().map(|hit| hit.label.to_string()).collect();
    for label in ["ip.proprietary_header", "source_code.internal", "source_code.java"] {
        assert!(labels.iter().any(|found| found == label), "{label} in {labels:?}");
    }
}

#[test]
fn forms_in_which_code_comes() {
    let detectors = Detectors::builtin().unwrap();
    for (text, label) in [
        (
            "diff --git a/src/a.rs b/src/a.rs\n--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1,3 +1,3 @@\n fn main() {\n-    let a = 1;\n+    let a = vec![1];\n }",
            "source_code.rust",
        ),
        (
            "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"source\": [\n    \"import os\\n\",\n    \"for name in os.listdir('.'):\\n\",\n    \"    print(name)\"\n   ]\n  }\n ]\n}",
            "source_code.python",
        ),
        (
            "can you fix this function? def add(self, x=None): return self.total + len(x)",
            "source_code.python",
        ),
    ] {
        let hits = detectors.scan(text.as_bytes());
        assert!(hits.iter().any(|hit| hit.label.as_str() == label), "{label} in {text}: {hits:?}");
    }
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
