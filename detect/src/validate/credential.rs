//! Whether a value given to a name for credentials is one: a logistic regression over signs of name, value and line.
//!
//! The weights are data, `training/credential.weights`, made by `examples/train_credentials.rs`; an account of them is in
//! `docs/detectors/credentials.md`.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    Accepted, Found,
    assignment::{Assignment, Operator},
    entropy::entropy,
    likeness::{for_each_word, surprise},
};

static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_str!("../../training/credential.weights")));

/// Least probability at which a value counts.
const LEAST: f32 = 0.5;
/// A value of a name for credentials is never reported as surer than a vendor's own format.
const SUREST: f32 = 0.75;
/// Longest value that is weighed; what is longer is a document.
const LONGEST: usize = 400;

/// So many steps up the alphabet, or as digits, make a value no one generated.
const SEQUENCE: usize = 10;
/// How much of a line is looked at before and behind an assignment.
const LINE: usize = 160;

/// Words of names by what they are for; `about` says that a value is no credential.
const KINDS: [(&str, &str); 8] = [
    (
        "name:password",
        "pass pwd passwd password passphrase passwort kennwort senha contrasena parola haslo wachtwoord",
    ),
    ("name:secret", "secret secrete private"),
    ("name:token", "token jwt bearer"),
    ("name:key", "key apikey accesskey keyauth"),
    ("name:auth", "auth authorization credential credentials cred login"),
    ("name:vendor", "api access client app application master admin root db database user aws service"),
    (
        "name:about",
        "id name file path url uri type field label length len size min max hash policy pattern regex regexp \
         format expires expiry expiration expired count index limit usage placeholder prompt message msg \
         title hint description desc error invalid text header prefix suffix env var dir folder store storage \
         manager provider endpoint host algorithm alg strength reset forgot change changed show hide tooltip \
         mandatory required enabled disabled column table input selector class element style public pub \
         primary foreign sort row cache bucket tag csrf xsrf nonce next page cursor sha1 sha256 md5 checksum \
         digest fingerprint integrity keyword keyboard tokenizer tokens translation i18n locale",
    ),
    ("name:test", "test example sample dummy fake mock demo foo bar"),
];
/// Words of values that stand for a credential, or describe one.
const STANDINS: &str = "password passwd pass pwd passwort secret token key apikey credential credentials test testing \
     example sample dummy fake mock foo bar baz changeme change me placeholder your my here todo none \
     null nil true false undefined string str text int bool empty default required optional unknown \
     hidden input prompt env value username user login email name field type bearer basic auth oauth jwt \
     invalid missing incorrect wrong valid insert replace redacted enter new old current get set client \
     access api id file data config not real";

/// What every known word says: a bit for each kind of name, and the last for stand-ins.
static WORDS: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
    let mut words: HashMap<&str, u16> = HashMap::new();
    for ((_, known), kind) in KINDS.iter().zip(0..) {
        known.split_ascii_whitespace().for_each(|word| *words.entry(word).or_default() |= 1 << kind);
    }
    STANDINS.split_ascii_whitespace().for_each(|word| *words.entry(word).or_default() |= STANDIN);
    words
});
/// Words that stand at the end of others.
const JOINED: [&str; 7] = ["password", "passwd", "pass", "pwd", "secret", "token", "key"];
/// The bit of the kind `about`.
const ABOUT: u16 = 1 << 6;
const STANDIN: u16 = 1 << 15;

/// What a word says, whatever its case.
fn told(word: &[u8]) -> u16 {
    let mut lower = [0; 16];
    let Some(lower) = lower.get_mut(..word.len()) else { return 0 };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    str::from_utf8(lower).ok().and_then(|word| WORDS.get(word)).copied().unwrap_or(0)
}

