use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// What is looked at to tell an encoding.
const SAMPLE: usize = 64 * 1024;

/// How a text is written in bytes.
#[derive(Clone, Copy)]
pub(super) struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// The encoding of a text; nothing, if these are not bytes of a text.
    ///
    /// A byte order mark decides, then whether it is UTF-8, then where the zeros of UTF-16 stand, then the frequency
    /// of letters in the legacy encodings of the [WHATWG standard](https://encoding.spec.whatwg.org).
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
            return Some(Self(encoding));
        }
        let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
        if let Some(encoding) = wide(sample) {
            return Some(Self(encoding));
        }
        if is_binary(sample) {
            return None;
        }
        if is_utf8(sample) && !has_escapes(sample) {
            // A late byte of another encoding costs a replacement character, not the text.
            return Some(Self(UTF_8));
        }
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(sample, true);
        Some(Self(detector.guess(None, Utf8Detection::Deny)))
    }

    /// The text. Bytes that are none become replacement characters.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        self.0.decode(bytes).0.into_owned()
    }

    /// The encoding of a Windows code page.
    pub(super) fn of_code_page(page: u32) -> Self {
        Self(match page {
            65001 => UTF_8,
            932 => encoding_rs::SHIFT_JIS,
            936 => encoding_rs::GBK,
            949 => encoding_rs::EUC_KR,
            950 => encoding_rs::BIG5,
            874 => encoding_rs::WINDOWS_874,
            1250 => encoding_rs::WINDOWS_1250,
            1251 => encoding_rs::WINDOWS_1251,
            1253 => encoding_rs::WINDOWS_1253,
            1254 => encoding_rs::WINDOWS_1254,
            1255 => encoding_rs::WINDOWS_1255,
            1256 => encoding_rs::WINDOWS_1256,
            1257 => encoding_rs::WINDOWS_1257,
            1258 => encoding_rs::WINDOWS_1258,
            10000 => encoding_rs::MACINTOSH,
            _ => encoding_rs::WINDOWS_1252,
        })
    }

    pub(super) fn utf16_le() -> Self {
        Self(UTF_16LE)
    }
}

/// Decodes bytes that are known to be text.
pub(super) fn decode(bytes: &[u8]) -> String {
    Encoding::of(bytes).unwrap_or(Encoding(encoding_rs::WINDOWS_1252)).decode(bytes)
}

fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(cause) => cause.error_len().is_none() && cause.valid_up_to() + 4 > sample.len(),
    }
}

/// Escapes of ISO-2022-JP.
fn has_escapes(sample: &[u8]) -> bool {
    sample.windows(2).any(|pair| pair == b"\x1B$")
}

/// UTF-16 without a mark: half of the bytes of spaces, digits and Latin letters are zero.
fn wide(sample: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let (mut little, mut big, mut units) = (0_usize, 0_usize, 0_usize);
    for pair in sample.chunks_exact(2) {
        match *pair {
            [0, 0] => return None,
            [first, 0] if is_usual(first) => little += 1,
            [0, second] if is_usual(second) => big += 1,
            _ => {}
        }
        units += 1;
    }
    // Chinese and Japanese have few such letters, but line ends and spaces, and none on the other side.
    let enough = |one: usize, other: usize| one > 0 && one * 40 >= units && other * 20 <= one;
    match (enough(little, big), enough(big, little)) {
        (true, false) => Some(UTF_16LE),
        (false, true) => Some(UTF_16BE),
        _ => None,
    }
}

fn is_usual(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

/// A text has no zeros and hardly any other control characters.
fn is_binary(sample: &[u8]) -> bool {
    let control = |byte: &&u8| matches!(byte, 1..=8 | 14..=26 | 28..=31);
    sample.contains(&0) || sample.iter().filter(control).count() * 50 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::{Encoding, decode};

    #[test]
    fn encodings_are_told_apart() {
        let russian = "Список клиентов: Анна Иванова, телефон и адрес указаны в договоре.";
        let japanese = "顧客リストは社外秘です。取り扱いに注意してください。担当は田中です。";
        let chinese = "客户名单属于公司机密，请勿外传。联系人王小明，电话在第二页。";
        let french = "Les données personnelles du client sont protégées, même à l'étranger.";
        for (text, encoding) in [
            (russian, encoding_rs::WINDOWS_1251),
            (russian, encoding_rs::KOI8_R),
            (japanese, encoding_rs::SHIFT_JIS),
            (japanese, encoding_rs::EUC_JP),
            (japanese, encoding_rs::ISO_2022_JP),
            (chinese, encoding_rs::GBK),
            (chinese, encoding_rs::BIG5),
            (french, encoding_rs::WINDOWS_1252),
            (french, encoding_rs::UTF_8),
        ] {
            // Characters an encoding does not have would be written as references.
            let (bytes, _, lossy) = encoding.encode(text);
            if !lossy {
                assert_eq!(decode(&bytes), text, "{}", encoding.name());
            }
        }
    }

    #[test]
    fn wide_text_needs_no_mark() {
        for text in ["name\tphone\nAnna\t555", "Ünïcödé and more", "顧客リスト 1\n顧客リスト 2\n"]
        {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [&little, &big] {
                assert_eq!(decode(bytes), text);
                assert!(Encoding::of(bytes).is_some());
            }
            let marked = [&[0xFF, 0xFE], &little[..]].concat();
            assert_eq!(decode(&marked), text);
        }
        assert!(Encoding::of(b"\x7FELF\0\0\0\0\x01").is_none());
    }
}
