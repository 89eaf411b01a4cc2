use std::ops::Deref;

/// The longest number of any format, separators not counted.
const ROOM: usize = 44;
/// What only separates, unless a format says otherwise.
const SEPARATORS: &str = " \t-./,:()'\u{a0}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{202f}";

/// A number without separators, in upper case and ASCII digits.
pub(super) struct Compact {
    bytes: [u8; ROOM],
    length: usize,
}

impl Compact {
    /// Leaves out separators other than those `kept`; nothing where the number is too long for any format.
    pub(super) fn new(text: &str, kept: &str) -> Option<Self> {
        let mut compact = Self { bytes: [0; ROOM], length: 0 };
        for character in text.trim().chars().filter(|c| kept.contains(*c) || !SEPARATORS.contains(*c)) {
            *compact.bytes.get_mut(compact.length)? = plain(character);
            compact.length += 1;
        }
        Some(compact)
    }

    /// With zeros in front, up to `length` characters.
    pub(super) fn padded(mut self, length: usize) -> Self {
        let missing = length.min(ROOM).saturating_sub(self.length);
        self.bytes.rotate_right(missing);
        self.bytes.iter_mut().take(missing).for_each(|byte| *byte = b'0');
        self.length += missing;
        self
    }
}

impl Deref for Compact {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// Upper case, and ASCII for Arabic and Persian digits; what no format has becomes a question mark.
fn plain(character: char) -> u8 {
    let digit = |zero: u32| u8::try_from(u32::from(character) - zero).unwrap_or_default() + b'0';
    match character {
        '\u{660}'..='\u{669}' => digit(0x660),
        '\u{6f0}'..='\u{6f9}' => digit(0x6f0),
        // Ñ is a letter of its own in Mexico's registers; the tilde stands for it.
        'Ñ' | 'ñ' => b'~',
        _ if character.is_ascii() => u8::try_from(character).unwrap_or(b'?').to_ascii_uppercase(),
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::Compact;

    #[test]
    fn separators_do_not_matter() {
        for (text, kept, plain) in [
            (" 12-3.4/5 x ", "", "12345X"),
            ("12-34", "-", "12-34"),
            ("1\u{2013}2\u{a0}3", "", "123"),
            ("\u{664}\u{662}", "", "42"),
            ("1é", "", "1?"),
        ] {
            assert_eq!(&*Compact::new(text, kept).unwrap(), plain.as_bytes(), "{text}");
        }
        assert!(Compact::new(&"1".repeat(45), "").is_none());
        assert_eq!(&*Compact::new("12", "").unwrap().padded(4), b"0012");
    }
}
