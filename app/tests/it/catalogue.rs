use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::world::{World, bylaw};

/// A key pair that belongs to nobody.
const PRIVATE: &str = "PRIVATE+KEY+catalogue.example+b34b4859+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
const PUBLIC: &str = "catalogue.example+b34b4859+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
const FILE: &str = "[listed.image]\npainter = { name = \"Painter\", hosts = [\"paint.example\"] }\n";

#[test]
fn updates_are_applied_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::write(at("key"), PRIVATE).unwrap();
    fs::write(at("tools.toml"), FILE).unwrap();
    fs::write(at("bylaw.toml"), format!("[catalog]\nbundle_keys = [{PUBLIC:?}]\n")).unwrap();
    for version in ["7", "8"] {
        let sealed = bylaw(&[
            "catalog",
            "seal",
            "--number",
            version,
            "--key",
            &at("key"),
            "--out",
            &at(version),
            &at("tools.toml"),
        ]);
        assert!(sealed.success, "{}", sealed.text);
    }
    let with = |act: &str, bundle: &str| bylaw(&["catalog", act, &at(bundle), "--config", &at("bylaw.toml")]);
    let verified = with("verify", "8");
    assert!(verified.success && verified.text.contains("Version 8 with 1 tools"), "{}", verified.text);
    assert!(with("apply", "8").success);
    for act in ["verify", "apply"] {
        let old = with(act, "7");
        assert!(!old.success && old.text.contains("version 7, and version 8 is in use"), "{}", old.text);
    }
    fs::write(at("bylaw.toml"), "").unwrap();
    let stranger = with("verify", "8");
    assert!(!stranger.success && stranger.text.contains("no trusted key signed"), "{}", stranger.text);
}

#[test]
fn tenant_headers_reach_the_provider_once_and_canaries_watch_them() {
    let world = World::with_settings("[tenants]\nopenai_api = [\"org-ours\"]\n");
    let body = r#"{"model":"gpt-5","messages":[{"role":"user","content":"Brainstorm a name for a bakery"}]}"#;
    let url = "https://api.openai.com/v1/chat/completions";
    for protocol in ["--http1.1", "--http2"] {
        let forged =
            ["OpenAI-Allowed-Organization-Ids: org-theirs", "openai-allowed-organization-ids: org-more"];
        let answer =
            world.curl(&[protocol, "--header", forged[0], "--header", forged[1], "--json", body, url]);
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let received: Value = serde_json::from_str(&world.received()).unwrap();
    let requests = received["received"].as_array().unwrap();
    assert_eq!(requests.len(), 2);
    for request in requests {
        let fields = request["headers"].as_array().unwrap().iter();
        let values: Vec<&str> = fields
            .filter(|field| field[0] == "openai-allowed-organization-ids")
            .map(|field| field[1].as_str().unwrap())
            .collect();
        assert_eq!(values, ["org-ours"], "{}", request["version"]);
    }
    let canaries = bylaw(&["canary", "run", "--gate", &world.gate, "--config", &world.configuration()]);
    assert!(canaries.success, "{}", canaries.text);
    // The gate that runs knows nothing of a control that is configured now: that is a broken promise.
    let path = world.configuration();
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("[tenants]\n", "[tenants]\nchatgpt = \"550e8400-e29b-41d4-a716-446655440000\"\n");
    fs::write(&path, text).unwrap();
    let canaries = bylaw(&["canary", "run", "--gate", &world.gate, "--config", &path]);
    let missing = "the headers of the tenant control `chatgpt` would not be sent";
    assert!(canaries.code == Some(1) && canaries.text.contains(missing), "{}", canaries.text);
}

#[test]
fn a_value_that_the_vendor_would_not_take_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bylaw.toml").display().to_string();
    fs::write(&path, "[tenants]\ngemini_code_assist = \"\"\nopenai = \"org-1\"\n").unwrap();
    let started = bylaw(&["serve", "--config", &path]);
    assert!(!started.success);
    for expected in
        ["`tenants.gemini_code_assist`: ``: give domains", "`tenants.openai`: there is no such control"]
    {
        assert!(started.text.contains(expected), "{}", started.text);
    }
}

#[test]
fn api_keys_are_registered_by_hash() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bylaw.toml");
    fs::write(&path, "").unwrap();
    let hash = |key: &str| {
        let mut process = Command::new(env!("CARGO_BIN_EXE_bylaw"))
            .args(["accounts", "hash", "--config"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        process.stdin.take().unwrap().write_all(key.as_bytes()).unwrap();
        String::from_utf8(process.wait_with_output().unwrap().stdout).unwrap().trim().to_owned()
    };
    let (one, again, other) = (hash("sk-ours"), hash("sk-ours\n"), hash("sk-theirs"));
    assert_eq!(one.len(), 64);
    assert_eq!(one, again);
    assert_ne!(one, other);
    fs::write(&path, format!("[accounts]\napi_keys = [\"{one}\"]\n")).unwrap();
    assert_eq!(hash("sk-ours"), one, "the configuration is read");
}
