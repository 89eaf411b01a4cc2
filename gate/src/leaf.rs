use std::{net::IpAddr, sync::Arc};

use quick_cache::sync::Cache;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    server::{NoServerSessionStorage, ProducesTickets, ResolvesServerCert},
    sign::{CertifiedKey, SingleCertAndKey},
};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use crate::{
    authority::{Authority, random_serial},
    provider::provider,
};

/// Clients' clocks may be a little behind.
const BACKDATED: Duration = Duration::hours(1);
/// Browsers accept up to 398 days; short, because leaves are made on demand.
const VALID: Duration = Duration::days(90);
/// A leaf is made anew when it is valid for less than this.
const RENEWED_BEFORE: Duration = Duration::days(7);
/// X.520 bounds a common name (`ub-common-name`); longer hosts are named in the SAN only.
const COMMON_NAME: usize = 64;

/// Makes and keeps the certificates that the gate shows to clients.
///
/// All leaves share one key, which is made at start and is not the authority's.
pub(crate) struct Leaves {
    authority: Authority,
    key: KeyPair,
    signing_key: Arc<dyn rustls::sign::SigningKey>,
    provider: Arc<CryptoProvider>,
    tickets: Arc<dyn ProducesTickets>,
    kept: Cache<String, Leaf>,
}

#[derive(Clone)]
struct Leaf {
    tls: Arc<ServerConfig>,
    not_after: OffsetDateTime,
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// The certificate could not be made.
    #[error("cannot make a certificate for `{host}`")]
    Certificate {
        /// The host.
        host: String,
        /// Why.
        #[source]
        cause: rcgen::Error,
    },
    /// TLS could not be set up.
    #[error("cannot set up TLS towards clients")]
    Tls(#[from] rustls::Error),
    /// The leaves' key could not be made.
    #[error("cannot make a key for certificates")]
    Key(#[source] rcgen::Error),
}

impl Leaves {
    pub(crate) fn new(authority: Authority, kept: usize) -> Result<Self, LeafError> {
        let key = KeyPair::generate().map_err(LeafError::Key)?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Self {
            authority,
            key,
            signing_key: aws_lc_rs::sign::any_supported_type(&der)?,
            provider: Arc::new(provider()),
            tickets: aws_lc_rs::Ticketer::new()?,
            kept: Cache::new(kept),
        })
    }

    /// TLS settings that show a certificate for `host`.
    pub(crate) fn tls(&self, host: &str) -> Result<Arc<ServerConfig>, LeafError> {
        let now = OffsetDateTime::now_utc();
        if let Some(leaf) = self.kept.get(host)
            && now + RENEWED_BEFORE.min(self.authority.not_after - now) <= leaf.not_after
        {
            return Ok(leaf.tls);
        }
        let leaf = self.make(host, now)?;
        self.kept.insert(host.to_owned(), leaf.clone());
        Ok(leaf.tls)
    }

    fn make(&self, host: &str, now: OffsetDateTime) -> Result<Leaf, LeafError> {
        let not_after = (now + VALID).min(self.authority.not_after);
        let certificate = self
            .params(host, now - BACKDATED, not_after)
            .and_then(|params| params.signed_by(&self.key, &self.authority.issuer))
            .map_err(|cause| LeafError::Certificate { host: host.to_owned(), cause })?;
        let mut chain = vec![certificate.der().clone()];
        chain.extend(self.authority.chain.iter().cloned());
        let shown = SingleCertAndKey::from(CertifiedKey::new(chain, Arc::clone(&self.signing_key)));
        Ok(Leaf { tls: Arc::new(self.server_config(Arc::new(shown))?), not_after })
    }

    fn params(
        &self,
        host: &str,
        not_before: OffsetDateTime,
        not_after: OffsetDateTime,
    ) -> Result<CertificateParams, rcgen::Error> {
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![match host.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(host.try_into()?),
        }];
        let mut subject = DistinguishedName::new();
        if host.len() <= COMMON_NAME {
            subject.push(DnType::CommonName, host);
        }
        params.distinguished_name = subject;
        params.serial_number = Some(random_serial());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        params.not_before = not_before;
        params.not_after = not_after;
        Ok(params)
    }

    fn server_config(&self, shown: Arc<dyn ResolvesServerCert>) -> Result<ServerConfig, rustls::Error> {
        let mut tls = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(shown);
        tls.ignore_client_order = true;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // Tickets let clients resume; keeping sessions as well would only cost memory per host.
        tls.ticketer = Arc::clone(&self.tickets);
        tls.session_storage = Arc::new(NoServerSessionStorage {});
        tls.send_tls13_tickets = 1;
        Ok(tls)
    }
}

#[cfg(test)]
mod tests {
    use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

    use super::*;

    fn leaves() -> Leaves {
        let files = Authority::create("Test CA").unwrap();
        Leaves::new(Authority::from_pem(&files.certificate_pem, &files.key_pem).unwrap(), 8).unwrap()
    }

    fn made(leaves: &Leaves, host: &str) -> Vec<u8> {
        let now = OffsetDateTime::now_utc();
        let params =
            leaves.params(host, now - BACKDATED, (now + VALID).min(leaves.authority.not_after)).unwrap();
        params.signed_by(&leaves.key, &leaves.authority.issuer).unwrap().der().to_vec()
    }

    #[test]
    fn a_leaf_is_what_browsers_expect() {
        let leaves = leaves();
        let der = made(&leaves, "api.openai.com");
        let (_, leaf) = X509Certificate::from_der(&der).unwrap();
        let (_, root) = X509Certificate::from_der(&leaves.authority.certificate).unwrap();
        leaf.verify_signature(Some(root.public_key())).unwrap();
        assert_ne!(
            leaf.public_key().subject_public_key,
            root.public_key().subject_public_key,
            "keys are apart"
        );
        let names = leaf.subject_alternative_name().unwrap().unwrap();
        assert_eq!(names.value.general_names, [GeneralName::DNSName("api.openai.com")]);
        assert!(!leaf.is_ca());
        let span = leaf.validity().not_after.timestamp() - leaf.validity().not_before.timestamp();
        assert!((89 * 86_400..=91 * 86_400).contains(&span), "{span}");
    }

    #[test]
    fn serial_numbers_of_leaves_differ() {
        let leaves = leaves();
        let (one, other) = (made(&leaves, "a.example"), made(&leaves, "b.example"));
        let serial = |der: &[u8]| X509Certificate::from_der(der).unwrap().1.raw_serial().to_vec();
        assert_ne!(serial(&one), serial(&other));
    }

    #[test]
    fn addresses_and_long_names_have_leaves_too() {
        let leaves = leaves();
        let long = format!("{}.example", ["a23456789"; 12].join("."));
        for host in ["192.0.2.7", "2001:db8::7", &long] {
            assert!(leaves.tls(host).is_ok(), "{host}");
        }
    }

    #[test]
    fn leaves_are_kept_and_bounded() {
        let leaves = leaves();
        assert!(Arc::ptr_eq(&leaves.tls("a.example").unwrap(), &leaves.tls("a.example").unwrap()));
        for number in 0..100 {
            leaves.tls(&format!("{number}.example")).unwrap();
        }
        assert!(leaves.kept.len() <= 8);
    }
}
