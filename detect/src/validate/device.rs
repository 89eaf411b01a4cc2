use super::{Accepted, Found, digits};

/// Values of the letters of a vehicle identification number, from A on; I, O and Q are not used (49 CFR 565.15).
const LETTERS: [u32; 26] = [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9];
const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
/// Where the check digit stands.
const CHECK: usize = 8;

/// Whether six bytes are one card's address: neither everyone's nor nobody's.
pub(super) fn is_mac(text: &[u8]) -> bool {
    let first = text.first();
    text.iter()
        .any(|byte| byte.is_ascii_hexdigit() && !first.is_some_and(|first| first.eq_ignore_ascii_case(byte)))
}

/// Whether a vehicle identification number has its check digit, and letters beside digits.
pub(super) fn is_vin(text: &[u8]) -> bool {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        letter => LETTERS.get(usize::from(letter.checked_sub(b'A')?)).copied(),
    };
    let sum = text.iter().zip(WEIGHTS).try_fold(0, |sum, (byte, weight)| Some(sum + value(byte)? * weight));
    let check = match text.get(CHECK) {
        Some(b'X') => Some(10),
        Some(digit) if digit.is_ascii_digit() => Some(u32::from(digit - b'0')),
        _ => None,
    };
    let letters = text.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let varied = text.iter().any(|byte| Some(byte) != text.first());
    varied && (1..=14).contains(&letters) && check.is_some() && sum.map(|sum| sum % 11) == check
}

/// Accepts what could stand on a number plate, without blanks in front of it: letters and digits, 4 to 10 in all.
pub(super) fn judge_plate(found: Found<'_>) -> Option<Accepted> {
    let blanks = found.bytes().iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
    let found = Found { start: found.start + blanks, ..found };
    found.keep(is_plate(found.bytes()))
}

fn is_plate(text: &[u8]) -> bool {
    let signs = text.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    (4..=10).contains(&signs) && digits(text).count() > 0 && text.iter().any(u8::is_ascii_alphabetic)
}

/// Whether a name in an address is someone's account and no page of the network itself.
pub(super) fn is_handle(found: Found<'_>) -> bool {
    const PAGES: [&[u8]; 22] = [
        b"sharer",
        b"share",
        b"login",
        b"pages",
        b"groups",
        b"events",
        b"photo",
        b"photo.php",
        b"reel",
        b"reels",
        b"explore",
        b"stories",
        b"about",
        b"help",
        b"legal",
        b"policies",
        b"privacy",
        b"plugins",
        b"dialog",
        b"watch",
        b"marketplace",
        b"sharer.php",
    ];
    let name = found.bytes();
    !PAGES.iter().any(|page| page.eq_ignore_ascii_case(name)) && !name.ends_with(b".")
}

/// Whether a word is a made-up account's name rather than a word: it holds a digit, a dot or an underscore.
pub(super) fn is_made_up(found: Found<'_>) -> bool {
    let name = found.bytes();
    let inner = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
    let marked = name.iter().any(u8::is_ascii_digit) || inner.iter().any(|byte| matches!(byte, b'_' | b'.'));
    marked && !found.after().starts_with(b"(") && !name.ends_with(b".")
}

#[cfg(test)]
mod tests {
    use super::{is_mac, is_plate, is_vin};

    #[test]
    fn vehicle_numbers() {
        for (text, right) in [
            ("1M8GDM9AXKP042788", true),
            ("1HGCM82633A004352", true),
            ("1M8GDM9A1KP042788", false),
            ("11111111111111111", false),
        ] {
            assert_eq!(is_vin(text.as_bytes()), right, "{text}");
        }
    }

    #[test]
    fn plates_and_cards() {
        assert!(is_plate(b"HH-AB 1234"));
        assert!(!is_plate(b"ABC"));
        assert!(is_mac(b"00:1A:2B:3C:4D:5E"));
        assert!(!is_mac(b"ff:FF:ff:ff:ff:ff"));
    }
}
