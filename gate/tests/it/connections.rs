use model::{Outcome, Uninspected};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    client::{Answer, post, read_all, shake1},
    world::{CHAT, CONFIDENTIAL, HELLO, HOST, Setup, World},
};

#[tokio::test]
async fn hosts_of_no_tool_are_left_alone() {
    let world = World::new().await;
    let stream =
        world.tls("plain.example:443", "plain.example", &world.public_ca, &["http/1.1"]).await.unwrap();
    let mut client = shake1(stream).await;
    let answer = client.send_request(post("plain.example", CHAT, CONFIDENTIAL)).await.unwrap();
    assert_eq!(Answer::read(answer).await.status, 200, "the client shook hands with the tool itself");
    assert!(world.records().is_empty());
    assert_eq!(world.counted("tunnels_opened", Some("tunnel")), 1);
    assert!(world.counted("bytes_unscanned", Some("tunnel")) > 1000);
}

#[tokio::test]
async fn pass_through_hosts_are_recorded_and_left_alone() {
    let setup = Setup { pass_through: vec![HOST.to_owned()], ..Setup::default() };
    let world = World::with(setup).await;
    let stream = world.tls(&format!("{HOST}:443"), HOST, &world.public_ca, &["h2"]).await.unwrap();
    drop(stream);
    world.outcomes(1).await;
    let record = &world.records()[0];
    assert_eq!(record.exchange.uninspected, Some(Uninspected::PassThrough));
    assert_eq!(record.outcome, Outcome::Forwarded);
    assert!(world.completions(1).await[0].bytes_down > 500);
}

