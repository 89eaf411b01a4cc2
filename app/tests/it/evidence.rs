use std::fs;

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
