use std::{fs, os::unix::fs::PermissionsExt};

use crate::world::{bylaw, root};

#[test]
fn every_policy_that_is_shipped_passes_its_examples_without_warnings() {
    for name in ["balanced", "strict", "healthcare", "library"] {
        let path = format!("policies/{name}.md");
        let tested = bylaw(&["policy", "test", &path]);
        assert!(tested.success && tested.text.contains(" passed, 0 failed"), "{}", tested.text);
        let linted = bylaw(&["policy", "lint", &path]);
        assert!(linted.success && linted.text.contains("0 mistakes, 0 warnings"), "{}", linted.text);
    }
}

#[test]
fn changing_a_rule_s_action_fails_with_a_readable_difference() {
    let folder = tempfile::tempdir().unwrap();
    let source = fs::read_to_string(root().join("policies/balanced.md")).unwrap();
    let changed = source.replacen("then: redact", "then: coach", 1);
    assert_ne!(source, changed);
    let path = folder.path().join("changed.md");
    fs::write(&path, changed).unwrap();
    let tested = bylaw(&["policy", "test", &path.display().to_string()]);
    assert_eq!(tested.code, Some(1), "{}", tested.text);
    assert!(tested.text.contains("expected redact, got coach"), "{}", tested.text);
}

#[test]
fn all_mistakes_are_reported_at_once_with_places() {
    let folder = tempfile::tempdir().unwrap();
    let source = fs::read_to_string(root().join("policies/balanced.md")).unwrap();
    let broken =
        source.replace("then: redact", "then: redakt").replacen("severity: high", "severety: high", 1);
    let path = folder.path().join("broken.md");
    fs::write(&path, broken).unwrap();
    let linted = bylaw(&["policy", "lint", "--json", &path.display().to_string()]);
    assert_eq!(linted.code, Some(1));
    let notices: serde_json::Value = serde_json::from_str(&linted.text).unwrap();
    let remedies = notices
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["remedy"].as_str().is_some_and(|r| r.contains("redact")));
    assert!(remedies.count() >= 2, "{}", linted.text);
    assert!(linted.text.contains("severety"), "{}", linted.text);
    assert!(notices.as_array().unwrap().iter().all(|n| n["line"].as_u64().unwrap() > 1));
}

#[test]
fn rendering() {
    for (form, expected) in [("html", "<h1"), ("markdown", "# "), ("cedar", "forbid")] {
        let rendered = bylaw(&["policy", "render", "policies/balanced.md", "--format", form]);
        assert!(rendered.success && rendered.text.contains(expected), "{form}");
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["balanced", "strict", "healthcare"] {
        let (policy, pdf) = (format!("policies/{name}.md"), folder.path().join(name));
        let output = pdf.display().to_string();
        let printed = bylaw(&["policy", "render", &policy, "--format", "pdf", "--output", &output]);
        if cfg!(feature = "pdf") {
            assert!(printed.success && fs::read(pdf).unwrap().starts_with(b"%PDF-1."), "{}", printed.text);
        } else {
            assert!(printed.code == Some(2) && printed.text.contains("--features pdf"), "{}", printed.text);
        }
    }
}

#[test]
fn check_says_what_the_policy_would_do() {
    for (text, expected, code) in [
        ("Brainstorm five slogans for a bakery", "allow", 0),
        ("SSN of Anna Kovacs: 536-90-4399", "redact", 0),
        ("my key is AKIAQYLPMN5HHHFPZAM2", "block", 1),
    ] {
        let checked = bylaw(&["check", "--text", text, "--tool", "openai-api"]);
        assert!(checked.text.starts_with(expected) || expected == "allow", "{text}: {}", checked.text);
        assert_eq!(checked.code, Some(code), "{text}: {}", checked.text);
    }
    let unknown = bylaw(&["check", "--text", "x", "--tool", "chatgtp"]);
    assert!(unknown.code == Some(2) && unknown.text.contains("unknown tool `chatgtp`"), "{}", unknown.text);
}

#[test]
fn init_writes_what_serve_reads_and_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").display().to_string();
    let first = bylaw(&["init", &path]);
    assert!(first.success, "{}", first.text);
    let again = bylaw(&["init", &path]);
    assert!(again.code == Some(2) && again.text.contains("is there already"), "{}", again.text);
    let config = format!("{path}/bylaw.toml");
    let checked = bylaw(&["check", "--config", &config, "--text", "hello"]);
    assert!(checked.code != Some(2), "{}", checked.text);
}

