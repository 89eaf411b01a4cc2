use std::process::Command;

use crate::{
    sensor,
    world::{World, bylaw, root},
};

const SSN: &str = "536-90-4399";

#[test]
fn curl_is_allowed_redacted_and_blocked() {
    let world = World::start();
    let allowed = world.ask("Brainstorm five slogans for a bakery's summer newsletter");
    assert_eq!(allowed.status, 200, "{allowed:?}");

    let redacted = world.ask(&format!("Repeat: the file of Anna Kovacs has SSN {SSN}"));
    assert_eq!(redacted.status, 200, "{redacted:?}");
    assert!(redacted.body.contains(SSN), "the person gets the answer in their own words: {redacted:?}");
    let received = world.received();
    assert!(!received.contains(SSN) && received.contains("[US_SSN_"), "the tool got a placeholder only");

    let key = format!("AKIA{}", "QYLPMN5HHHFPZAM2");
    let blocked = world.ask(&format!("Why does AWS_ACCESS_KEY_ID={key} fail?"));
    assert_eq!(blocked.status, 403, "{blocked:?}");
    assert!(blocked.body.contains("\"error\"") && !blocked.body.contains(&key), "{blocked:?}");
    assert!(!world.received().contains(&key));
}

#[test]
fn what_is_registered_while_bylaw_runs_is_held_back_without_a_restart() {
    let world = World::start();
    let text = "Where does the customer with account QX-7730-1942 live?";
    assert_eq!(world.ask(text).status, 200);
    let table = world.folder.path().join("clients.csv");
    std::fs::write(&table, "name,account\nMarta Lindqvist,QX-7730-1942\n").unwrap();
    let file = table.display().to_string();
    let registered =
        bylaw(&["register", "table", &file, "--unique", "account", "--config", &world.configuration()]);
    assert!(registered.success, "{}", registered.text);
    let is_known = || world.ask(text).status == 403;
    assert!((0..100).any(|_| is_known() || wait()), "still sent after ten seconds");
}

#[test]
fn a_draft_is_put_to_what_was_recorded() {
    let world = World::start();
    assert_eq!(world.ask("Brainstorm five slogans for a bakery").status, 200);
    assert_eq!(world.ask(&format!("Repeat: the file of Anna Kovacs has SSN {SSN}")).status, 200);
    let source = std::fs::read_to_string(root().join("policies/balanced.md")).unwrap();
    let draft = world.folder.path().join("draft.md");
    std::fs::write(&draft, source.replacen("then: redact", "then: block", 1)).unwrap();
    let draft = draft.display().to_string();
    let tested = bylaw(&["policy", "backtest", &draft, "--json", "--config", &world.configuration()]);
    assert_eq!(tested.code, Some(1), "{}", tested.text);
    let report: serde_json::Value = serde_json::from_str(&tested.text).unwrap();
    assert_eq!((&report["records"], &report["people"]), (&2.into(), &1.into()), "{report}");
    let change = &report["changes"][0];
    assert_eq!(
        (&change["from"], &change["to"], &change["clause"]),
        (&"redact".into(), &"block".into(), &"DATA-2".into())
    );
    assert_eq!(change["exchanges"], 1);
    assert!(!tested.text.contains(SSN), "masked");
}

/// Waits a little, and is never satisfied.
fn wait() -> bool {
    std::thread::sleep(std::time::Duration::from_millis(100));
    false
}

#[test]
fn python_sdks() {
    let world = World::start();
    world.run(Command::new(root().join(".tools/python/bin/python")).args(["e2e/test_sdks.py"]));
}

#[test]
fn node_sdk() {
    let world = World::start();
    world.run(Command::new("node").args(["--test", "--test-reporter=spec", "e2e/openai.test.mjs"]));
}

#[test]
fn a_browser_on_the_tool_s_own_page() {
    let world = World::start();
    world.run(Command::new("node").args(["--test", "--test-reporter=spec", "e2e/chat.test.mjs"]));
}

#[test]
fn a_policy_s_whole_life_in_the_console() {
    let world = World::start();
    let mut walk = Command::new("node");
    walk.args(["--test", "--test-reporter=spec", "console/e2e/walk.mjs"]);
    world.run(walk.env("SIGN_IN_URL", world.sign_in_link()));
}

#[test]
fn a_browser_on_the_console() {
    let folder = tempfile::tempdir().unwrap();
    let public = bylaw(&["evidence", "keygen", &folder.path().join("key.txt").display().to_string()]);
    let world = World::with_settings(&format!(
        "[evidence]\nrecipients = [{:?}]\n[[sensor.log]]\nfile = \"zeek.json\"\n",
        public.text.trim()
    ));
    let hosts = ["www.perplexity.ai", "chat.unheard-llm.ai", "www.our-gpt-shop.com", "dns.google"];
    for (number, host) in (1..).zip(hosts) {
        sensor::append(&world.folder.path().join("zeek.json"), &sensor::connection(number, host));
    }
    for product in ["bakery", "florist", "bookshop", "garage"] {
        world.ask(&format!("Brainstorm five slogans for a {product}'s summer newsletter"));
    }
    world.ask(&format!("Repeat: the file of Anna Kovacs has SSN {SSN}"));
    world.ask(&format!("Why does AWS_ACCESS_KEY_ID=AKIA{} fail?", "QYLPMN5HHHFPZAM2"));
    let link = world.sign_in_link();
    world.run(Command::new("npm").args(["--prefix", "console", "run", "e2e"]).env("SIGN_IN_URL", link));
}
