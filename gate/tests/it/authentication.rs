use gate::Strangers;
use model::Sensitive;

use crate::world::{HOST, Setup, World};

fn with_passwords(strangers: Strangers) -> Setup {
    let mut setup = Setup::default();
    let hash = identity::hash_password(&Sensitive::new("secret"), &[7; 16]).unwrap();
    setup.people = format!("id,name,kind,password_hash\nanna,Anna,employee,\"{hash}\"\n");
    setup.config.strangers = strangers;
    setup
}

async fn connect(world: &World, fields: &str) -> String {
    world.raw(&format!("CONNECT {HOST}:443 HTTP/1.1\r\nhost: {HOST}\r\n{fields}\r\n")).await.1
}

#[tokio::test]
async fn who_is_asked_and_who_is_not() {
    // `anna:secret`, `anna:wrong`
    let right = "proxy-authorization: Basic YW5uYTpzZWNyZXQ=\r\n";
    let wrong = "proxy-authorization: Basic YW5uYTp3cm9uZw==\r\n";
    let other = "proxy-authorization: Bearer token\r\n";
    for (strangers, fields, expected) in [
        (Strangers::Welcome, "", "200"),
        (Strangers::Welcome, right, "200"),
        (Strangers::Welcome, wrong, "407"),
        (Strangers::Welcome, other, "407"),
        (Strangers::MustSignIn, "", "407"),
        (Strangers::MustSignIn, right, "200"),
        (Strangers::MustSignIn, wrong, "407"),
    ] {
        let world = World::with(with_passwords(strangers)).await;
        let answer = connect(&world, fields).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{strangers:?} {fields}: {answer}");
        let challenge = "proxy-authenticate: Basic realm=\"Bylaw\", charset=\"UTF-8\"";
        assert_eq!(answer.contains(challenge), expected == "407", "{answer}");
    }
}
