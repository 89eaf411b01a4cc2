use model::{Outcome, Uninspected};

use crate::{
    client::{Answer, get, post},
    upstream::Received,
    world::{CHAT, CONFIDENTIAL, HELLO, HOST, SSN, Setup, World},
};

fn header<'a>(received: &'a Received, name: &str) -> Option<&'a str> {
    received.headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn an_allowed_prompt_goes_on_as_it_came() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let mut request = post(HOST, CHAT, HELLO);
    for (name, value) in [
        ("authorization", "Bearer sk-own"),
        ("proxy-authorization", "Basic YTpi"),
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("accept-encoding", "gzip"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = Answer::read(client.send_request(request).await.unwrap()).await;
    assert!(answer.text().contains("Hello there"), "{}", answer.text());
    assert_eq!(answer.headers.get("alt-svc"), None);
    let received = world.tool.last();
    assert_eq!(received.body, HELLO);
    assert_eq!(header(&received, "host"), Some(HOST));
    assert_eq!(header(&received, "authorization"), Some("Bearer sk-own"));
    assert_eq!(header(&received, "accept-encoding"), Some("gzip"));
    for gone in ["proxy-authorization", "connection", "x-hop"] {
        assert_eq!(header(&received, gone), None, "{gone}");
    }
    assert_eq!(world.outcomes(1).await, ["forwarded api.openai.com"]);
    let completion = &world.completions(1).await[0];
    assert_eq!(completion.id, world.records()[0].exchange.id);
    assert_eq!((completion.status, completion.error.as_deref()), (Some(200), None));
    assert_eq!(completion.bytes_down, answer.body.len() as u64);
}

#[tokio::test]
async fn a_redacted_prompt_comes_back_whole() {
    for query in ["", "?gzip"] {
        let world = World::new().await;
        let answer = world.post(HOST, &format!("{CHAT}{query}"), SSN).await;
        assert!(answer.text().contains("My SSN is 536-90-4399."), "{}", answer.text());
        assert_eq!(answer.headers.get("content-encoding"), None);
        let received = world.tool.last();
        let sent = std::str::from_utf8(&received.body).unwrap();
        assert!(!sent.contains("536-90-4399") && sent.contains("My SSN is ["), "{sent}");
        assert_eq!(header(&received, "accept-encoding"), Some("identity"));
        assert_eq!(header(&received, "content-length"), Some(sent.len().to_string().as_str()));
        assert_eq!(world.outcomes(1).await, ["redacted api.openai.com"]);
        assert_eq!(world.completions(1).await[0].restored, 1);
    }
}

#[tokio::test]
async fn a_blocked_prompt_is_answered_and_the_connection_stays() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    for _ in 0..3 {
        let answer = Answer::read(client.send_request(post(HOST, CHAT, CONFIDENTIAL)).await.unwrap()).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert!(answer.text().contains("DATA-2"), "{}", answer.text());
    }
    let answer = Answer::read(client.send_request(post(HOST, CHAT, HELLO)).await.unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(world.tool.received().len(), 1, "only the allowed one arrived");
    assert_eq!(world.outcomes(4).await[..2], ["blocked api.openai.com", "blocked api.openai.com"]);
    assert_eq!(world.completions(1).await.len(), 1, "what was not sent on has no completion");
}

#[tokio::test]
async fn what_is_no_exchange_is_not_recorded() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    let answer = Answer::read(client.send_request(get(HOST, "/v1/models")).await.unwrap()).await;
    assert_eq!(answer.status, 200);
    let answer = Answer::read(client.send_request(get(HOST, "/empty")).await.unwrap()).await;
    assert_eq!(answer.status, 204);
    assert!(world.records().is_empty());
}

#[tokio::test]
async fn http2_speaks_http2_on_both_sides() {
    let world = World::new().await;
    let mut client = world.http2(HOST).await;
    let calls = (0..20).map(|_| {
        let mut request = post(HOST, CHAT, HELLO);
        *request.uri_mut() = format!("https://{HOST}{CHAT}").parse().unwrap();
        request.headers_mut().remove("host");
        client.send_request(request)
    });
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(Answer::read(answer.unwrap()).await.status, 200);
    }
    let received = world.tool.received();
    assert_eq!(received.len(), 20);
    assert!(received.iter().all(|one| one.version == http::Version::HTTP_2), "upstream speaks HTTP/2");
    assert_eq!(world.tool.connections(), 1, "one connection carries all");
    assert_eq!(world.outcomes(20).await.len(), 20);
    assert_eq!(world.completions(20).await.len(), 20);
}