#[test]
fn folders_are_scanned_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("a b");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("note.txt"), "nothing\nwrite to jo@example.com\n").unwrap();
    let samples = root().join("detect/tests/files");
    fs::copy(samples.join("customers.xlsx"), inside.join("customers.xlsx")).unwrap();
    let path = folder.path().display().to_string();

    let text = bylaw(&["scan", &path]);
    assert_eq!(text.code, Some(1), "{}", text.text);
    assert!(text.text.contains("a b/note.txt:2:10: pii.email"), "{}", text.text);
    assert!(text.text.contains("customers.xlsx[Customers]:"), "{}", text.text);
    assert!(
        !text.text.contains("DE89370400440532013000") && !text.text.contains("jo@"),
        "masked: {}",
        text.text
    );

    let lines = bylaw(&["scan", "--format", "jsonl", "--label", "financial.iban", &path]).text;
    let labels =
        lines.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["label"].clone());
    assert_eq!(labels.collect::<Vec<_>>(), vec!["financial.iban"; 3]);

    let all: Vec<serde_json::Value> =
        serde_json::from_str(&bylaw(&["scan", "--format", "json", &path]).text).unwrap();
    let sarif: serde_json::Value =
        serde_json::from_str(&bylaw(&["scan", "--format", "sarif", &path]).text).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), all.len());
    let uri = &sarif["runs"][0]["results"][all.len() - 1]["locations"][0]["physicalLocation"]["artifactLocation"]
        ["uri"];
    assert!(uri.as_str().unwrap().ends_with("a%20b/note.txt"), "{uri}");

    let quiet = bylaw(&["scan", "--label", "secret", &path]);
    assert_eq!((quiet.code, quiet.text.as_str()), (Some(0), ""));
    let missing = bylaw(&["scan", "/nowhere/at/all"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.text.contains("/nowhere/at/all"), "{}", missing.text);
    let unknown = bylaw(&["scan", "--label", "pii.nonsense", &path]);
    assert!(unknown.text.contains("no detector finds `pii.nonsense`"), "{}", unknown.text);
}

#[test]
fn detectors_are_listed_with_their_examples() {
    let listed = bylaw(&["detectors", "pii.email"]);
    assert!(listed.success && listed.text.contains("finds    write to jo@example.com"), "{}", listed.text);
    let all: Vec<serde_json::Value> = serde_json::from_str(&bylaw(&["detectors", "--json"]).text).unwrap();
    assert!(all.iter().all(|one| !one["describes"].as_str().unwrap().is_empty()));
}

#[test]
fn a_file_that_is_no_text_is_checked_by_what_it_holds() {
    let file = root().join("detect/tests/files/customers.xlsx").display().to_string();
    let checked = bylaw(&["check", &file, "--tool", "openai-api"]);
    assert_eq!(checked.code, Some(1), "{}", checked.text);
    assert!(checked.text.contains("found financial.iban"), "{}", checked.text);
    assert!(!checked.text.contains("DE89370400440532013000"), "masked: {}", checked.text);
}

#[test]
fn a_span_is_explained() {
    let explained = bylaw(&["detect", "explain", "--text", "my credit card is 4111 1111 1111 1111"]);
    assert_eq!(explained.code, Some(1), "{}", explained.text);
    for expected in ["financial.payment_card", "its check holds", "`card` stands near, at 10", "rather than"]
    {
        assert!(explained.text.contains(expected), "{expected}: {}", explained.text);
    }
    let as_json = bylaw(&["detect", "explain", "--json", "--text", "write to jo@example.com"]).text;
    let as_json: serde_json::Value = serde_json::from_str(&as_json).unwrap();
    assert_eq!(as_json["explained"][0]["winner"]["label"], "pii.email");
}

#[test]
fn what_is_registered_is_found_listed_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("bylaw.toml"), "").unwrap();
    fs::write(path("clients.csv"), "name,account\nMarta Lindqvist,QX-7730-1942\n").unwrap();
    let plan = fs::read_to_string(root().join("policies/balanced.md")).unwrap();
    fs::write(path("plan.md"), &plan).unwrap();
    let config = path("bylaw.toml");
    let run = |arguments: &[&str]| bylaw(&[arguments, &["--config", &config]].concat());

    let wrong = run(&["register", "table", &path("clients.csv"), "--unique", "acount"]);
    assert!(wrong.code == Some(2) && wrong.text.contains("has no column `acount`"), "{}", wrong.text);
    let table = run(&["register", "table", &path("clients.csv"), "--unique", "account", "--columns", "name"]);
    assert!(table.success, "{}", table.text);
    let document = run(&["register", "document", &path("plan.md"), "--id", "plan"]);
    assert!(document.success, "{}", document.text);
    let listed = run(&["register", "list"]).text;
    assert!(listed.contains("clients  strategy.customer_database  table of 1 rows"), "{listed}");
    assert!(listed.contains("plan  ip.registered_document  document of"), "{listed}");

    let text = "What did QX-7730-1942 buy?";
    let found = run(&["check", "--text", text]).text;
    assert!(found.contains("found strategy.customer_database"), "{found}");
    fs::write(path("copied.txt"), plan.get(2_000..4_000).unwrap()).unwrap();
    let scanned = run(&["scan", &path("copied.txt")]).text;
    assert!(scanned.contains("ip.registered_document"), "{scanned}");

    assert!(run(&["register", "forget", "clients"]).success);
    assert!(!run(&["check", "--text", text]).text.contains("found strategy.customer_database"));
    let again = run(&["register", "forget", "clients"]);
    assert!(
        again.code == Some(2) && again.text.contains("nothing is registered as `clients`"),
        "{}",
        again.text
    );
}

