use crate::{
    client::{Answer, get},
    world::World,
};

#[tokio::test]
async fn the_file_names_the_proxy_as_the_client_does() {
    let world = World::new().await;
    let mut client = world.plain().await;
    let answer = client.send_request(get("gate.example:8080", "/proxy.pac")).await.unwrap();
    let answer = Answer::read(answer).await;
    assert_eq!(answer.headers["content-type"], "application/x-ns-proxy-autoconfig");
    assert!(answer.text().contains("\"=openai.com\": 1"), "{}", answer.text());
    assert!(answer.text().contains("return \"PROXY gate.example:8080\";"), "{}", answer.text());
    client.ready().await.unwrap();
    let answer = client.send_request(get("evil\"x", "/proxy.pac")).await.unwrap();
    let own = format!("return \"PROXY {}\";", world.proxy);
    assert!(Answer::read(answer).await.text().contains(&own), "what cannot be a host is not quoted");
}

#[tokio::test]
async fn other_pages_say_what_this_is() {
    let world = World::new().await;
    let mut client = world.plain().await;
    let answer = Answer::read(client.send_request(get("gate.example", "/")).await.unwrap()).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("this is a proxy"), "{}", answer.text());
}
