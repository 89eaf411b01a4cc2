/// Whether `number` has a shape: `#` is a digit, `@` a letter, `*` either, `[…]` one of those listed, anything else itself,
/// and `{n}` behind one of these repeats it.
pub(super) fn fits(number: &[u8], shape: &str) -> bool {
    let mut number = number;
    let mut shape = shape.as_bytes();
    while let Some((atom, rest)) = atom(shape) {
        let (count, rest) = repetition(rest);
        let Some((head, tail)) = number.split_at_checked(count) else { return false };
        if !head.iter().all(|byte| belongs(*byte, atom)) {
            return false;
        }
        (number, shape) = (tail, rest);
    }
    number.is_empty()
}

/// The first atom and what follows it.
fn atom(shape: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = match shape.first()? {
        b'[' => shape.iter().position(|byte| *byte == b']')? + 1,
        _ => 1,
    };
    shape.split_at_checked(length)
}

fn repetition(rest: &[u8]) -> (usize, &[u8]) {
    let counted = rest.strip_prefix(b"{").and_then(|inner| {
        let end = inner.iter().position(|byte| *byte == b'}')?;
        let count = std::str::from_utf8(inner.get(..end)?).ok()?.parse().ok()?;
        Some((count, inner.get(end + 1..)?))
    });
    counted.unwrap_or((1, rest))
}

fn belongs(byte: u8, atom: &[u8]) -> bool {
    match atom {
        b"#" => byte.is_ascii_digit(),
        b"@" => byte.is_ascii_uppercase(),
        b"*" => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        [b'[', listed @ .., b']'] => listed.contains(&byte),
        _ => atom == [byte],
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn shapes() {
        for (number, shape, whether) in [
            ("123", "#{3}", true),
            ("1234", "#{3}", false),
            ("12", "#{3}", false),
            ("X12A", "[XYZ]#{2}@", true),
            ("W12A", "[XYZ]#{2}@", false),
            ("BBG0Z", "BBG*{2}", true),
            ("BBH0Z", "BBG*{2}", false),
            ("", "", true),
        ] {
            assert_eq!(fits(number.as_bytes(), shape), whether, "{number} {shape}");
        }
    }
}
