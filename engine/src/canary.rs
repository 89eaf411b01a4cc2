use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use model::{Person, PersonFacts, PersonId, Sensitive, Timestamp};
use uuid::Uuid;

use crate::{
    link::LinkKey,
    login::{Errand, Who},
};

/// The name that canaries sign in with at the gate; their password is made by [`LinkKey::canary`].
pub const CANARY: &str = "bylaw-canary";

impl LinkKey {
    /// A password with which a synthetic person signs in at the gate until `expires`. What that person sends is decided
    /// about as if somebody like this had sent it, but is neither recorded nor sent on.
    pub fn canary(&self, person: &PersonFacts, expires: Timestamp) -> Sensitive {
        // A person's facts can always be written as JSON.
        let facts = serde_json::to_vec(person).unwrap_or_default();
        let facts: String = facts.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = self.canary_signature(&facts, expires.as_millis());
        Sensitive::new(format!("{}.{facts}.{}", expires.as_millis(), signature.to_hex()))
    }

    fn canary_signature(&self, facts: &str, expires: i64) -> blake3::Hash {
        blake3::keyed_hash(&self.derived("canary"), format!("{expires} {facts}").as_bytes())
    }

    /// The synthetic person who signs in with this password, if it was made here and still counts.
    pub(crate) fn synthetic(&self, password: &Sensitive, address: IpAddr, now: Timestamp) -> Option<Who> {
        let (expires, rest) = password.reveal().split_once('.')?;
        let (facts, signature) = rest.split_once('.')?;
        let expires: i64 = expires.parse().ok()?;
        let given = blake3::Hash::from_hex(signature).ok()?;
        if self.canary_signature(facts, expires) != given || now.as_millis() >= expires {
            return None;
        }
        let bytes = (0..facts.len() / 2)
            .map(|place| u8::from_str_radix(facts.get(2 * place..2 * place + 2)?, 16).ok());
        let facts: PersonFacts = serde_json::from_slice(&bytes.collect::<Option<Vec<u8>>>()?).ok()?;
        let until = Timestamp::from_millis(expires);
        // A new one each time, so that nothing is remembered of an earlier one.
        let id = PersonId::new(format!("canary:{}", Uuid::new_v4()));
        let person = Person {
            id: id.clone(),
            name: CANARY.to_owned(),
            email: None,
            kind: facts.kind,
            department: facts.department,
            groups: facts.groups,
            risk: facts.risk,
            training: facts.training.into_iter().map(|module| (module, until)).collect::<BTreeMap<_, _>>(),
            attested_until: facts.attested.then_some(until),
        };
        Some(Who { id, person: Some(Arc::new(person)), address, errand: Errand::Canary })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_who_it_says_while_its_password_counts() {
        let key = LinkKey::new([7; 32]);
        let facts = PersonFacts {
            department: Some("Legal".into()),
            training: ["ai-basics".to_owned()].into(),
            attested: true,
            ..PersonFacts::default()
        };
        let until = Timestamp::from_millis(1_000);
        let (here, early, password) =
            ([10, 0, 0, 1].into(), Timestamp::from_millis(999), key.canary(&facts, until));
        let who = key.synthetic(&password, here, early).unwrap();
        let person = who.person.as_ref().unwrap();
        assert_eq!((who.errand, person.department.as_deref()), (Errand::Canary, Some("Legal")));
        assert!(person.training.contains_key("ai-basics") && person.attested_until == Some(until));
        assert_ne!(key.synthetic(&password, here, early).unwrap().id, who.id);
        assert!(key.synthetic(&password, here, until).is_none(), "over");
        assert!(LinkKey::new([8; 32]).synthetic(&password, here, early).is_none(), "another installation's");
        for forged in [password.reveal().replacen("1000", "9000", 1), "x".into(), "1.2.3".into()] {
            assert!(key.synthetic(&Sensitive::new(forged), here, early).is_none());
        }
    }
}