/// Signs of an assignment, by name; the order is that of the names' first use and of no meaning.
pub(crate) type Signs = Vec<(&'static str, f32)>;

/// A weight for every sign.
struct Weights(Vec<(String, f32)>);

impl Weights {
    fn read(text: &str) -> Self {
        let line = |line: &str| {
            let (name, weight) = line.split_once(' ')?;
            Some((name.replace('_', " "), weight.trim().parse().ok()?))
        };
        let mut weights: Vec<(String, f32)> = text.lines().filter_map(line).collect();
        weights.sort_by(|one, other| one.0.cmp(&other.0));
        Self(weights)
    }

    fn of(&self, sign: &str) -> f32 {
        let found = self.0.binary_search_by(|(name, _)| name.as_str().cmp(sign)).ok();
        found.and_then(|at| self.0.get(at)).map_or(0.0, |(_, weight)| *weight)
    }

    fn probability(&self, signs: &Signs) -> f32 {
        let sum: f32 = signs.iter().map(|(sign, amount)| self.of(sign) * amount).sum();
        1.0 / (1.0 + (-sum - self.of("bias")).exp())
    }
}

/// Weighs the value that is given to the name around the keyword.
pub(super) fn judge(keyword: Found<'_>) -> Option<Accepted> {
    let assignment = candidate(keyword.text, keyword.start, keyword.end)?;
    let (start, end) = assignment.value;
    let probability = WEIGHTS.probability(&signs(keyword.text, &assignment));
    (probability >= LEAST).then(|| Found { text: keyword.text, start, end }.accepted(probability.min(SUREST)))
}

/// The assignment to the name around a keyword, if its value can be a credential at all.
pub(crate) fn candidate(text: &[u8], keyword: usize, keyword_end: usize) -> Option<Assignment> {
    let assignment = Assignment::read(text, keyword, keyword_end)?;
    let value = text.get(assignment.value.0..assignment.value.1)?;
    let least = if assignment.quote.is_some() { 3 } else { 4 };
    let counted = value.array_windows().map(|[one, two]: &[u8; 2]| two.wrapping_sub(*one) == 1);
    let mut steps = 0;
    let sequence = counted.into_iter().any(|step| {
        steps = if step { steps + 1 } else { 0 };
        steps >= SEQUENCE
    });
    let fits =
        !sequence && (least..=LONGEST).contains(&value.len()) && value.iter().any(u8::is_ascii_alphanumeric);
    fits.then_some(assignment)
}

/// What can be seen of an assignment.
pub(crate) fn signs(text: &[u8], assignment: &Assignment) -> Signs {
    let part = |(start, end): (usize, usize)| text.get(start..end).unwrap_or_default();
    let (name, value) = (part(assignment.name), part(assignment.value));
    let mut signs = Signs::new();
    let bare = assignment.quote.is_none();
    name_signs(name, &mut signs);
    shape_signs(value, &mut signs);
    code_signs(value, bare, &mut signs);
    word_signs(name, value, &mut signs);
    line_signs(text, assignment, &mut signs);
    signs.push((operator(assignment.operator, bare), 1.0));
    if assignment.named_in_quotes {
        signs.push(("named in quotes", 1.0));
    }
    if assignment.quote == Some(b'`') {
        signs.push(("backticks", 1.0));
    }
    signs
}

fn operator(operator: Operator, bare: bool) -> &'static str {
    match (operator, bare) {
        (Operator::Assign, false) => "assign quoted",
        (Operator::Assign, true) => "assign bare",
        (Operator::Colon, false) => "colon quoted",
        (Operator::Colon, true) => "colon bare",
        (Operator::Compare, _) => "compare",
        (Operator::Arrow, false) => "arrow quoted",
        (Operator::Arrow, true) => "arrow bare",
        (Operator::Comma, _) => "comma",
        (Operator::Call, _) => "call",
        (Operator::Element, _) => "element",
        (Operator::Argument, _) => "argument",
    }
}

