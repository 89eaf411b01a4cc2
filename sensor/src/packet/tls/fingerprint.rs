use std::fmt::Write;

use aws_lc_rs::digest::{SHA256, digest};
use md5::{Digest, Md5};

use super::hello::ClientHello;

/// What carries TLS, the first letter of JA4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    Tcp,
    Quic,
}

/// Hexadecimal digits of SHA-256 that JA4 keeps.
const KEPT: usize = 12;

/// JA3 (<https://github.com/salesforce/ja3>): MD5 of version, ciphers, extensions, groups and point formats as decimal
/// numbers, without GREASE.
pub(crate) fn ja3(hello: &ClientHello) -> String {
    hex(&Md5::digest(ja3_text(hello)))
}

fn ja3_text(hello: &ClientHello) -> String {
    let formats = hello.formats.iter().map(|format| u16::from(*format));
    [
        hello.version.to_string(),
        joined(plain(&hello.ciphers), "-", decimal),
        joined(plain(&hello.extensions), "-", decimal),
        joined(plain(&hello.groups), "-", decimal),
        joined(formats, "-", decimal),
    ]
    .join(",")
}

/// JA4 of a TLS client, as FoxIO describes it
/// (<https://github.com/FoxIO-LLC/ja4/blob/main/technical_details/JA4.md>; BSD 3-clause, as only this of the JA4+ family is).
pub(crate) fn ja4(hello: &ClientHello, carrier: Carrier) -> String {
    let carrier = match carrier {
        Carrier::Tcp => 't',
        Carrier::Quic => 'q',
    };
    // The extension counts, not its name: a name that is not valid is one too.
    let destination = if hello.extensions.contains(&0) { 'd' } else { 'i' };
    format!(
        "{carrier}{}{destination}{:02}{:02}{}_{}_{}",
        version(hello),
        plain(&hello.ciphers).count().min(99),
        plain(&hello.extensions).count().min(99),
        protocol(hello.alpn.as_deref()),
        ciphers(hello),
        extensions(hello),
    )
}

/// The highest version offered.
fn version(hello: &ClientHello) -> &'static str {
    match plain(&hello.versions).max().unwrap_or(hello.version) {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    }
}

/// First and last character of the first protocol; of its hexadecimal form where one of the two is no letter or digit.
fn protocol(alpn: Option<&[u8]>) -> String {
    let (Some(first), Some(last)) = (alpn.and_then(<[u8]>::first), alpn.and_then(<[u8]>::last)) else {
        return "00".to_owned();
    };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        return [char::from(*first), char::from(*last)].iter().collect();
    }
    format!("{:x}{:x}", first >> 4, last & 0x0f)
}

fn ciphers(hello: &ClientHello) -> String {
    let mut sorted: Vec<u16> = plain(&hello.ciphers).collect();
    sorted.sort_unstable();
    shortened(&joined(sorted, ",", hexadecimal))
}

/// Extensions sorted, without those of name and protocols, then signature algorithms in their order.
fn extensions(hello: &ClientHello) -> String {
    let mut sorted: Vec<u16> = plain(&hello.extensions).filter(|kind| !matches!(kind, 0 | 16)).collect();
    sorted.sort_unstable();
    let extensions = joined(sorted, ",", hexadecimal);
    let signatures = joined(plain(&hello.signatures), ",", hexadecimal);
    match (extensions.is_empty(), signatures.is_empty()) {
        (true, _) => shortened(""),
        (false, true) => shortened(&extensions),
        (false, false) => shortened(&format!("{extensions}_{signatures}")),
    }
}

/// A list's digest; zeros for an empty one.
fn shortened(list: &str) -> String {
    if list.is_empty() {
        return "0".repeat(KEPT);
    }
    let mut text = hex(digest(&SHA256, list.as_bytes()).as_ref());
    text.truncate(KEPT);
    text
}

/// The values without GREASE (RFC 8701 §2), which differ from hello to hello.
fn plain(values: &[u16]) -> impl Iterator<Item = u16> {
    values.iter().copied().filter(|value| value & 0x0f0f != 0x0a0a || value >> 8 != value & 0xff)
}

fn joined(values: impl IntoIterator<Item = u16>, between: &str, write: fn(&mut String, u16)) -> String {
    let mut text = String::new();
    for value in values {
        if !text.is_empty() {
            text.push_str(between);
        }
        write(&mut text, value);
    }
    text
}

fn decimal(text: &mut String, value: u16) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}