#[tokio::test]
async fn http2_clients_reach_tools_that_speak_http1() {
    let world = World::with(Setup { protocols: &["http/1.1"], ..Setup::default() }).await;
    let mut client = world.http2(HOST).await;
    let calls = (0..5).map(|_| {
        let mut request = post(HOST, CHAT, SSN);
        *request.uri_mut() = format!("https://{HOST}{CHAT}").parse().unwrap();
        request.headers_mut().append("cookie", "a=1".parse().unwrap());
        request.headers_mut().append("cookie", "b=2".parse().unwrap());
        client.send_request(request)
    });
    for answer in futures_util::future::join_all(calls).await {
        assert!(Answer::read(answer.unwrap()).await.text().contains("536-90-4399"));
    }
    let received = world.tool.last();
    assert_eq!(received.version, http::Version::HTTP_11);
    assert_eq!(header(&received, "host"), Some(HOST));
    assert_eq!(header(&received, "cookie"), Some("a=1; b=2"));
}

#[tokio::test]
async fn upstream_connections_are_reused_and_never_shared() {
    let world = World::new().await;
    let (mut anna, mut bert) = (world.http1(HOST).await, world.http1(HOST).await);
    for _ in 0..5 {
        for client in [&mut anna, &mut bert] {
            client.ready().await.unwrap();
            let answer = client.send_request(post(HOST, CHAT, HELLO)).await.unwrap();
            assert_eq!(Answer::read(answer).await.status, 200);
        }
    }
    let connections: Vec<usize> = world.tool.received().iter().map(|one| one.connection).collect();
    assert_eq!(world.tool.connections(), 2);
    assert!(
        connections.chunks(2).all(|pair| pair == &connections[..2] && pair[0] != pair[1]),
        "{connections:?}"
    );
}

#[tokio::test]
async fn a_stale_upstream_connection_is_replaced() {
    let world = World::new().await;
    let mut client = world.http1(HOST).await;
    for _ in 0..3 {
        client.ready().await.unwrap();
        let answer = client.send_request(post(HOST, &format!("{CHAT}?close"), HELLO)).await.unwrap();
        assert_eq!(Answer::read(answer).await.text(), "bye");
    }
    assert_eq!(world.tool.connections(), 3);
}

#[tokio::test]
async fn the_policy_decides_about_what_is_too_large() {
    let large = HELLO.replace("Hello", &"Hello ".repeat(100_000));
    for (uninspected, status, outcome) in
        [("allow", 200, Outcome::Forwarded), ("block", 403, Outcome::Blocked)]
    {
        let world = World::with(Setup { uninspected, body_limit: 10_000, ..Setup::default() }).await;
        let mut client = world.http1(HOST).await;
        let answer = Answer::read(client.send_request(post(HOST, CHAT, large.clone())).await.unwrap()).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        world.outcomes(1).await;
        let record = &world.records()[0];
        assert_eq!((record.outcome, record.exchange.uninspected), (outcome, Some(Uninspected::TooLarge)));
        if status == 200 {
            assert_eq!(world.tool.last().body, large, "prefix and rest are what was sent");
            assert_eq!(world.counted("bytes_unscanned", Some("too_large")), large.len() as u64);
        }
        client.ready().await.unwrap();
        let again = client.send_request(post(HOST, CHAT, HELLO)).await.unwrap();
        assert_eq!(Answer::read(again).await.status, 200, "the connection stays usable");
    }
}

#[tokio::test]
async fn plain_http_to_a_tool_is_inspected_too() {
    let mut setup = Setup::default();
    setup.config.ports.push(11434);
    let world = World::with(setup).await;
    let mut client = world.plain().await;
    let mut ask = async |host: &str, body: &'static str| {
        client.ready().await.unwrap();
        let request = post(host, &format!("http://{host}{CHAT}"), body);
        Answer::read(client.send_request(request).await.unwrap()).await
    };
    assert_eq!(ask("tool.example", HELLO).await.status, 200);
    assert_eq!(ask("tool.example", CONFIDENTIAL).await.status, 403);
    assert!(ask("tool.example", SSN).await.text().contains("536-90-4399"));
    assert_eq!(ask("other.example", CONFIDENTIAL).await.status, 200, "not a tool");
    assert_eq!(world.outcomes(3).await.len(), 3);
    assert!(!String::from_utf8_lossy(&world.tool.received()[1].body).contains("536-90-4399"));
}