#[test]
fn invariants_are_proved_and_versions_compared() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["balanced", "strict", "healthcare"] {
        let proved = bylaw(&["policy", "prove", &format!("policies/{name}.md")]);
        let sound = "10 of 10 invariants hold, tested over every case, 10 of them proved by the solver";
        assert!(proved.success && proved.text.contains(sound), "{}", proved.text);
    }
    let tested = bylaw(&["policy", "prove", "policies/balanced.md", "--solver", "off"]);
    assert!(tested.success && tested.text.contains("tested over every case, not proved"), "{}", tested.text);

    let policy = root().join("policies/balanced.md").display().to_string();
    let source = fs::read_to_string(&policy).unwrap();
    let holed = folder.path().join("holed.md").display().to_string();
    fs::write(
        &holed,
        source.replacen("data: secret\nthen: block", "data: secret\nwhen: tool is denied\nthen: block", 1),
    )
    .unwrap();
    let refuted = bylaw(&["policy", "prove", "--json", &holed]);
    assert_eq!(refuted.code, Some(1));
    let refuted: serde_json::Value = serde_json::from_str(&refuted.text).unwrap();
    let invariants = refuted["invariants"].as_array().unwrap();
    let (holding, broken): (Vec<_>, Vec<_>) =
        invariants.iter().partition(|invariant| invariant["holds"] == true);
    assert!(broken.iter().any(|one| one["says"] == "Credentials never reach an AI tool"), "{broken:?}");
    // The solver agrees about each of them.
    assert!(holding.iter().all(|one| one["proved"] == true), "{holding:?}");
    assert!(broken.iter().all(|one| one["proved"] == false && one["facts"].is_object()), "{broken:?}");

    // A solver that calls everything proved contradicts the refutation.
    let liar = folder.path().join("liar");
    let script = "#!/bin/sh\nwhile read -r line; do case $line in *check-sat*) echo unsat;; esac; done\n";
    fs::write(&liar, script).unwrap();
    fs::set_permissions(&liar, fs::Permissions::from_mode(0o755)).unwrap();
    let lied = bylaw(&["policy", "prove", &holed, "--solver", &liar.display().to_string()]);
    assert!(lied.code == Some(2) && lied.text.contains("disagree about"), "{}", lied.text);
    let absent = bylaw(&["policy", "prove", &policy, "--solver", "/nowhere/cvc5"]);
    assert!(absent.code == Some(2) && absent.text.contains("package cvc5"), "{}", absent.text);

    let compared = bylaw(&["policy", "diff", &policy, &holed]);
    assert!(
        compared.code == Some(1) && compared.text.contains("credentials and secrets"),
        "{}",
        compared.text
    );
    assert_eq!(bylaw(&["policy", "diff", &policy, &policy]).code, Some(0));
}

#[test]
fn the_examples_of_the_balanced_policy_notice_wrong_rules() {
    let noticed = bylaw(&["policy", "mutate", "policies/balanced.md"]);
    assert!(noticed.success, "{}", noticed.text);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("without.md").display().to_string();
    let front =
        "policy: small\ntitle: Small\nowner: me\nreview_every: 90d\napprovals: [me]\notherwise: allow";
    let rule = "data: secret\nthen: block";
    fs::write(&path, format!("---\n{front}\n---\n### DATA-6 Credentials\n```rule\n{rule}\n```\n")).unwrap();
    let unnoticed = bylaw(&["policy", "mutate", &path]);
    assert!(
        unnoticed.code == Some(1) && unnoticed.text.contains("DATA-6 the rule is gone: no example notices")
    );
}

#[test]
fn a_tree_and_a_table_are_printed() {
    let tree = bylaw(&["policy", "tree", "policies/balanced.md"]).text;
    assert!(tree.contains("**credentials and secrets**: do not send it (DATA-6)"), "{tree}");
    let table = bylaw(&["policy", "table", "policies/balanced.md"]).text;
    assert!(table.contains("| health data | allow (USE-1) | block (DATA-4) |"), "{table}");
}

#[test]
fn a_reader_that_stops_reading_is_no_mistake() {
    let command = format!("'{}' detectors | head -n 1", env!("CARGO_BIN_EXE_bylaw"));
    let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
    assert!(!output.stdout.is_empty());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
