use std::{collections::HashMap, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use rustls::{
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The sandbox's own authority, made anew at each start, and a certificate for every host.
pub(crate) struct Certificates {
    /// The authority's certificate, for clients to trust.
    pub(crate) ca_pem: String,
    pub(crate) resolver: Arc<ByName>,
}

/// Why certificates could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Key or certificate could not be made.
    #[error("cannot make a certificate")]
    Make(#[from] rcgen::Error),
    /// The TLS library does not take the key.
    #[error("cannot use the certificate's key")]
    Use(#[from] rustls::Error),
}

pub(crate) fn mint(hosts: &[&str]) -> Result<Certificates, CertificateError> {
    let authority_key = KeyPair::generate()?;
    let authority_params = authority();
    let ca_pem = authority_params.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority_params, authority_key);
    let key = KeyPair::generate()?;
    let mut by_name = HashMap::new();
    for host in hosts {
        by_name.insert((*host).to_owned(), Arc::new(server(host, &key, &issuer)?));
    }
    Ok(Certificates { ca_pem, resolver: Arc::new(ByName(by_name)) })
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("Bylaw sandbox authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn server(host: &str, key: &KeyPair, issuer: &Issuer<'_, KeyPair>) -> Result<CertifiedKey, CertificateError> {
    let mut params = CertificateParams::new(vec![host.to_owned()])?;
    params.distinguished_name = name(host);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(key, issuer)?;
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let signing = rustls::crypto::aws_lc_rs::sign::any_supported_type(&private)?;
    Ok(CertifiedKey::new(vec![certificate.der().clone()], signing))
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}

/// Picks the certificate of the name the client asks for.
#[derive(Debug)]
pub(crate) struct ByName(HashMap<String, Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.get(&hello.server_name()?.to_ascii_lowercase()).cloned()
    }
}
