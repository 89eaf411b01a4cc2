//! That people accept the policy, and the keys with which they sign it.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use governance::{
    attestation::{
        Algorithm, Attestation, Campaign, Challenge, PublicKey, SignIn, Signature, SignatureRefused,
        SigningKey, Statement,
    },
    audit,
};
use model::{Person, PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Change, Session};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{mine::me, portal::in_force};
use crate::{
    app::App,
    auth::{May, to},
    kept,
    standing::{self, theirs},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Most keys that a person may have.
const MOST_KEYS: usize = 16;

/// The keys with which I sign, and what a browser needs to use one.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyKeys {
    keys: Vec<MyKey>,
    /// Who I am to an authenticator: a name of 32 characters that tells nothing.
    user: String,
    /// What a new key is made for (base64url).
    to_add: String,
    /// What is signed to accept the policy in force (base64url).
    to_accept: String,
    /// The policy in force.
    policy: PolicyVersion,
}

/// A key with which I sign.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyKey {
    id: Uuid,
    name: String,
    /// The authenticator's identifier (base64url).
    credential: String,
    algorithm: Algorithm,
    at: Timestamp,
}

/// A key that a browser made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    /// What I call it.
    name: String,
    /// Its identifier (base64url).
    credential: String,
    public: PublicKey,
    /// The browser's statement (`clientDataJSON`, base64url).
    client_data: String,
}

/// That I accept the policy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAttestation {
    /// The version that was shown.
    policy: PolicyVersion,
    /// The campaign that asked for it.
    #[serde(default)]
    campaign: Option<Uuid>,
    /// My signature over its hash, if I give one.
    #[serde(default)]
    signature: Option<NewSignature>,
}

/// A signature that a browser's authenticator made. All parts are base64url without padding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSignature {
    /// Which key.
    credential: String,
    authenticator_data: String,
    client_data: String,
    signature: String,
}

/// That the policy is accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Accepted {
    policy: PolicyVersion,
    at: Timestamp,
    /// Until when it counts, unless a new version ends it.
    until: Timestamp,
}