#[tokio::test]
async fn pass_through_hosts_are_refused_where_the_policy_says_so() {
    let setup = Setup { pass_through: vec![HOST.to_owned()], uninspected: "block", ..Setup::default() };
    let world = World::with(setup).await;
    let (_, answer) = world.raw(&format!("CONNECT {HOST}:443 HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!(world.outcomes(1).await, ["blocked api.openai.com"]);
}

#[tokio::test]
async fn three_names_must_agree() {
    let world = World::new().await;
    // CONNECT and ClientHello differ.
    let stream = world.tls("chatgpt.com:443", HOST, &world.ca, &["http/1.1"]).await.unwrap();
    let mut client = shake1(stream).await;
    let answer = Answer::read(client.send_request(post(HOST, CHAT, HELLO)).await.unwrap()).await;
    assert_eq!(answer.status, 421, "{}", answer.text());
    // ClientHello and Host differ.
    let mut client = world.http1(HOST).await;
    let answer = Answer::read(client.send_request(post("chatgpt.com", CHAT, HELLO)).await.unwrap()).await;
    assert_eq!(answer.status, 421, "{}", answer.text());
    assert!(answer.text().contains("the request names `chatgpt.com:443`"), "{}", answer.text());
    // Spelled differently, they agree.
    client.ready().await.unwrap();
    let answer = client.send_request(post("API.openai.com:443", CHAT, HELLO)).await.unwrap();
    assert_eq!(Answer::read(answer).await.status, 200);
    assert_eq!(world.tool.received().len(), 1);
    assert_eq!(world.counted("requests_refused", Some("misdirected")), 2);
    assert_eq!(
        world.outcomes(3).await,
        ["rejected chatgpt.com", "rejected api.openai.com", "forwarded api.openai.com"]
    );
}

#[tokio::test]
async fn a_tool_named_in_another_hosts_tunnel_is_refused() {
    let world = World::new().await;
    let shaken = world.tls("plain.example:443", HOST, &world.public_ca, &["http/1.1"]).await;
    assert!(shaken.is_err(), "the tunnel is closed");
    assert_eq!(world.counted("requests_refused", Some("misdirected")), 1);
}

#[tokio::test]
async fn a_tool_reached_by_its_address_is_inspected() {
    let mut setup = Setup::default();
    setup.config.connect.insert("192.0.2.7".to_owned(), "127.0.0.1:9".parse().unwrap());
    // Reaching the address itself is not needed, but CONNECT to it must succeed.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    setup.config.connect.insert("192.0.2.7".to_owned(), listener.local_addr().unwrap());
    let world = World::with(setup).await;
    let stream = world.tls("192.0.2.7:443", HOST, &world.ca, &["http/1.1"]).await.unwrap();
    let mut client = shake1(stream).await;
    let answer = Answer::read(client.send_request(post(HOST, CHAT, CONFIDENTIAL)).await.unwrap()).await;
    assert_eq!(answer.status, 403);
    assert_eq!(world.outcomes(1).await, ["blocked api.openai.com"]);
}

#[tokio::test]
async fn plain_http_inside_a_tunnel_to_a_tool_is_inspected() {
    let mut setup = Setup::default();
    setup.config.connect.insert(HOST.to_owned(), "127.0.0.1:9".parse().unwrap());
    let world = World::with(setup).await;
    let stream = world.connect(&format!("{HOST}:80")).await;
    let mut client = shake1(stream).await;
    let answer = client.send_request(post(HOST, CHAT, CONFIDENTIAL)).await.unwrap();
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn addresses_of_this_machine_and_its_cloud_are_refused() {
    let world = World::new().await;
    for authority in
        ["127.0.0.1:443", "localhost:443", "[::1]:443", "169.254.169.254:80", "0.0.0.0:443", "2130706433:443"]
    {
        let (mut stream, answer) =
            world.raw(&format!("CONNECT {authority} HTTP/1.1\r\nhost: x\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{authority}: {answer}");
        drop(stream.shutdown().await);
    }
    let (mut stream, answer) = world
        .raw("GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(read_all(&mut stream).await.contains("link-local address"));
    assert_eq!(world.counted("requests_refused", Some("address")), 7);
}

#[tokio::test]
async fn the_proxy_does_not_connect_to_itself() {
    let mut setup = Setup::default();
    setup.config.allow = vec!["127.0.0.0/8".parse().unwrap()];
    setup.config.ports = (1024..=65535).collect();
    let world = World::with(setup).await;
    let (_, answer) = world.raw(&format!("CONNECT {} HTTP/1.1\r\nhost: x\r\n\r\n", world.proxy)).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn allowed_networks_can_be_reached() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut setup = Setup::default();
    setup.config.allow = vec!["127.0.0.1/32".parse().unwrap()];
    setup.config.ports.push(port);
    let world = World::with(setup).await;
    let mut stream = world.connect(&format!("127.0.0.1:{port}")).await;
    let (mut server, _) = listener.accept().await.unwrap();
    // The server may speak first.
    server.write_all(b"220 hello\r\n").await.unwrap();
    let mut said = [0; 11];
    stream.read_exact(&mut said).await.unwrap();
    assert_eq!(&said, b"220 hello\r\n");
    stream.write_all(b"\x16raw").await.unwrap();
    let mut heard = [0; 4];
    server.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"\x16raw");
}

#[tokio::test]
async fn only_open_ports_are_reached() {
    let world = World::new().await;
    let (_, answer) = world.raw("CONNECT mail.example:25 HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn clients_beyond_the_limit_are_told() {
    let mut setup = Setup::default();
    setup.config.limits.connections = 2;
    let world = World::with(setup).await;
    let kept = (world.connect(&format!("{HOST}:443")).await, world.connect(&format!("{HOST}:443")).await);
    let mut third = world.tcp().await;
    assert!(read_all(&mut third).await.starts_with("HTTP/1.1 503"));
    assert_eq!(world.counted("connections_dropped", None), 1);
    drop(kept);
}

#[tokio::test]
async fn stopping_lets_exchanges_end() {
    let mut world = World::new().await;
    let mut client = world.http1(HOST).await;
    let answer = client.send_request(post(HOST, &format!("{CHAT}?events"), HELLO)).await.unwrap();
    world.stop.cancel();
    assert!(Answer::read(answer).await.text().contains("[DONE]"));
    (&mut world.serving).await.unwrap().unwrap();
    assert_eq!(world.kept_completions(), 1);
    assert!(tokio::net::TcpStream::connect(world.proxy).await.is_err());
}