fn hexadecimal(text: &mut String, value: u16) {
    let _ = write!(text, "{value:04x}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CIPHERS: [u16; 15] = [
        0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
        0x009d, 0x002f, 0x0035,
    ];
    const EXTENSIONS: [u16; 16] = [
        0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b,
        0xff01, 0x000b, 0x000a, 0x0015,
    ];
    const SIGNATURES: [u16; 8] = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];

    /// The example of FoxIO's description.
    fn example() -> ClientHello {
        ClientHello {
            version: 0x0303,
            ciphers: CIPHERS.to_vec(),
            extensions: EXTENSIONS.to_vec(),
            signatures: SIGNATURES.to_vec(),
            versions: vec![0x0304, 0x0303],
            name: Some(b"example.com".to_vec()),
            alpn: Some(b"h2".to_vec()),
            ..ClientHello::default()
        }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut ClientHello), expected: &str) {
        let mut hello = example();
        change(&mut hello);
        assert_eq!(ja4(&hello, Carrier::Tcp), expected);
    }

    #[test]
    fn ja4_is_as_published() {
        check(|_| {}, "t13d1516h2_8daaf6152771_e5627efa2ab1");
        check(|hello| hello.signatures.clear(), "t13d1516h2_8daaf6152771_6d807ffa2a79");
        assert!(ja4(&example(), Carrier::Quic).starts_with("q13d1516h2_"));
    }

    #[test]
    fn grease_changes_nothing_in_ja4() {
        check(
            |hello| {
                for list in
                    [&mut hello.ciphers, &mut hello.extensions, &mut hello.versions, &mut hello.signatures]
                {
                    list.insert(0, 0xfafa);
                    list.push(0x0a0a);
                }
            },
            "t13d1516h2_8daaf6152771_e5627efa2ab1",
        );
        // Both bytes must be alike to be GREASE.
        check(|hello| hello.ciphers = vec![0x1a2a], "t13d0116h2_73bebdc6633a_e5627efa2ab1");
    }

    #[test]
    fn what_is_not_there_is_zeros() {
        check(|hello| hello.ciphers.clear(), "t13d0016h2_000000000000_e5627efa2ab1");
        check(|hello| hello.extensions.clear(), "t13i1500h2_8daaf6152771_000000000000");
        check(|hello| hello.extensions = vec![0, 16], "t13d1502h2_8daaf6152771_000000000000");
        check(|hello| hello.alpn = None, "t13d151600_8daaf6152771_e5627efa2ab1");
        check(|hello| hello.alpn = Some(Vec::new()), "t13d151600_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn counts_end_at_99() {
        let hello = ClientHello { ciphers: vec![5; 120], extensions: vec![5; 120], ..example() };
        assert!(ja4(&hello, Carrier::Tcp).starts_with("t13i9999h2_"));
    }

    #[test]
    fn versions_are_the_highest_offered() {
        for (versions, stated, expected) in [
            (&[0x0303, 0x0304][..], 0x0303, "13"),
            (&[0x7a7a, 0x0303], 0x0301, "12"),
            (&[], 0x0303, "12"),
            (&[], 0x0302, "11"),
            (&[], 0x0301, "10"),
            (&[], 0x0300, "s3"),
            (&[], 0x0002, "s2"),
            (&[], 0x1234, "00"),
        ] {
            let hello = ClientHello { version: stated, versions: versions.to_vec(), ..example() };
            assert_eq!(version(&hello), expected);
        }
    }

    #[test]
    fn odd_protocols_show_their_digits() {
        for (alpn, expected) in [
            (&b"http/1.1"[..], "h1"),
            (b"h", "hh"),
            (b"\xab", "ab"),
            (b"\xab\xcd", "ad"),
            (b"\x30\xab", "3b"),
            (b"\x30\x31\xab\xcd", "3d"),
            (b"\x30\xab\xcd\x31", "01"),
        ] {
            assert_eq!(protocol(Some(alpn)), expected, "{alpn:?}");
        }
    }

    #[test]
    fn ja3_is_as_published() {
        // The two examples of the description of JA3.
        let hello = ClientHello {
            version: 769,
            ciphers: vec![47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
            extensions: vec![0, 10, 11],
            groups: vec![23, 24, 25],
            formats: vec![0],
            ..ClientHello::default()
        };
        assert_eq!(ja3_text(&hello), "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
        assert_eq!(ja3(&hello), "ada70206e40642a3e4461f35503241d5");

        let bare = ClientHello {
            version: 769,
            ciphers: vec![0x0a0a, 4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99],
            ..ClientHello::default()
        };
        assert_eq!(ja3_text(&bare), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
        assert_eq!(ja3(&bare), "de350869b8c85de67a350c8d186f11e6");
    }
}