/// What a word of a name says; of words joined without a sign, as in `dbpassword`, the last one counts.
fn told_of_name(word: &[u8]) -> u16 {
    let known = told(word);
    let last = |end: &str| {
        word.len() > end.len()
            && word
                .get(word.len() - end.len()..)
                .is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    if known != 0 { known } else { JOINED.iter().find(|end| last(end)).map_or(0, |end| told(end.as_bytes())) }
}

fn name_signs(name: &[u8], signs: &mut Signs) {
    let mut kinds = 0;
    let mut last = 0;
    for_each_word(name, |word| {
        last = told_of_name(word);
        kinds |= last;
    });
    if last & ABOUT != 0 {
        signs.push(("name ends in what is about it", 1.0));
    }
    for ((sign, _), kind) in KINDS.iter().zip(0..) {
        if kinds >> kind & 1 == 1 {
            signs.push((*sign, 1.0));
        }
    }
    if kinds & !STANDIN == 0 {
        signs.push(("name of other words", 1.0));
    }
    if name.iter().filter(|byte| byte.is_ascii_alphabetic()).all(u8::is_ascii_uppercase) {
        signs.push(("name in capitals", 1.0));
    }
    if name.contains(&b'.') {
        signs.push(("name of a member", 1.0));
    }
}

#[expect(clippy::cast_precision_loss, reason = "values are short")]
fn shape_signs(value: &[u8], signs: &mut Signs) {
    let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
    let (lower, upper, digit) =
        (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase), count(u8::is_ascii_digit));
    let other = count(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii());
    let foreign = count(|byte| !byte.is_ascii());
    let length = value.len();
    signs.push((
        match length {
            ..=4 => "length to 4",
            5..=7 => "length to 7",
            8..=11 => "length to 11",
            12..=19 => "length to 19",
            20..=39 => "length to 39",
            _ => "length from 40",
        },
        1.0,
    ));
    let kinds = [lower, upper, digit, other].iter().filter(|count| **count > 0).count();
    signs.push((
        match kinds {
            ..=1 => "one kind",
            2 => "two kinds",
            3 => "three kinds",
            _ => "four kinds",
        },
        1.0,
    ));
    let share = |count: usize| count as f32 / length as f32;
    signs.extend([
        ("digits", share(digit)),
        ("capitals", share(upper)),
        ("signs", share(other)),
        ("foreign", share(foreign)),
    ]);
    let changes = value
        .array_windows()
        .filter(|[one, two]: &&[u8; 2]| one.is_ascii_digit() != two.is_ascii_digit())
        .count();
    signs.push(("changes", (changes.min(12)) as f32 / 12.0));
    let bits = entropy(value);
    signs.push(("entropy", bits / 6.0));
    signs.push(("variety", bits / (length as f32).log2().max(1.0)));
    if digit == length {
        signs.push(("digits only", 1.0));
    }
    if digit > 0 && lower + upper > 0 {
        signs.push(("letters and digits", 1.0));
    }
    if digit > 0
        && value
            .iter()
            .rposition(|byte| !byte.is_ascii_digit())
            .is_some_and(|last| last + 1 + digit == length)
    {
        signs.push(("digits at the end", 1.0));
    }
    let hex = value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    if hex && digit > 0 && length >= 16 {
        signs.push(("hexadecimal", 1.0));
    }
    let longest_run = value.chunk_by(|one, other| one == other).map(<[u8]>::len).max().unwrap_or(0);
    signs.push(("repetition", (longest_run.min(8) as f32 - 1.0) / 7.0));
    let sure = if lower + upper >= 4 { surprise(value) } else { None };
    match sure {
        None => signs.push(("few letters", 1.0)),
        Some(bits) => {
            let strange = (bits - 4.0) / 2.0;
            signs.push(("strange", strange));
            signs.push(("very strange", (strange - 0.5).max(0.0)));
            if length >= 12 {
                signs.push(("strange and long", strange));
            }
        }
    }
}

fn code_signs(value: &[u8], bare: bool, signs: &mut Signs) {
    let mut sign = |holds: bool, sign: &'static str| {
        if holds {
            signs.push((sign, 1.0));
        }
    };
    let has = |part: &str| memchr::memmem::find(value, part.as_bytes()).is_some();
    let first = value.first().copied().unwrap_or(0);
    let last = value.last().copied().unwrap_or(0);
    sign(b"$%{<[(&#*".contains(&first) && bare, "opens as reference, bare");
    sign(
        matches!(
            (first, last),
            (b'$', _) | (b'%', b'%') | (b'{', b'}') | (b'<', b'>') | (b'[', b']') | (b'#', _)
        ) && !bare,
        "opens as reference",
    );
    sign(
        first == b'$' || value.starts_with(b"${") || value.starts_with(b"{{") || value.starts_with(b"#{"),
        "variable",
    );
    sign(
        has("${") || has("{{") || has("%s") || has("#{") || has("%("),
        if bare { "template, bare" } else { "template" },
    );
    sign((has("(") || has(")")) && bare, "call, bare");
    sign(value.iter().any(|byte| b"[]{}|".contains(byte)) && bare, "brackets, bare");
    let separated = |separator: u8| {
        let mut parts = value.split(|byte| *byte == separator);
        value.contains(&separator)
            && parts.all(|part| {
                part.first().is_some_and(u8::is_ascii_alphabetic)
                    && part.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
            })
    };
    sign(separated(b'.') && bare, "member, bare");
    sign(separated(b'.') && !bare, "member");
    sign(separated(b'-'), "dashed words");
    sign(
        value.iter().any(|byte| b"!#$%&*+?@^~".contains(byte)) && value.iter().any(u8::is_ascii_digit),
        "sign and digit",
    );
    sign(value.contains(&b'_'), "underscore");
    let identifier =
        value.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') && !first.is_ascii_digit();
    sign(identifier && bare && !value.iter().any(u8::is_ascii_digit), "identifier without digits, bare");
    let humps = value
        .array_windows()
        .filter(|[one, two]: &&[u8; 2]| one.is_ascii_lowercase() && two.is_ascii_uppercase())
        .count();
    sign(identifier && humps > 0 && !value.iter().any(u8::is_ascii_digit), "humps");
    sign(has("/") && value.split(|byte| *byte == b'/').filter(|part| part.len() > 1).count() > 1, "path");
    sign(has("://"), "url");
    sign(has("::") || has("->"), "scope");
    sign(has("@"), "at sign");
    sign(has("..."), "ellipsis");
    sign(value.iter().any(u8::is_ascii_whitespace), "blank");
    sign(value.iter().filter(|byte| byte.is_ascii_whitespace()).count() > 2, "sentence");
    sign(value.iter().all(|byte| b"xX*.-_ ".contains(byte)), "crosses");
    sign(value.iter().all(|byte| byte.is_ascii_lowercase()), "lower case only");
    sign(value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_'), "capitals only");
    sign(first.is_ascii_uppercase() && value.iter().skip(1).all(u8::is_ascii_lowercase), "capitalised");
    sign(super::assigned::is_uuid(value), "uuid");
    // Brackets within a value of many signs are no template.
    let odd = value.iter().filter(|byte| b"(){}[]<>$%&|!?@^*~;".contains(byte)).count();
    let wild = odd > 3 && first.is_ascii_alphanumeric() && !value.iter().any(u8::is_ascii_whitespace);
    sign(wild, "wild");
    sign(!wild && super::placeholder::is_placeholder(value), "placeholder");
}

