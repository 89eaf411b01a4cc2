/// The longest shape of any plan has 17 signs; longer numbers have none that is known.
const LONGEST: usize = 24;

/// How a number is written, with a `d` for each digit: `(ddd) ddd-dddd`. Empty where it is too long to be a number's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    signs: [u8; LONGEST],
    length: usize,
}

impl Shape {
    /// Of a number with its separators.
    pub(super) fn of(number: &[u8]) -> Self {
        Self::from_signs(number.iter().map(|byte| if byte.is_ascii_digit() { b'd' } else { *byte }))
    }

    /// Without brackets, and with blanks for all separators.
    pub(super) fn loosened(signs: &[u8]) -> Self {
        let kept = signs.iter().filter(|sign| !matches!(sign, b'(' | b')'));
        Self::from_signs(kept.map(|sign| if matches!(sign, b'-' | b'.' | b'/') { b' ' } else { *sign }))
    }

    pub(super) fn signs(&self) -> &[u8] {
        self.signs.get(..self.length).unwrap_or_default()
    }

    /// Whether groups are parted in several ways, which only some countries do, each in its own.
    pub(super) fn is_mixed(&self) -> bool {
        let mut separators = self.signs().iter().filter(|sign| matches!(sign, b' ' | b'-' | b'.' | b'/'));
        let first = separators.next();
        !self.signs().contains(&b'(') && separators.any(|sign| Some(sign) != first)
    }

    fn from_signs(mut signs: impl Iterator<Item = u8>) -> Self {
        let mut shape = Self { signs: [0; LONGEST], length: 0 };
        for (place, sign) in shape.signs.iter_mut().zip(&mut signs) {
            *place = sign;
            shape.length += 1;
        }
        if signs.next().is_some() {
            shape.length = 0;
        }
        shape
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn shapes_of_numbers() {
        for (number, shape, loose, mixed) in [
            ("(212) 736-5000", "(ddd) ddd-dddd", "ddd ddd dddd", false),
            ("06.12.34", "dd.dd.dd", "dd dd dd", false),
            ("030/23 45", "ddd/dd dd", "ddd dd dd", true),
            ("1234567 1234567 1234567 1", "", "", false),
        ] {
            let found = Shape::of(number.as_bytes());
            assert_eq!(found.signs(), shape.as_bytes(), "{number}");
            assert_eq!(Shape::loosened(found.signs()).signs(), loose.as_bytes(), "{number}");
            assert_eq!(found.is_mixed(), mixed, "{number}");
        }
    }
}
