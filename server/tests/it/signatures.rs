//! Signatures over the policy's hash, by a security key made of software.

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderValue, header::ORIGIN};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::Role;

use crate::{client::Client, world::World};

/// A security key, and the browser between it and the page.
struct Key {
    pair: EcdsaKeyPair,
    origin: String,
}

impl Key {
    fn on(origin: &str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self { pair, origin: origin.to_owned() }
    }

    fn client_data(&self, what: &str, challenge: &Value) -> String {
        json!({ "type": what, "challenge": challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn made(&self, challenge: &Value) -> Value {
        json!({
            "name": "blue",
            "credential": base64(b"key 1"),
            "public": { "algorithm": "es256", "key": base64(self.pair.public_key().as_der().unwrap().as_ref()) },
            "client_data": base64(self.client_data("webauthn.create", challenge).as_bytes()),
        })
    }

    fn signed(&self, challenge: &Value) -> Value {
        let client = self.client_data("webauthn.get", challenge);
        let mut data = Sha256::digest("127.0.0.1").to_vec();
        data.extend([0b101, 0, 0, 0, 1]);
        let message = [data.as_slice(), &Sha256::digest(&client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        json!({
            "credential": base64(b"key 1"),
            "authenticator_data": base64(&data),
            "client_data": base64(client.as_bytes()),
            "signature": base64(signature.as_ref()),
        })
    }
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Anna, signed in with the account `name`, in a browser.
async fn anna(world: &World, name: &str) -> Client {
    let mut client = world.person_for(name, "anna.kovacs", &[]).await;
    client.extra.insert(ORIGIN, HeaderValue::from_str(&client.base).unwrap());
    client
}

#[tokio::test]
async fn a_signature_over_the_version_is_evidence() {
    let world = World::new().await;
    let (admin, anna) = (world.signed_in(Role::Administrator).await, anna(&world, "one").await);
    let key = Key::on(&anna.base);
    let asked = anna.get("/api/v1/mine/keys").await.expect(200).json();
    let added = anna.post("/api/v1/mine/keys", &key.made(&asked["to_add"])).await.expect(201).json();
    anna.post("/api/v1/mine/keys", &key.made(&asked["to_add"])).await.expect(409);
    let accept = |signature: Value| json!({ "policy": asked["policy"], "signature": signature });
    let path = "/api/v1/mine/attestations";
    let refused = anna.post(path, &accept(key.signed(&asked["to_add"]))).await.expect(422);
    assert!(refused.text().contains("not this version of the policy"), "{}", refused.text());
    let other = Key::on(&anna.base);
    anna.post(path, &accept(other.signed(&asked["to_accept"]))).await.expect(422);
    assert_eq!(
        admin.get("/api/v1/attestations").await.expect(200).json(),
        json!([]),
        "nothing is half accepted"
    );

    anna.post(path, &accept(key.signed(&asked["to_accept"]))).await.expect(201);
    anna.delete(&format!("/api/v1/mine/keys/{}", added["id"].as_str().unwrap())).await.expect(204);
    anna.post(path, &accept(key.signed(&asked["to_accept"]))).await.expect(422);
    let evidence = admin.get("/api/v1/attestations").await.expect(200);
    let signature = evidence.json()[0]["signature"].clone();
    let signature: governance::attestation::Signature = serde_json::from_value(signature).unwrap();
    let version = model::PolicyVersion::new(asked["policy"].as_str().unwrap());
    assert_eq!(signature.verify(&version, &anna.base), Ok(governance::attestation::Presence::Verified));
    assert!(!evidence.text().contains("anna"), "{}", evidence.text());
}

#[tokio::test]
async fn what_was_made_elsewhere_does_not_count() {
    let world = World::new().await;
    let mut no_browser = anna(&world, "one").await;
    no_browser.extra.clear();
    let (again, anna) = (anna(&world, "two").await, anna(&world, "three").await);
    let asked = anna.get("/api/v1/mine/keys").await.expect(200).json();
    let path = "/api/v1/mine/keys";
    let elsewhere = Key::on("http://bylaw.evil").made(&asked["to_add"]);
    let refused = anna.post(path, &elsewhere).await.expect(422);
    assert!(refused.text().contains("another site"), "{}", refused.text());
    let key = Key::on(&anna.base);
    again.post(path, &key.made(&asked["to_add"])).await.expect(422);
    let mut nameless = key.made(&asked["to_add"]);
    nameless["name"] = json!(" ");
    anna.post(path, &nameless).await.expect(422);
    let asked = no_browser.get(path).await.expect(200).json();
    let refused = no_browser.post(path, &key.made(&asked["to_add"])).await.expect(422);
    assert!(refused.text().contains("browsers"), "{}", refused.text());
    assert_eq!(anna.get(path).await.expect(200).json()["keys"], json!([]));
}
