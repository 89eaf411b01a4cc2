use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SerialNumber,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use time::{Duration, OffsetDateTime};
use x509_parser::prelude::{FromDer, X509Certificate};

/// How long a new authority is valid; browsers accept roots of any age, this is what people will not forget to renew.
const VALID_DAYS: i64 = 5 * 365;
/// How long the certificate of a service is valid.
const SERVICE_DAYS: i64 = 397;

/// The certificate authority that signs leaf certificates.
pub struct Authority {
    pub(crate) issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: CertificateDer<'static>,
    /// Certificates to send after a leaf: empty for a root, else the issuing certificate and what was given above it.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) not_after: OffsetDateTime,
}

/// A new authority's files.
pub struct AuthorityFiles {
    /// The certificate, for clients to trust.
    pub certificate_pem: String,
    /// The private key, to be kept from everyone else.
    pub key_pem: String,
}

/// Why an authority cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The certificate file holds none.
    #[error(
        "cannot read the CA certificate: expected one or more PEM blocks `CERTIFICATE`, the issuing one first"
    )]
    Certificate,
    /// The key file holds none.
    #[error("cannot read the CA key: expected a PEM block `PRIVATE KEY` (PKCS #8; ECDSA, Ed25519 or RSA)")]
    Key(#[source] rcgen::Error),
    /// They are not a pair.
    #[error("the CA key does not belong to the CA certificate: give the key the certificate was made with")]
    Mismatch,
    /// The certificate is not one of an authority.
    #[error(
        "the CA certificate must not sign others: it needs basic constraints `CA:TRUE` and key usage `keyCertSign`"
    )]
    NotAnAuthority,
    /// It is over.
    #[error("the CA certificate expired on {0}: create a new one and distribute it to clients")]
    Expired(String),
    /// Making one failed.
    #[error("cannot create a certificate authority")]
    Create(#[source] rcgen::Error),
}

impl Authority {
    /// Makes a new root authority named `name`.
    pub fn create(name: &str) -> Result<AuthorityFiles, AuthorityError> {
        let key = KeyPair::generate().map_err(AuthorityError::Create)?;
        let mut params = CertificateParams::default();
        let mut subject = DistinguishedName::new();
        subject.push(DnType::CommonName, name);
        params.distinguished_name = subject;
        params.serial_number = Some(random_serial());
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = OffsetDateTime::now_utc() - Duration::hours(1);
        params.not_after = OffsetDateTime::now_utc() + Duration::days(VALID_DAYS);
        let certificate = params.self_signed(&key).map_err(AuthorityError::Create)?;
        Ok(AuthorityFiles { certificate_pem: certificate.pem(), key_pem: key.serialize_pem() })
    }

    /// Reads an authority: its certificate, optionally followed by those above it, and its key.
    pub fn from_pem(certificate_pem: &str, key_pem: &str) -> Result<Self, AuthorityError> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|_| AuthorityError::Certificate)?;
        let certificate = chain.first().cloned().ok_or(AuthorityError::Certificate)?;
        let key = KeyPair::from_pem(key_pem).map_err(AuthorityError::Key)?;
        let (not_after, self_signed) = examine(&certificate, &key)?;
        let issuer = Issuer::from_ca_cert_der(&certificate, key).map_err(|_| AuthorityError::Certificate)?;
        let chain = if self_signed { Vec::new() } else { chain };
        Ok(Self { issuer, certificate, chain, not_after })
    }

    /// The certificate that clients must trust, in DER.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }
}

impl Authority {
    /// A certificate for a service of this installation under `names` (hosts or addresses), with the authorities that clients need
    /// beside the root, and its key. It is good for a year.
    pub fn server(
        &self,
        names: &[String],
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), AuthorityError> {
        let key = KeyPair::generate().map_err(AuthorityError::Create)?;
        let mut params = CertificateParams::new(names.to_vec()).map_err(AuthorityError::Create)?;
        let mut subject = DistinguishedName::new();
        // Named like the authority, it would look signed by itself; X.520 bounds a common name.
        if let Some(name) = names.first().filter(|name| name.len() <= 64) {
            subject.push(DnType::CommonName, name);
        }
        params.distinguished_name = subject;
        params.serial_number = Some(random_serial());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let now = OffsetDateTime::now_utc();
        params.not_before = now - Duration::hours(1);
        params.not_after = (now + Duration::days(SERVICE_DAYS)).min(self.not_after);
        let certificate = params.signed_by(&key, &self.issuer).map_err(AuthorityError::Create)?;
        let chain = std::iter::once(certificate.der().clone()).chain(self.chain.iter().cloned()).collect();
        Ok((chain, PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))))
    }
}

