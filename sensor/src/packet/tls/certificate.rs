use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, ParsedExtension},
    prelude::FromDer,
};

use crate::packet::{
    cursor::{Cursor, size},
    unread::Unread,
};

/// Names kept of one certificate.
const MOST: usize = 8;

/// Names of the first certificate of a chain (RFC 5246 §7.4.2): the alternative ones, else the common name.
pub(crate) fn names(chain: &[u8]) -> Result<Vec<Box<str>>, Unread> {
    let leaf = leaf(chain).ok_or(Unread::Certificate)?;
    let (_, certificate) = X509Certificate::from_der(leaf).map_err(|_| Unread::Certificate)?;
    let mut names: Vec<Box<str>> = certificate
        .extensions()
        .iter()
        .filter_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(names) => Some(&names.general_names),
            _ => None,
        })
        .flatten()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => tidy(name),
            _ => None,
        })
        .take(MOST)
        .collect();
    if names.is_empty() {
        let common = certificate.subject().iter_common_name();
        names.extend(common.filter_map(|name| tidy(name.as_str().ok()?)).take(1));
    }
    Ok(names)
}

fn leaf(chain: &[u8]) -> Option<&[u8]> {
    let mut chain = Cursor::new(chain);
    chain.u24()?;
    let length = chain.u24()?;
    chain.take(size(length))
}

fn tidy(name: &str) -> Option<Box<str>> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let fits =
        (1..=253).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    fits.then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_said() {
        for chain in [&b""[..], b"\0\0\x03\0\0\0", b"\0\0\x05\0\0\x02hi", b"\0\0\x05\xff\xff\xff"] {
            assert_eq!(names(chain), Err(Unread::Certificate), "{chain:?}");
        }
    }
}
