use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::world::{World, bylaw};

#[test]
fn what_strangers_send_gets_a_clear_error_and_the_process_stays_healthy() {
    let world = World::start();
    for (what, bytes, expected) in [
        ("no HTTP", "hello\r\n\r\n".to_owned(), "400"),
        ("no host", "CONNECT :443 HTTP/1.1\r\n\r\n".to_owned(), "400"),
        ("a forbidden port", "CONNECT api.openai.com:25 HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "403"),
        ("loopback", "GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned(), "403"),
        (
            "metadata",
            "GET http://169.254.169.254/latest HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n".to_owned(),
            "403",
        ),
        ("a huge head", format!("GET http://x/ HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(300_000)), "431"),
    ] {
        let answer = raw(&world.gate, bytes.as_bytes());
        assert!(
            answer.starts_with("HTTP/1.1 ") && answer[9..].starts_with(expected),
            "{what}: {answer:.200}"
        );
    }
    assert_eq!(world.ask("Brainstorm a name for a bakery").status, 200);
}

#[test]
fn a_wrong_password_is_refused() {
    let world = World::start();
    let answer = world.curl(&[
        "--proxy",
        &format!("http://anna:wrong@{}", world.gate),
        "https://api.openai.com/v1/models",
    ]);
    assert_ne!(answer.status, 200);
    assert!(answer.error.contains("407"), "{answer:?}");
}

#[test]
fn malformed_bodies_are_answered_and_recorded() {
    let world = World::start();
    let url = "https://api.groq.com/openai/v1/chat/completions";
    let broken =
        world.curl(&["--data-binary", "{\"messages\": [", "-H", "content-type: application/json", url]);
    assert_eq!(
        broken.status, 403,
        "content that was not read stays away from a tool that nobody has reviewed: {broken:?}"
    );
    let unread = world.curl(&["--data-binary", "no gzip", "-H", "content-encoding: gzip", url]);
    assert_eq!(unread.status, 403, "{unread:?}");
    assert!(unread.body.contains("could not be inspected"), "{unread:?}");
    assert!(!world.received().contains("no gzip"));
}

#[test]
fn an_unreachable_tool_gets_502_with_the_cause() {
    let world = World::start();
    let answer = world.curl(&["--json", "{}", "https://api.mistral.ai/v1/chat/completions"]);
    assert!(answer.status == 502 || answer.status == 403, "{answer:?}");
    let unknown = world.curl(&["https://no-such-host.invalid/"]);
    assert!(unknown.error.contains("502"), "{unknown:?}");
}

#[test]
fn mistakes_in_the_configuration_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bylaw.toml");
    for (text, expected) in [
        ("[gate]\nlisen = \"127.0.0.1:0\"", "unknown key `lisen`; did you mean `listen`?"),
        ("[people]\nfile = \"nobody.csv\"", "nobody.csv"),
        ("[tool.chatgtp]\nstate = \"approved\"", "chatgtp"),
        ("[store]\nurl = \"mysql://x\"", "not the address of a store"),
    ] {
        fs::write(&path, text).unwrap();
        let ended = bylaw(&["serve", "--config", &path.display().to_string()]);
        assert!(ended.code == Some(2) && ended.text.contains(expected), "{text}: {}", ended.text);
    }
    let missing = bylaw(&["serve", "--config", "/nowhere/bylaw.toml"]);
    assert!(missing.text.contains("bylaw init"), "{}", missing.text);
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bylaw.toml");
    fs::write(&path, format!("[console]\nlisten = \"{}\"", taken.local_addr().unwrap())).unwrap();
    let ended = bylaw(&["serve", "--config", &path.display().to_string()]);
    assert!(
        ended.text.contains("cannot listen on") && ended.text.contains("console.listen"),
        "{}",
        ended.text
    );
}

fn raw(gate: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(gate).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The gate may refuse before it has read everything.
    let _ = stream.write_all(bytes);
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