/// The keys with which I can sign that I accept the policy.
#[utoipa::path(get, path = "/mine/keys", tag = "mine",
    responses((status = OK, body = MyKeys)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn list_my_keys(
    may: May<to::TakePart>,
    State(app): State<App>,
) -> Result<Json<MyKeys>, Problem> {
    let nonce = nonce(may.session()?);
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let me = me(&may, &snapshot)?;
    let keys = theirs::<SigningKey>(&data.store, &me.id).await?;
    let policy = snapshot.policy.version().clone();
    Ok(Json(MyKeys {
        keys: keys.into_iter().map(|kept| shown(kept.it)).collect(),
        user: governance::id_of(&format!("signer\n{}", me.id)).simple().to_string(),
        to_add: Challenge::to_add_a_key(&me.id, &nonce).to_base64url(),
        to_accept: Challenge::to_accept(&policy, &nonce).to_base64url(),
        policy,
    }))
}

/// Add a key that my browser made for the challenge `to_add`.
#[utoipa::path(post, path = "/mine/keys", tag = "mine", request_body = NewKey,
    responses((status = CREATED, body = MyKey)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn add_my_key(
    may: May<to::TakePart>,
    State(app): State<App>,
    headers: HeaderMap,
    Input(new): Input<NewKey>,
) -> Result<(StatusCode, Json<MyKey>), Problem> {
    let nonce = nonce(may.session()?);
    let data = app.data(&may);
    let me = me(&may, &data.engine.snapshot())?;
    let name = kept::text(&new.name, "name")?;
    if theirs::<SigningKey>(&data.store, &me.id).await?.len() >= MOST_KEYS {
        let detail = format!("you have {MOST_KEYS} keys already; remove one that you no longer use");
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let statement = Statement::read(&new.client_data).map_err(refused)?;
    let challenge = Challenge::to_add_a_key(&me.id, &nonce);
    let expected = (&challenge, page(&headers)?);
    let key = SigningKey::added(me.id, name, new.credential, new.public, &statement, expected, may.now());
    let key = key.map_err(refused)?;
    let act = may.act("key.added", key.id()).with(json!({ "person": key.person }));
    data.commit(Change::new(act).add(key.id(), &key), may.now()).await?;
    Ok((StatusCode::CREATED, Json(shown(key))))
}

/// Remove a key of mine. What was signed with it stays signed.
#[utoipa::path(delete, path = "/mine/keys/{id}", tag = "mine",
    params(("id" = Uuid, Path, description = "The key")),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn remove_my_key(
    may: May<to::TakePart>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let me = me(&may, &data.engine.snapshot())?;
    let mut keys = theirs::<SigningKey>(&data.store, &me.id).await?.into_iter();
    let Some(kept) = keys.find(|kept| kept.id == id) else {
        return Err(Problem::not_found("key", &id.to_string()));
    };
    let act = may.act("key.removed", id).with(json!({ "person": me.id }));
    data.commit(Change::new(act).remove(&kept), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accept the policy in force.
#[utoipa::path(post, path = "/mine/attestations", tag = "mine", request_body = NewAttestation,
    responses((status = CREATED, body = Accepted)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn add_attestation(
    may: May<to::TakePart>,
    State(app): State<App>,
    headers: HeaderMap,
    Input(new): Input<NewAttestation>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let session = may.session()?;
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let me = me(&may, &snapshot)?;
    in_force(&new.policy, snapshot.policy.version())?;
    if let Some(id) = new.campaign {
        kept::found::<Campaign>(&data.store, id).await?;
    }
    let signature = match new.signature {
        Some(given) => {
            let keys = theirs::<SigningKey>(&data.store, &me.id).await?;
            let mut keys = keys.into_iter().map(|kept| kept.it);
            let key = keys.find(|key| key.credential == given.credential);
            Some(signed(given, key, &new.policy, session, page(&headers)?)?)
        }
        None => None,
    };
    let attestation = attested(&snapshot.policy, &me, &may, session, (new.campaign, signature));
    let id = Uuid::now_v7();
    let signed = attestation.signature.as_ref().map(|it| audit::hex(&Sha256::digest(&it.signature)));
    let detail = json!({ "person": me.id, "attestation": id, "language": attestation.language, "signature_sha256": signed });
    let change =
        Change::new(may.act("policy.accepted", &attestation.policy).with(detail)).add(id, &attestation);
    let change =
        standing::change(&data.store, change, &me.id, |standing| standing.accepting(&attestation)).await?;
    data.commit(change, may.now()).await?;
    let accepted = Accepted { policy: attestation.policy, at: attestation.at, until: attestation.until };
    Ok((StatusCode::CREATED, Json(accepted)))
}

fn attested(
    policy: &policy::Policy,
    me: &Person,
    may: &May<to::TakePart>,
    session: &Session,
    (campaign, signature): (Option<Uuid>, Option<Signature>),
) -> Attestation {
    let account = may.actor().name.clone();
    let sign_in = SignIn { account, method: "session".to_owned(), since: session.created_at };
    Attestation { signature, ..Attestation::of(policy, me.id.clone(), may.now(), sign_in, campaign) }
}

/// The signature, if `key` made it over the hash of `policy` in this session on this page.
fn signed(
    given: NewSignature,
    key: Option<SigningKey>,
    policy: &PolicyVersion,
    session: &Session,
    page: &str,
) -> Result<Signature, Problem> {
    let Some(key) = key else {
        let detail = "you have no key with this `credential`; add it first";
        return Err(Problem::new(Kind::Invalid, detail));
    };
    let NewSignature { authenticator_data, client_data, signature, .. } = given;
    let nonce = nonce(session);
    let (key_name, public) = (key.name, key.public);
    let signature = Signature { key_name, public, nonce, authenticator_data, client_data, signature };
    signature.verify(policy, page).map_err(refused)?;
    Ok(signature)
}

fn shown(key: SigningKey) -> MyKey {
    let id = key.id();
    MyKey { id, name: key.name, credential: key.credential, algorithm: key.public.algorithm, at: key.at }
}

/// What is new with every session, and does not tell its cookie.
fn nonce(session: &Session) -> String {
    audit::hex(&Sha256::digest(format!("Bylaw nonce\n{}", session.csrf.reveal())))
}

/// The page that asks, as browsers say it of every change; that it is Bylaw's own was checked with the session.
fn page(headers: &HeaderMap) -> Result<&str, Problem> {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin.ok_or_else(|| Problem::new(Kind::Invalid, "keys are for browsers, which send the header `Origin`"))
}

fn refused(error: SignatureRefused) -> Problem {
    Problem::new(Kind::Invalid, error.to_string())
}
