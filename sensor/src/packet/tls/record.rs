use crate::packet::{assembly::Assembly, cursor::Cursor, unread::Unread};

/// A handshake message longer than this is not believed; post-quantum hellos have 2 KiB, chains of certificates 10.
const LONGEST: usize = 128 * 1024;
/// A record's payload may have 2^14 bytes, and 2,048 more when encrypted (RFC 5246 §6.2.3).
const LONGEST_RECORD: usize = (1 << 14) + 2048;

const CHANGE_CIPHER: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

/// Handshake messages as they come out of records, which may cut them anywhere.
#[derive(Debug, Default)]
pub(crate) struct Records {
    messages: Vec<u8>,
}

/// The next message, if it is there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    Message {
        kind: u8,
        body: Vec<u8>,
    },
    /// More is needed.
    Partial,
    /// No further handshake in clear.
    Over,
    Bad(Unread),
}

impl Records {
    /// Whether a connection's first bytes look like TLS.
    pub(crate) fn begin(first: &[u8]) -> bool {
        matches!(first, [HANDSHAKE, 3, 0..=4, high, low, 1 | 2, ..]
            if usize::from(u16::from_be_bytes([*high, *low])) <= LONGEST_RECORD)
    }

    /// The next message of a stream whose records are consumed as they become whole.
    pub(crate) fn next(&mut self, stream: &mut Assembly) -> Handshake {
        loop {
            if let Some(found) = self.message() {
                return found;
            }
            let mut record = Cursor::new(stream.known());
            let (Some(kind), Some([3, _]), Some(payload)) = (record.u8(), record.array(), record.long())
            else {
                return match stream.known() {
                    [_, 3, ..] | [_] | [] => Handshake::Partial,
                    _ => Handshake::Over,
                };
            };
            match kind {
                HANDSHAKE if payload.len() <= LONGEST_RECORD => self.messages.extend_from_slice(payload),
                ALERT => {}
                CHANGE_CIPHER => return Handshake::Over,
                _ => return Handshake::Over,
            }
            let length = payload.len() + 5;
            stream.consume(length);
        }
    }

    /// What is there of a message that will not become whole: its type and the beginning of its body.
    pub(crate) fn unfinished(&self, stream: &Assembly) -> Option<(u8, Vec<u8>)> {
        let mut bytes = self.messages.clone();
        if let [HANDSHAKE, 3, _, _, _, payload @ ..] = stream.known() {
            bytes.extend_from_slice(payload);
        }
        let (kind, rest) = bytes.split_first()?;
        Some((*kind, rest.get(3..)?.to_vec()))
    }

    /// How much memory this takes.
    pub(crate) fn held(&self) -> usize {
        self.messages.len()
    }

    fn message(&mut self) -> Option<Handshake> {
        let mut cursor = Cursor::new(&self.messages);
        let kind = cursor.u8()?;
        let length = usize::try_from(cursor.u24()?).ok()?;
        if length > LONGEST {
            return Some(Handshake::Bad(Unread::Hello));
        }
        let body = cursor.take(length)?.to_vec();
        self.messages.drain(..length + 4);
        Some(Handshake::Message { kind, body })
    }
}

/// Which protocol a server chose, by its hello (RFC 8446 §4.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerHello {
    /// TLS 1.3: what follows is encrypted.
    Encrypts,
    /// TLS 1.2 or before: the certificate follows in clear.
    Clear,
}

impl ServerHello {
    pub(crate) fn read(body: &[u8]) -> Self {
        if encrypts(Cursor::new(body)) == Some(()) { Self::Encrypts } else { Self::Clear }
    }
}

fn encrypts(mut body: Cursor<'_>) -> Option<()> {
    body.skip(2 + 32)?;
    body.short()?;
    body.skip(3)?;
    let mut extensions = Cursor::new(body.long()?);
    loop {
        let kind = extensions.u16()?;
        let value = extensions.long()?;
        if kind == 43 {
            return (value == [3, 4] || value.first() == Some(&0x7f)).then_some(());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn record(payload: &[u8]) -> Vec<u8> {
        [&[HANDSHAKE, 3, 1], &(payload.len() as u16).to_be_bytes()[..], payload].concat()
    }

    #[test]
    fn messages_are_cut_by_records_anywhere() {
        let message = [&[1, 0, 0, 9][..], b"client hi"].concat();
        for cut in 1..message.len() {
            let (left, right) = message.split_at(cut);
            let mut stream = Assembly::default();
            stream.push(0, &[record(left), record(right), record(&[2, 0, 0, 0])].concat(), 1000);
            let mut records = Records::default();
            let found = records.next(&mut stream);
            assert_eq!(found, Handshake::Message { kind: 1, body: b"client hi".to_vec() }, "{cut}");
            assert_eq!(records.next(&mut stream), Handshake::Message { kind: 2, body: Vec::new() });
            assert_eq!(records.next(&mut stream), Handshake::Partial);
        }
    }

    #[test]
    fn an_absurd_length_is_not_waited_for() {
        let mut stream = Assembly::default();
        stream.push(0, &record(&[1, 0xff, 0xff, 0xff, 0]), 1000);
        assert_eq!(Records::default().next(&mut stream), Handshake::Bad(Unread::Hello));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut stream = Assembly::default();
            stream.push(0, &bytes, 1000);
            let mut records = Records::default();
            for _ in 0..=bytes.len() {
                match records.next(&mut stream) {
                    Handshake::Message { .. } => {}
                    _ => return Ok(()),
                }
            }
            prop_assert!(false, "endless");
        }
    }
}
