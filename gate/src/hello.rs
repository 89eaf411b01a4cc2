use rustls::server::Acceptor;

/// A ClientHello larger than this is not waited for; post-quantum ones have about 2 KiB.
const LONGEST: usize = 32 * 1024;
/// First byte of a TLS connection: a record of type handshake (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;

/// What the first bytes of a connection are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hello {
    /// The beginning of a ClientHello, or nothing yet.
    Partial,
    /// A whole one, naming this server if it names one.
    Tls(Option<String>),
    /// Something else.
    Other,
}

/// Looks at the first bytes that a client sends, without consuming them.
pub(crate) fn read(seen: &[u8]) -> Hello {
    match seen.first() {
        None => return Hello::Partial,
        Some(&HANDSHAKE) => {}
        Some(_) => return Hello::Other,
    }
    let mut acceptor = Acceptor::default();
    let mut rest = seen;
    while !rest.is_empty() {
        match acceptor.read_tls(&mut rest) {
            Ok(0) | Err(_) => return Hello::Other,
            Ok(_) => {}
        }
        match acceptor.accept() {
            Ok(Some(accepted)) => {
                return Hello::Tls(accepted.client_hello().server_name().map(str::to_lowercase));
            }
            Ok(None) => {}
            Err(_) => return Hello::Other,
        }
    }
    if seen.len() < LONGEST { Hello::Partial } else { Hello::Other }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{ClientConfig, ClientConnection, RootCertStore, crypto::aws_lc_rs};

    use super::*;

    fn client_hello(name: &str) -> Vec<u8> {
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        let mut client =
            ClientConnection::new(Arc::new(config), name.to_owned().try_into().unwrap()).unwrap();
        let mut sent = Vec::new();
        client.write_tls(&mut sent).unwrap();
        sent
    }

    #[test]
    fn the_name_is_found_however_the_hello_is_cut() {
        let sent = client_hello("API.OpenAI.com");
        assert_eq!(read(&sent), Hello::Tls(Some("api.openai.com".to_owned())));
        for length in [0, 1, 5, 100, sent.len() - 1] {
            assert_eq!(read(&sent[..length]), Hello::Partial, "{length}");
        }
        assert_eq!(read(&client_hello("192.0.2.1")), Hello::Tls(None));
    }

    #[test]
    fn what_is_not_tls_is_told_at_once() {
        for other in [&b"GET / HTTP/1.1\r\n"[..], b"\x16raw ", b"SSH-2.0-x\r\n", b"\x00"] {
            assert_eq!(read(other), Hello::Other, "{other:?}");
        }
    }
}