#[expect(clippy::cast_precision_loss, reason = "values are short")]
fn word_signs(name: &[u8], value: &[u8], signs: &mut Signs) {
    let mut letters = 0;
    let mut covered = 0;
    let mut all = 0;
    let mut repeated = false;
    for_each_word(value, |word| {
        all += 1;
        letters += word.len();
        if told(word) & STANDIN != 0 {
            covered += word.len();
        }
        repeated |= word.len() > 3
            && name.len() >= word.len()
            && name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    });
    signs.push(("stand-in words", covered as f32 / letters.max(1) as f32));
    let lower = value.to_ascii_lowercase();
    let holds = ["password", "passwd", "secret", "token", "apikey", "changeme", "example", "test"]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some());
    if holds {
        signs.push(("holds a stand-in", 1.0));
    }
    if repeated {
        signs.push(("repeats the name", 1.0));
    }
    if all > 3 {
        signs.push(("many words", 1.0));
    }
}

fn line_signs(text: &[u8], assignment: &Assignment, signs: &mut Signs) {
    let from = assignment.name.0.min(assignment.value.0);
    let before = text.get(from.saturating_sub(LINE)..from).unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_start();
    let comment = [&b"//"[..], b"#", b"*", b"--", b";"].iter().any(|sign| line.starts_with(sign));
    if comment {
        signs.push(("comment", 1.0));
    }
    let from = assignment.value.1 + usize::from(assignment.quote.is_some());
    let after = text.get(from..text.len().min(from + LINE)).unwrap_or_default();
    let rest = after.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    let ended = rest.starts_with(b"#") || rest.starts_with(b"//") || rest == b"\\" || rest == b",";
    let next = if ended { 0 } else { rest.first().copied().unwrap_or(0) };
    match (assignment.quote, next) {
        (Some(_), b'+' | b'%' | b'.' | b'(' | b'[') => signs.push(("goes on", 1.0)),
        (None, byte) if byte.is_ascii_alphabetic() => signs.push(("words follow", 1.0)),
        (None, b'(' | b'[' | b'.' | b'+' | b'"' | b'\'' | b'<' | b'>') => signs.push(("code follows", 1.0)),
        _ => {}
    }
    if line.is_empty() && next == 0 {
        signs.push(("alone on its line", 1.0));
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, judge};

    #[test]
    fn credentials_and_what_only_looks_like_them() {
        for (text, expected) in [
            ("password = \"Zx9!kq2P\"", Some("Zx9!kq2P")),
            ("DB_PASSWORD=s3cr3tT0ken7q", Some("s3cr3tT0ken7q")),
            ("\"password\": \"wexip843\"", Some("wexip843")),
            ("password = \"password\"", None),
            ("password = config.password", None),
            ("\"LABEL_PASSWORD\": \"Show password advice\"", None),
            ("password=$DB_PASS", None),
            ("password: string;", None),
            ("password=<admin_password>", None),
        ] {
            let at = text.to_lowercase().find("password").unwrap();
            let found = judge(Found { text: text.as_bytes(), start: at, end: at + 8 });
            assert_eq!(found.map(|found| &text[found.start..found.end]), expected, "{text}");
        }
    }
}
