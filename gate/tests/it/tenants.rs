use http::{HeaderMap, HeaderName, Version};
use model::{AccountKind, Activity, Uninspected};

use crate::{
    client::{Answer, get, post},
    upstream::Received,
    world::{CHAT, HELLO, HOST, Setup, World},
};

const OURS: &str = "550e8400-e29b-41d4-a716-446655440000";
const POLICY: &str = "550e8400-e29b-41d4-a716-446655440000:6ba7b810-9dad-11d1-80b4-00c04fd430c8";
const LOGIN: &str = "login.microsoftonline.com";
const WORKSPACES: &str = "ChatGPT-Allowed-Workspace-Id";
const ORGANISATIONS: &str = "OpenAI-Allowed-Organization-Ids";

async fn world() -> World {
    let tenants = &[("chatgpt", OURS), ("openai_api", "org-ours"), ("microsoft", POLICY)];
    World::with(Setup { tenants, ..Setup::default() }).await
}

fn all<'a>(received: &'a Received, name: &str) -> Vec<&'a str> {
    received.headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

/// Copies of a header as a client may try to send them, and a `Connection` that asks to take ours away.
fn forge(headers: &mut HeaderMap, name: &str, version: Version) {
    for (name, value) in
        [(name.to_owned(), "theirs"), (name.to_ascii_lowercase(), "org-theirs"), (name.to_uppercase(), "")]
    {
        headers.append(HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    if version == Version::HTTP_11 {
        headers.insert("connection", name.parse().unwrap());
    }
}

#[tokio::test]
async fn exactly_one_header_arrives_over_either_protocol() {
    let world = world().await;
    let mut request = post(HOST, CHAT, HELLO);
    forge(request.headers_mut(), ORGANISATIONS, Version::HTTP_11);
    let answer = world.http1(HOST).await.send_request(request).await.unwrap();
    assert_eq!(Answer::read(answer).await.status, 200);
    assert_eq!(all(&world.tool.last(), ORGANISATIONS), ["org-ours"]);

    let mut request = post(HOST, CHAT, HELLO);
    *request.uri_mut() = format!("https://{HOST}{CHAT}").parse().unwrap();
    request.headers_mut().remove("host");
    forge(request.headers_mut(), ORGANISATIONS, Version::HTTP_2);
    let answer = world.http2(HOST).await.send_request(request).await.unwrap();
    assert_eq!(Answer::read(answer).await.status, 200);
    let received = world.tool.last();
    assert_eq!((received.version, all(&received, ORGANISATIONS)), (Version::HTTP_2, vec!["org-ours"]));
    assert_eq!(all(&received, WORKSPACES), [""; 0], "another host's");
    assert_eq!(world.counted("tenant_requests", Some("set")), 2);
}

#[tokio::test]
async fn requests_that_are_no_use_carry_it_too() {
    let world = world().await;
    let answer =
        world.http1("chatgpt.com").await.send_request(get("chatgpt.com", "/backend-api/me")).await.unwrap();
    assert_eq!(Answer::read(answer).await.status, 200);
    assert_eq!(all(&world.tool.last(), WORKSPACES), [OURS]);
    assert!(world.records().is_empty());
}

#[tokio::test]
async fn sign_in_pages_are_opened_for_it_and_nothing_of_them_is_kept() {
    let world = world().await;
    let secret = "login=jo%40example.com&passwd=hunter2";
    let answer = world.post(LOGIN, "/common/login", secret).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, secret));
    let received = world.tool.last();
    assert_eq!(received.body, secret);
    assert_eq!(all(&received, "sec-Restrict-Tenant-Access-Policy"), [POLICY]);
    assert!(world.records().is_empty(), "{:?}", world.records());
    assert_eq!(world.counted("bytes_scanned", None), 0);
}

#[tokio::test]
async fn hosts_that_no_control_names_are_left_alone() {
    let world = World::with(Setup { tenants: &[("chatgpt", OURS)], ..Setup::default() }).await;
    let mut request = post(HOST, CHAT, HELLO);
    request.headers_mut().insert("openai-allowed-organization-ids", "org-client".parse().unwrap());
    let answer = world.http1(HOST).await.send_request(request).await.unwrap();
    assert_eq!(Answer::read(answer).await.status, 200);
    let received = world.tool.last();
    assert_eq!(all(&received, ORGANISATIONS), ["org-client"]);
    assert_eq!(all(&received, WORKSPACES), [""; 0]);
    // A sign-in page is not opened unless its control is configured.
    let stream = world.tls(&format!("{LOGIN}:443"), LOGIN, &world.public_ca, &["http/1.1"]).await;
    assert!(stream.is_ok());
    assert_eq!(world.counted("tenant_requests", None), 0);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_counted_and_recorded() {
    let setup =
        Setup { tenants: &[("microsoft", POLICY)], pass_through: vec![LOGIN.to_owned()], ..Setup::default() };
    let world = World::with(setup).await;
    let stream = world.tls(&format!("{LOGIN}:443"), LOGIN, &world.public_ca, &["http/1.1"]).await.unwrap();
    drop(stream);
    assert_eq!(world.outcomes(1).await, [format!("forwarded {LOGIN}")]);
    let record = &world.records()[0];
    assert_eq!(record.facts.tool.id.as_str(), "microsoft-365-copilot");
    assert_eq!(
        (record.facts.activity, record.exchange.uninspected),
        (Activity::SignIn, Some(Uninspected::PassThrough))
    );
    assert_eq!(world.counted("tenant_requests", Some("unsent")), 1);
}

#[tokio::test]
async fn websockets_carry_it() {
    let world = world().await;
    let mut request = get(HOST, "/v1/realtime");
    for (name, value) in
        [("connection", "Upgrade, openai-allowed-organization-ids"), ("upgrade", "websocket")]
    {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request.headers_mut().insert("openai-allowed-organization-ids", "org-theirs".parse().unwrap());
    let answer = world.http1(HOST).await.send_request(request).await.unwrap();
    assert_eq!(answer.status(), 101);
    assert_eq!(all(&world.tool.last(), ORGANISATIONS), ["org-ours"]);
}

#[tokio::test]
async fn the_account_follows_from_ids_and_from_what_the_vendor_refuses() {
    let world = world().await;
    let ask = async |path: &str, workspace: Option<&str>| {
        let mut request = post("chatgpt.com", path, r#"{"messages":[]}"#);
        if let Some(workspace) = workspace {
            request.headers_mut().insert("chatgpt-account-id", workspace.parse().unwrap());
        }
        let answer = world.http1("chatgpt.com").await.send_request(request).await.unwrap();
        Answer::read(answer).await.status
    };
    let chat = "/backend-api/f/conversation";
    assert_eq!(ask(chat, None).await, 200);
    assert_eq!(ask(chat, Some("6ba7b810-9dad-11d1-80b4-00c04fd430c8")).await, 200);
    assert_eq!(ask(chat, Some(OURS)).await, 200);
    assert_eq!(ask(&format!("{chat}?refuse"), None).await, 403);
    assert_eq!(ask(chat, None).await, 200);
    assert_eq!(ask("/backend-anon/f/conversation", None).await, 200);
    world.outcomes(6).await;
    let accounts: Vec<_> = world.records().iter().map(|record| record.facts.account).collect();
    use AccountKind::{Anonymous, Corporate, Personal};
    assert_eq!(accounts, [Corporate, Personal, Corporate, Corporate, Personal, Anonymous]);
    assert_eq!(world.counted("tenant_refusals", None), 1);
}
