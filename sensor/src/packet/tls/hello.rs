use crate::packet::cursor::Cursor;

/// What a client says first (RFC 8446 §4.1.2), as far as names and fingerprints need it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClientHello {
    /// The version as it stands in the message, not in the record.
    pub(crate) version: u16,
    pub(crate) ciphers: Vec<u16>,
    /// Types of the extensions, in their order.
    pub(crate) extensions: Vec<u16>,
    pub(crate) groups: Vec<u16>,
    pub(crate) formats: Vec<u8>,
    /// Signature algorithms, in their order.
    pub(crate) signatures: Vec<u16>,
    /// The supported versions, where the client gives a list.
    pub(crate) versions: Vec<u16>,
    /// The name as sent.
    pub(crate) name: Option<Vec<u8>>,
    /// The first protocol offered.
    pub(crate) alpn: Option<Vec<u8>>,
    pub(crate) ech: Option<EchOffer>,
}

/// What stands in an extension of Encrypted Client Hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EchOffer {
    /// A sealed hello, real or made up, for the key with this number (RFC 9849 §5).
    Outer { config: u8 },
    /// The hello that was sealed: seen only behind the server that opened it.
    Inner,
    /// An encrypted name of the first drafts (draft-ietf-tls-esni-02), which no client makes up.
    Name,
}

/// How much of a hello was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// Cut off: what was read holds, fingerprints do not.
    Part,
}

impl ClientHello {
    /// Reads the body of the message as far as it goes.
    pub(crate) fn read(body: &[u8]) -> (Self, Extent) {
        let mut hello = Self::default();
        let extent = match hello.fill(Cursor::new(body)) {
            Some(()) => Extent::Whole,
            None => Extent::Part,
        };
        (hello, extent)
    }

    fn fill(&mut self, mut body: Cursor<'_>) -> Option<()> {
        self.version = body.u16()?;
        body.skip(32)?; // random
        body.short()?; // session
        let ciphers = body.long()?;
        self.ciphers = numbers(ciphers);
        body.short()?; // compression
        if body.is_empty() {
            return Some(()); // TLS 1.2 and before may end here
        }
        let length = body.u16()?;
        let mut extensions = Cursor::new(body.rest());
        // A length beyond the message, or bytes after it, would be another message: nothing is cut there.
        let whole = extensions.take(length.into());
        let mut extensions = Cursor::new(whole.unwrap_or(body.rest()));
        while !extensions.is_empty() {
            let kind = extensions.u16()?;
            let length = extensions.u16()?;
            let (value, extent) = match extensions.take(length.into()) {
                Some(value) => (value, Extent::Whole),
                None => (extensions.rest(), Extent::Part),
            };
            self.extensions.push(kind);
            self.extension(kind, Cursor::new(value));
            if extent == Extent::Part {
                return None;
            }
        }
        whole.map(|_| ())
    }

    /// Reads one extension; one that is not valid says nothing.
    fn extension(&mut self, kind: u16, mut value: Cursor<'_>) -> Option<()> {
        match kind {
            // RFC 6066 §3: the first name of type host
            0 if self.name.is_none() => {
                value.skip(2)?;
                let 0 = value.u8()? else { return None };
                self.name = Some(value.long()?.to_vec());
            }
            10 => self.groups = numbers(value.long()?),
            11 => self.formats = value.short()?.to_vec(),
            13 => self.signatures = numbers(value.long()?),
            // RFC 7301 §3.1
            16 if self.alpn.is_none() => {
                value.skip(2)?;
                self.alpn = Some(value.short()?.to_vec());
            }
            43 => self.versions = numbers(value.short()?),
            0xfe0d => {
                self.ech = match value.u8()? {
                    0 => {
                        value.skip(4)?;
                        Some(EchOffer::Outer { config: value.u8()? })
                    }
                    1 => Some(EchOffer::Inner),
                    _ => None,
                };
            }
            0xffce => self.ech = Some(EchOffer::Name),
            _ => {}
        }
        Some(())
    }
}

fn numbers(bytes: &[u8]) -> Vec<u16> {
    bytes.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prefixed(length: usize, bytes: &[u8]) -> Vec<u8> {
        let count = (bytes.len() as u32).to_be_bytes();
        [&count[4 - length..], bytes].concat()
    }

    /// Body of a hello of these ciphers and extensions.
    pub(crate) fn body(version: u16, ciphers: &[u16], extensions: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let ciphers: Vec<u8> = ciphers.iter().flat_map(|cipher| cipher.to_be_bytes()).collect();
        let extensions: Vec<u8> = extensions
            .iter()
            .flat_map(|(kind, value)| [kind.to_be_bytes().to_vec(), prefixed(2, value)].concat())
            .collect();
        let parts = [
            version.to_be_bytes().to_vec(),
            vec![7; 32],
            prefixed(1, &[]),
            prefixed(2, &ciphers),
            prefixed(1, &[0]),
            if extensions.is_empty() { Vec::new() } else { prefixed(2, &extensions) },
        ];
        parts.concat()
    }

    pub(crate) fn name(host: &str) -> (u16, Vec<u8>) {
        (0, prefixed(2, &[vec![0], prefixed(2, host.as_bytes())].concat()))
    }

    pub(crate) fn alpn(protocols: &[&[u8]]) -> (u16, Vec<u8>) {
        let list: Vec<u8> = protocols.iter().flat_map(|protocol| prefixed(1, protocol)).collect();
        (16, prefixed(2, &list))
    }

    pub(crate) fn list(kind: u16, values: &[u16]) -> (u16, Vec<u8>) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
        (kind, prefixed(if kind == 43 { 1 } else { 2 }, &bytes))
    }

    pub(crate) fn ech(config: u8) -> (u16, Vec<u8>) {
        (0xfe0d, [vec![0, 0, 1, 0, 1, config], prefixed(2, &[9; 32]), prefixed(2, &[8; 144])].concat())
    }

    fn sample() -> Vec<u8> {
        body(
            0x0303,
            &[0x1301, 0xc02b],
            &[
                name("api.example.ai"),
                list(10, &[29, 23]),
                alpn(&[b"h2", b"http/1.1"]),
                list(43, &[0x0304]),
                ech(5),
            ],
        )
    }

    #[test]
    fn everything_is_read() {
        let (hello, extent) = ClientHello::read(&sample());
        assert_eq!(extent, Extent::Whole);
        assert_eq!(hello.ciphers, [0x1301, 0xc02b]);
        assert_eq!(hello.extensions, [0, 10, 16, 43, 0xfe0d]);
        assert_eq!(hello.groups, [29, 23]);
        assert_eq!(hello.versions, [0x0304]);
        assert_eq!(hello.name.as_deref(), Some(&b"api.example.ai"[..]));
        assert_eq!(hello.alpn.as_deref(), Some(&b"h2"[..]));
        assert_eq!(hello.ech, Some(EchOffer::Outer { config: 5 }));
    }

    #[test]
    fn a_cut_hello_says_what_it_can() {
        let sample = sample();
        let (whole, _) = ClientHello::read(&sample);
        for length in 0..sample.len() {
            let (part, extent) = ClientHello::read(&sample[..length]);
            // Where the extensions would begin, it looks like a hello without any.
            let short = part.extensions.is_empty() && length == 2 + 32 + 1 + 6 + 2;
            assert_eq!(extent, if short { Extent::Whole } else { Extent::Part }, "{length}");
            assert!(part.name.is_none() || part.name == whole.name, "{length}");
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_are_read_to_something(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            ClientHello::read(&bytes);
        }
    }
}