/// Checks that the certificate may sign and belongs to the key; returns its end, and whether it is a root.
fn examine(der: &CertificateDer<'_>, key: &KeyPair) -> Result<(OffsetDateTime, bool), AuthorityError> {
    let (_, parsed) = X509Certificate::from_der(der).map_err(|_| AuthorityError::Certificate)?;
    let may_sign =
        parsed.is_ca() && parsed.key_usage().ok().flatten().is_none_or(|usage| usage.value.key_cert_sign());
    if !may_sign {
        return Err(AuthorityError::NotAnAuthority);
    }
    if *parsed.public_key().subject_public_key.data != *key.public_key_raw() {
        return Err(AuthorityError::Mismatch);
    }
    let not_after = parsed.validity().not_after.to_datetime();
    if not_after <= OffsetDateTime::now_utc() {
        return Err(AuthorityError::Expired(parsed.validity().not_after.to_string()));
    }
    Ok((not_after, parsed.subject() == parsed.issuer()))
}

/// 128 random bits, positive and without a leading zero byte (RFC 5280 §4.1.2.2 asks for unique positive numbers).
///
/// The default would derive it from the public key, which all leaves share; Firefox refuses a number seen twice.
pub(crate) fn random_serial() -> SerialNumber {
    let mut bytes: [u8; 16] = rand::random();
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    SerialNumber::from_slice(&bytes)
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_created_can_be_read() {
        let files = Authority::create("Test CA").unwrap();
        let authority = Authority::from_pem(&files.certificate_pem, &files.key_pem).unwrap();
        assert!(authority.chain.is_empty(), "a root is not sent to clients");
        assert!(authority.not_after > OffsetDateTime::now_utc() + Duration::days(VALID_DAYS - 1));
    }

    #[test]
    fn a_service_has_its_names_and_a_key_of_its_own() {
        let files = Authority::create("Test CA").unwrap();
        let authority = Authority::from_pem(&files.certificate_pem, &files.key_pem).unwrap();
        let names = ["syslog.example.com".to_owned(), "192.0.2.1".to_owned()];
        let (chain, _key) = authority.server(&names).unwrap();
        let (_, service) = X509Certificate::from_der(&chain[0]).unwrap();
        let (_, root) = X509Certificate::from_der(&authority.certificate).unwrap();
        service.verify_signature(Some(root.public_key())).unwrap();
        assert_ne!(service.subject(), service.issuer());
        assert_ne!(service.public_key().subject_public_key, root.public_key().subject_public_key);
        assert_eq!(service.subject_alternative_name().unwrap().unwrap().value.general_names.len(), 2);
    }

    #[test]
    fn what_cannot_sign_is_refused() {
        let (one, other) = (Authority::create("One").unwrap(), Authority::create("Other").unwrap());
        let leaf_key = KeyPair::generate().unwrap();
        let leaf =
            CertificateParams::new(vec!["leaf.example".to_owned()]).unwrap().self_signed(&leaf_key).unwrap();
        for (certificate, key, expected) in [
            ("", one.key_pem.as_str(), "expected one or more PEM blocks"),
            (&one.certificate_pem, "", "expected a PEM block `PRIVATE KEY`"),
            (&one.certificate_pem, &other.key_pem, "does not belong"),
            (&leaf.pem(), &leaf_key.serialize_pem(), "CA:TRUE"),
        ] {
            let error = Authority::from_pem(certificate, key).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }

    #[test]
    fn serial_numbers_differ_and_are_positive() {
        let (one, other) = (random_serial().to_bytes(), random_serial().to_bytes());
        assert_ne!(one, other);
        assert_eq!(one.len(), 16);
        assert!((0x40..0x80).contains(&one[0]));
    }
}
