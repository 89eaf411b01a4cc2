use std::{fs, process::Command};

use serde_json::Value;

use crate::world::{World, bylaw};

#[test]
fn canaries_go_through_the_live_gate_and_no_further() {
    let world = World::start();
    assert_eq!(world.ask("Brainstorm five slogans for a bakery").status, 200);
    let run = bylaw(&["canary", "run", "--json", "--gate", &world.gate, "--config", &world.configuration()]);
    let report: Value =
        serde_json::from_str(&run.text).unwrap_or_else(|error| panic!("{error}: {}", run.text));
    let results = report["results"].as_array().unwrap();
    assert!(run.success && results.len() >= 10, "{}", run.text);
    let expected: std::collections::BTreeSet<&str> =
        results.iter().map(|result| result["expected"].as_str().unwrap()).collect();
    assert!(
        expected.contains("allow") && expected.contains("coach") && expected.contains("block"),
        "{expected:?}"
    );
    let received = world.received();
    assert!(
        received.contains("bakery") && !received.contains("canary"),
        "nothing reached a tool: {received}"
    );
    let verified = bylaw(&["audit", "verify", "--json", "--config", &world.configuration()]);
    let report: Value = serde_json::from_str(&verified.text).unwrap();
    let records = ["records", "records_waiting"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(records.iter().sum::<u64>(), 1, "canaries leave no record: {report}");
}

#[test]
fn a_gate_that_is_away_breaks_every_promise() {
    let world = World::start();
    world.kill();
    let run = bylaw(&["canary", "run", "--gate", &world.gate, "--config", &world.configuration()]);
    assert_eq!(run.code, Some(1), "{}", run.text);
    assert!(run.text.contains("the gate did not decide: cannot connect"), "{}", run.text);
}

#[test]
fn what_broke_the_policy_is_sealed_to_a_key_that_is_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let identity = folder.path().join("key.txt").display().to_string();
    let public = bylaw(&["evidence", "keygen", &identity]);
    assert!(public.success && public.text.starts_with("age1"), "{}", public.text);
    let again = bylaw(&["evidence", "keygen", &identity]);
    assert!(!again.success && again.text.contains("cannot write a new file"), "{}", again.text);

    let world = World::with_settings(&format!("[evidence]\nrecipients = [{:?}]\n", public.text.trim()));
    world.ask("Brainstorm five slogans for a bakery");
    world.ask("Translate for the customer with SSN 536-90-4399: thank you");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let captures = runtime.block_on(async {
        let store = store::Store::open(&world.store_url).await.unwrap();
        let captures = store.captures_of(&model::PersonId::new("anna")).await.unwrap();
        store.close().await;
        captures
    });
    assert_eq!(captures.len(), 1, "what breaks nothing is not captured");
    let sealed = &captures[0].sealed;
    assert!(!String::from_utf8_lossy(sealed).contains("536"));
    let file = folder.path().join("content.age").display().to_string();
    fs::write(&file, sealed).unwrap();
    let opened = bylaw(&["evidence", "open", &file, "--identity", &identity]);
    assert!(
        opened.success && opened.text.starts_with("POST api.openai.com/v1/chat/completions"),
        "{}",
        opened.text
    );
    assert!(opened.text.contains("SSN 536-90-4399"), "{}", opened.text);
    let age = Command::new("age").args(["--decrypt", "--identity", &identity, &file]).output();
    let age = age.expect("scripts/need tests installs `age`");
    assert!(age.status.success(), "{}", String::from_utf8_lossy(&age.stderr));
    assert_eq!(String::from_utf8_lossy(&age.stdout).trim(), opened.text.trim(), "age opens the same");
    let other = folder.path().join("other.txt").display().to_string();
    assert!(bylaw(&["evidence", "keygen", &other]).success);
    let refused = bylaw(&["evidence", "open", &file, "--identity", &other]);
    assert!(!refused.success && refused.text.contains("was not sealed for the key"), "{}", refused.text);
}

#[test]
fn nothing_is_captured_unless_a_key_is_given() {
    let world = World::start();
    world.ask("Translate for the customer with SSN 536-90-4399: thank you");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let captures = runtime.block_on(async {
        let store = store::Store::open(&world.store_url).await.unwrap();
        store.captures_of(&model::PersonId::new("anna")).await.unwrap()
    });
    assert!(captures.is_empty());
}

#[test]
fn the_log_is_verified_offline() {
    let world = World::start();
    world.sign_in_link();
    let configuration = world.configuration();
    world.kill();
    let verified = bylaw(&["audit", "verify", "--config", &configuration]);
    assert!(verified.success && verified.text.contains("nothing is wrong"), "{}", verified.text);

    let folder = world.folder.path().join("export");
    let path = folder.display().to_string();
    let exported = bylaw(&["audit", "export", &path, "--config", &configuration]);
    assert!(exported.success, "{}", exported.text);
    let key = bylaw(&["audit", "key", "--config", &configuration]).text;
    let verify = |key: &str| bylaw(&["audit", "verify", "--pack", &path, "--key", key]);
    assert!(verify(key.trim()).success, "{}", verify(key.trim()).text);
    let checkpoint = folder.join("checkpoint").display().to_string();
    let kept = bylaw(&["audit", "verify", "--config", &configuration, "--checkpoint", &checkpoint]);
    assert!(kept.success, "{}", kept.text);

    let bundle = fs::read_dir(folder.join("tile/entries")).unwrap().next().unwrap().unwrap().path();
    let bundle = fs::read_dir(bundle).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&bundle).unwrap();
    let place = bytes.windows(9).position(|window| window == b"published").unwrap();
    bytes[place] = b'P';
    fs::write(&bundle, bytes).unwrap();
    let altered = verify(key.trim());
    assert_eq!(altered.code, Some(1), "{}", altered.text);
    assert!(altered.text.contains("entry 0 was altered"), "{}", altered.text);
    let again = bylaw(&["audit", "export", &path, "--config", &configuration]);
    assert!(!again.success && again.text.contains("is not empty"), "{}", again.text);
    let stranger = bylaw(&["audit", "verify", "--pack", &path, "--key", "nobody"]);
    assert_eq!(stranger.code, Some(2), "{}", stranger.text);
}
