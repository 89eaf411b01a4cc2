//! What can be seen of a value given to a name: signs for and against a credential.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{
    assignment::{Assignment, Operator},
    entropy::entropy,
    likeness::{for_each_word, surprise},
    placeholder,
    sign::Sign,
    vocabulary::{Told, told, told_of_name},
};

/// How much of a line is looked at before and behind an assignment.
const LINE: usize = 160;

/// Words that stand for a credential wherever in a value they stand.
static STANDINS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = ["password", "passwd", "secret", "token", "apikey", "changeme", "example", "test"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

/// Tells `tell` every sign of an assignment and its amount.
pub(crate) fn signs(text: &[u8], assignment: &Assignment, mut tell: impl FnMut(Sign, f32)) {
    let part = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default();
    let (name, value) = (part(assignment.name), part(assignment.value));
    let bare = assignment.quote.is_none();
    let called = name_signs(name, &mut tell);
    kind_signs(value, &mut tell);
    random_signs(value, &mut tell);
    form_signs(value, bare, &mut tell);
    word_signs(name, value, &mut tell);
    line_signs(text, assignment, &mut tell);
    let mut sign = |holds: bool, sign: Sign| {
        if holds {
            tell(sign, 1.0);
        }
    };
    let opened = assignment.name.0.checked_sub(1).and_then(|at| text.get(at));
    let whole = opened.is_some_and(|byte| b"\"'`".contains(byte));
    let sets = [&b"set"[..], b"Set", b"with"].iter().any(|verb| name.starts_with(verb));
    let joined = match assignment.operator {
        Operator::Call if !called.holds(Told::CREDENTIAL) => Sign::CallOfOther,
        Operator::Call if sets => Sign::AssignQuoted,
        other => operator(other, bare),
    };
    sign(true, joined);
    sign(assignment.named_in_quotes, Sign::NamedInQuotes);
    sign(assignment.named_in_quotes && !whole, Sign::NamedWithinQuotes);
    sign(assignment.quote == Some(b'`'), Sign::Backticks);
}

fn operator(operator: Operator, bare: bool) -> Sign {
    match (operator, bare) {
        (Operator::Assign, false) => Sign::AssignQuoted,
        (Operator::Assign, true) => Sign::AssignBare,
        (Operator::Colon, false) => Sign::ColonQuoted,
        (Operator::Colon, true) => Sign::ColonBare,
        (Operator::Compare, _) => Sign::Compare,
        (Operator::Arrow, false) => Sign::ArrowQuoted,
        (Operator::Arrow, true) => Sign::ArrowBare,
        (Operator::Comma, _) => Sign::Comma,
        (Operator::Call, _) => Sign::Call,
        (Operator::Element, _) => Sign::Element,
        (Operator::Argument, _) => Sign::Argument,
        (Operator::Statement, _) => Sign::Statement,
    }
}

/// Tells the signs of a name, and gives what its last word says.
fn name_signs(name: &[u8], tell: &mut impl FnMut(Sign, f32)) -> Told {
    let (mut all, mut last) = (Told::default(), Told::default());
    for_each_word(name, |word| {
        last = told_of_name(word);
        all = all.and(last);
    });
    let mut sign = |holds: bool, sign: Sign| {
        if holds {
            tell(sign, 1.0);
        }
    };
    all.signs().for_each(|kind| sign(true, kind));
    sign(last.holds(Told::ABOUT), Sign::NameEndsAbout);
    sign(last == Told::default() && all.holds(Told::CREDENTIAL), Sign::NameEndsOther);
    sign(!all.holds(Told::CREDENTIAL), Sign::NameOther);
    let capitals = name.iter().filter(|byte| byte.is_ascii_alphabetic()).all(u8::is_ascii_uppercase);
    sign(capitals, Sign::NameCapitals);
    sign(name.contains(&b'.'), Sign::NameMember);
    last
}

/// How many characters of each kind a value has.
#[derive(Default)]
struct Kinds {
    lower: usize,
    upper: usize,
    digit: usize,
    sign: usize,
    foreign: usize,
}

impl Kinds {
    fn of(value: &[u8]) -> Self {
        let mut kinds = Self::default();
        for byte in value {
            *match byte {
                b'a'..=b'z' => &mut kinds.lower,
                b'A'..=b'Z' => &mut kinds.upper,
                b'0'..=b'9' => &mut kinds.digit,
                0x80.. => &mut kinds.foreign,
                _ => &mut kinds.sign,
            } += 1;
        }
        kinds
    }
}

/// Length and kinds of characters.
#[expect(clippy::cast_precision_loss, reason = "values are short")]
fn kind_signs(value: &[u8], tell: &mut impl FnMut(Sign, f32)) {
    let kinds = Kinds::of(value);
    let letters = kinds.lower + kinds.upper;
    let length = match value.len() {
        ..=4 => Sign::To4,
        5..=7 => Sign::To7,
        8..=11 => Sign::To11,
        12..=19 => Sign::To19,
        20..=39 => Sign::To39,
        _ => Sign::From40,
    };
    tell(length, 1.0);
    let several =
        [kinds.lower, kinds.upper, kinds.digit, kinds.sign].iter().filter(|count| **count > 0).count();
    let several = match several {
        ..=1 => Sign::OneKind,
        2 => Sign::TwoKinds,
        3 => Sign::ThreeKinds,
        _ => Sign::FourKinds,
    };
    tell(several, 1.0);
    for (count, sign) in [
        (kinds.digit, Sign::Digits),
        (kinds.upper, Sign::Capitals),
        (kinds.sign, Sign::Marks),
        (kinds.foreign, Sign::Foreign),
    ] {
        tell(sign, count as f32 / value.len() as f32);
    }
    let mut sign = |holds: bool, sign: Sign| {
        if holds {
            tell(sign, 1.0);
        }
    };
    // A sign or two may stand behind them, as in `Summer2024!`.
    let marks = value.iter().rev().take(2).take_while(|byte| b"!@#$%&*?+".contains(byte)).count();
    let last = value.iter().rev().skip(marks).position(|byte| !byte.is_ascii_digit());
    sign(kinds.digit == value.len(), Sign::DigitsOnly);
    sign(kinds.digit > 0 && letters > 0, Sign::LettersAndDigits);
    sign(kinds.digit > 0 && last == Some(kinds.digit), Sign::DigitsAtEnd);
    let hex = value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    sign(hex && kinds.digit > 0 && value.len() >= 16, Sign::Hexadecimal);
    sign(letters < 4, Sign::FewLetters);
}

/// How random the characters are.
#[expect(clippy::cast_precision_loss, reason = "values are short")]
fn random_signs(value: &[u8], tell: &mut impl FnMut(Sign, f32)) {
    let changes = value
        .array_windows()
        .filter(|[one, two]: &&[u8; 2]| one.is_ascii_digit() != two.is_ascii_digit())
        .count();
    tell(Sign::Changes, changes.min(12) as f32 / 12.0);
    let bits = entropy(value);
    tell(Sign::Entropy, bits / 6.0);
    tell(Sign::Variety, bits / (value.len() as f32).log2().max(1.0));
    let longest_run = value.chunk_by(|one, other| one == other).map(<[u8]>::len).max().unwrap_or(0);
    tell(Sign::Repetition, (longest_run.min(8) as f32 - 1.0) / 7.0);
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if let Some(bits) = surprise(value).filter(|_| letters >= 4) {
        let strange = (bits - 4.0) / 2.0;
        tell(Sign::Strange, strange);
        tell(Sign::VeryStrange, (strange - 0.5).max(0.0));
        if value.len() >= 12 {
            tell(Sign::StrangeAndLong, strange);
        }
    }
}

/// References, templates, calls, paths and other code in the place of a value.
fn form_signs(value: &[u8], bare: bool, tell: &mut impl FnMut(Sign, f32)) {
    let mut sign = |holds: bool, sign: Sign| {
        if holds {
            tell(sign, 1.0);
        }
    };
    let has = |part: &str| memchr::memmem::find(value, part.as_bytes()).is_some();
    let first = value.first().copied().unwrap_or(0);
    let last = value.last().copied().unwrap_or(0);
    let digits = value.iter().any(u8::is_ascii_digit);
    let blanks = value.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    // In a value of wild signs, brackets are no code.
    let wild = is_wild(value);
    sign(wild, Sign::Wild);
    if !wild {
        let reference = matches!(
            (first, last),
            (b'$', _) | (b'%', b'%') | (b'{', b'}') | (b'<', b'>') | (b'[', b']') | (b'#', _)
        );
        let template = has("${") || has("{{") || has("%s") || has("#{") || has("%(");
        let variable = first == b'$' || value.starts_with(b"{{") || value.starts_with(b"#{");
        sign(bare && b"$%{<[(&#*".contains(&first), Sign::BareReference);
        sign(!bare && reference, Sign::Reference);
        sign(variable, Sign::Variable);
        sign(template, if bare { Sign::BareTemplate } else { Sign::Template });
        sign(bare && (has("(") || has(")")), Sign::BareCall);
        sign(bare && value.iter().any(|byte| b"[]{}|".contains(byte)), Sign::BareBrackets);
        sign(value.contains(&b'_'), Sign::Underscore);
        sign(has("::") || has("->"), Sign::Scope);
        sign(placeholder::is_placeholder(value), Sign::Placeholder);
    }
    sign(is_words_joined_by(b'.', value), if bare { Sign::BareMember } else { Sign::Member });
    sign(is_words_joined_by(b'-', value), Sign::DashedWords);
    sign(digits && value.iter().any(|byte| b"!#$%&*+?@^~".contains(byte)), Sign::MarkAndDigit);
    let within = value.array_windows().any(|[one, sign, two]: &[u8; 3]| {
        one.is_ascii_alphabetic() && b"$!#&*@".contains(sign) && two.is_ascii_alphabetic()
    });
    let plain = value.iter().filter(|byte| !byte.is_ascii_alphanumeric()).count() == 1;
    sign(within && plain, Sign::MarkWithin);
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let identifier = !digits && value.iter().all(named);
    let humps = value
        .array_windows()
        .any(|[one, two]: &[u8; 2]| one.is_ascii_lowercase() && two.is_ascii_uppercase());
    sign(identifier && bare, Sign::BareIdentifier);
    sign(identifier && humps, Sign::Humps);
    sign(value.split(|byte| *byte == b'/').filter(|part| part.len() > 1).count() > 1, Sign::Path);
    sign(has("://"), Sign::Url);
    sign(value.contains(&b'@'), Sign::AtMark);
    sign(has("..."), Sign::Ellipsis);
    sign(blanks > 0, Sign::Blank);
    sign(blanks > 2, Sign::Sentence);
    sign(value.iter().all(|byte| b"xX*.-_ ".contains(byte)), Sign::Crosses);
    sign(value.iter().all(u8::is_ascii_lowercase), Sign::LowerOnly);
    sign(value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_'), Sign::CapitalsOnly);
    sign(first.is_ascii_uppercase() && value.iter().skip(1).all(u8::is_ascii_lowercase), Sign::Capitalised);
    sign(super::assigned::is_uuid(value), Sign::Uuid);
}

fn is_words_joined_by(separator: u8, value: &[u8]) -> bool {
    let is_word = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_alphabetic)
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    value.contains(&separator) && value.split(|byte| *byte == separator).all(is_word)
}

/// Whether a value has signs as no code has them: brackets that do not fit each other, or three others of them.
fn is_wild(value: &[u8]) -> bool {
    let begins = value.first().is_some_and(u8::is_ascii_alphanumeric);
    let odd = value.iter().filter(|byte| b"(){}[]<>$%&|!?@^*~;".contains(byte)).count();
    let others = b"!?@#$%^&*~+".iter().filter(|sign| value.contains(sign)).count();
    let whole = begins && !value.iter().any(u8::is_ascii_whitespace);
    whole && (others > 2 || odd > 3 && !brackets_fit(value))
}

/// Whether every closing bracket meets the one that was opened last; those left open do not count.
fn brackets_fit(value: &[u8]) -> bool {
    let (mut open, mut depth) = ([0; 16], 0_usize);
    for byte in value {
        match byte {
            b'(' | b'[' | b'{' => {
                if let Some(place) = open.get_mut(depth) {
                    *place = *byte;
                }
                depth += 1;
            }
            b')' | b']' | b'}' => {
                // Brackets of ASCII stand one or two places behind their opening ones.
                let fits =
                    depth == 0 || open.get(depth - 1).is_none_or(|opened| byte.wrapping_sub(*opened) <= 2);
                if !fits {
                    return false;
                }
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    true
}

/// Words in a value, and of its name in it.
#[expect(clippy::cast_precision_loss, reason = "values are short")]
fn word_signs(name: &[u8], value: &[u8], tell: &mut impl FnMut(Sign, f32)) {
    let (mut covered, mut all, mut repeated) = (0, 0, false);
    for_each_word(value, |word| {
        all += 1;
        if told(word).holds(Told::STANDIN) {
            covered += word.len();
        }
        repeated |= word.len() > 4
            && name.len() >= word.len()
            && name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    });
    let characters = value.iter().filter(|byte| byte.is_ascii_alphanumeric()).count();
    tell(Sign::StandinWords, covered as f32 / characters.max(1) as f32);
    let mut sign = |holds: bool, sign: Sign| {
        if holds {
            tell(sign, 1.0);
        }
    };
    sign(STANDINS.as_ref().is_some_and(|words| words.is_match(value)), Sign::HoldsStandin);
    sign(repeated, Sign::RepeatsName);
    sign(all > 3, Sign::ManyWords);
}

/// What stands on the line around name and value.
fn line_signs(text: &[u8], assignment: &Assignment, tell: &mut impl FnMut(Sign, f32)) {
    let mut sign = |holds: bool, sign: Sign| {
        if holds {
            tell(sign, 1.0);
        }
    };
    let from = assignment.name.0.min(assignment.value.0);
    let before = text.get(from.saturating_sub(LINE)..from).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_start();
    let comment = [&b"//"[..], b"#", b"*", b"--", b";"].iter().any(|sign| line.starts_with(sign));
    let to = assignment.value.1 + usize::from(assignment.quote.is_some());
    let after = text.get(to..text.len().min(to + LINE)).unwrap_or_default();
    let rest = after.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let ended = rest.starts_with(b"#") || rest.starts_with(b"//") || rest == b"\\" || rest == b",";
    let next = if ended { 0 } else { rest.first().copied().unwrap_or(0) };
    sign(comment, Sign::Comment);
    match (assignment.quote, next) {
        (Some(_), b'+' | b'%' | b'.' | b'(' | b'[') => sign(true, Sign::GoesOn),
        (None, byte) if byte.is_ascii_alphabetic() => sign(true, Sign::WordsFollow),
        (None, b'(' | b'[' | b'.' | b'+' | b'"' | b'\'' | b'<' | b'>') => sign(true, Sign::CodeFollows),
        _ => {}
    }
    let spaced = text.get(assignment.name.1).is_some_and(u8::is_ascii_whitespace);
    let assigned = assignment.operator == Operator::Assign && assignment.quote.is_none();
    sign(assigned && spaced && rest == b";", Sign::CodeStatement);
    let others = line.trim_ascii_end().strip_suffix(b"'").or(line.trim_ascii_end().strip_suffix(b"\""));
    let after_another = others.is_some_and(|others| others.trim_ascii_end().ends_with(b","));
    let listed = assignment.operator == Operator::Comma && after_another && next == b',';
    sign(listed, Sign::Listed);
    sign(line.is_empty() && next == 0, Sign::Alone);
}

#[cfg(test)]
mod tests {
    use super::is_wild;

    #[test]
    fn signs_that_no_code_has() {
        for (value, wild) in [
            ("q(8}Zk[T3v{Lw", true),
            ("a!7#kd*2", true),
            ("getKey(x[0],{})", false),
            ("f(a))", false),
            ("hunter2!", false),
            ("${A}", false),
        ] {
            assert_eq!(is_wild(value.as_bytes()), wild, "{value}");
        }
    }
}
