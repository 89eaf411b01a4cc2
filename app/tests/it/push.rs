use std::{fs, process::Command};

use serde_json::{Value, json};

use crate::world::{Printed, World, bylaw, root};

/// What a browser's session is made of.
struct Session {
    jar: String,
    csrf: String,
}

pub(crate) fn curl(arguments: &[&str]) -> Value {
    let output = Command::new("curl").args(["--silent", "--show-error"]).args(arguments).output().unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}

fn sign_in(world: &World) -> Session {
    let link = world.sign_in_link();
    let code = link.rsplit_once("code=").unwrap().1;
    let jar = world.folder.path().join("jar").display().to_string();
    let url = format!("{}/api/v1/session/one-time", world.console);
    let session = curl(&["--cookie-jar", &jar, "--json", &json!({ "code": code }).to_string(), &url]);
    Session { jar, csrf: session["csrf"].as_str().unwrap().to_owned() }
}

/// An API token of that role.
pub(crate) fn token_of(world: &World, role: &str) -> String {
    let Session { jar, csrf } = sign_in(world);
    let (header, url) = (format!("x-bylaw-csrf: {csrf}"), format!("{}/api/v1/tokens", world.console));
    let token = json!({ "name": role, "role": role }).to_string();
    let made = curl(&["--cookie", &jar, "--header", &header, "--json", &token, &url]);
    made["token"].as_str().unwrap().to_owned()
}

/// A file with an API token of an administrator's.
fn token(world: &World) -> String {
    let path = world.folder.path().join("token");
    fs::write(&path, token_of(world, "administrator")).unwrap();
    path.display().to_string()
}

#[test]
fn a_file_is_pushed_from_a_repository() {
    let world = World::start();
    let token = token(&world);
    let file = world.folder.path().join("policy.md");
    let path = file.display().to_string();
    let push = |source: &str, more: &[&str]| -> Printed {
        fs::write(&file, source).unwrap();
        let mut arguments = vec!["policy", "push", &path, "--server", &world.console, "--token-file", &token];
        arguments.extend(more);
        bylaw(&arguments)
    };
    let balanced = fs::read_to_string(root().join("policies/balanced.md")).unwrap();

    let broken = push(&balanced.replacen("then: redact", "then: forbid", 1), &[]);
    assert_eq!(broken.code, Some(1), "{}", broken.text);
    assert!(broken.text.contains("`forbid`") && broken.text.contains("not pushed"), "{}", broken.text);

    let begun = push(&balanced, &[]);
    assert_eq!(begun.code, Some(0), "{}", begun.text);
    for line in [
        "draft acceptable-ai-use begun, 0 warnings",
        "every exchange is treated as by the policy in force",
        "failed  approvals   `business` has not approved it; `it` has not approved it",
    ] {
        assert!(begun.text.contains(line), "{line}\n{}", begun.text);
    }
    let stricter = balanced.replacen("otherwise: coach", "otherwise: block", 1);
    let changed = push(&stricter, &["--require-ready"]);
    assert_eq!(changed.code, Some(3), "{}", changed.text);
    assert!(changed.text.contains("draft acceptable-ai-use changed"), "{}", changed.text);
    assert!(changed.text.contains("coach -> block: "), "{}", changed.text);
}

#[test]
fn a_push_to_nowhere_says_what_to_do() {
    let elsewhere = bylaw(&["policy", "push", "policies/balanced.md", "--server", "bylaw.example.com"]);
    assert!(!elsewhere.success, "{}", elsewhere.text);
    assert!(elsewhere.text.contains("BYLAW_TOKEN"), "{}", elsewhere.text);
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    fs::write(&token, "x").unwrap();
    let token = token.display().to_string();
    for (server, says) in
        [("bylaw.example.com", "write it as `https://"), ("http://127.0.0.1:1", "cannot talk to")]
    {
        let pushed =
            bylaw(&["policy", "push", "policies/balanced.md", "--server", server, "--token-file", &token]);
        assert!(!pushed.success && pushed.text.contains(says), "{}", pushed.text);
    }
}
