use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Accepted, Found, likeness::surprise, vocabulary::stands_in};

/// Letters of two words that stand for credentials.
const STANDIN: usize = 24;
/// More bits of surprise than the letters of most words have.
const ORDINARY: f32 = 4.3;

/// Values that name or describe a credential instead of being one.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "apikey",
    "api_key",
    "api-key",
    "none",
    "null",
    "nil",
    "true",
    "false",
    "undefined",
    "string",
    "str",
    "text",
    "varchar",
    "char",
    "bytes",
    "int",
    "empty",
    "default",
    "required",
    "optional",
    "unknown",
    "hidden",
    "input",
    "prompt",
    "env",
    "value",
    "username",
    "user",
    "login",
    "email",
    "name",
    "field",
    "type",
    "credentials",
    "bearer",
    "basic",
    "auth",
    "oauth",
    "jwt",
    "enabled",
    "disabled",
    "yes",
    "self",
    "this",
    "invalid",
    "missing",
    "incorrect",
    "wrong",
    "forgotten",
    "confirm",
    "n/a",
    "weak",
    "strong",
    "safe",
    "correct",
    "expired",
    "changed",
    "not",
    "set",
    "foobar",
    "changeme",
    "foobared",
    "public",
    "private",
];
/// Parts of names in code: a value built only of letters and one of these is a name.
static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let names = ["password", "passwd", "secret", "token", "apikey", "credential", "_key", "-key", "username"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok()
});

/// What kinds of characters a value is made of.
#[derive(Clone, Copy, Default)]
struct Kinds {
    lower: bool,
    upper: bool,
    digit: bool,
    sign: bool,
}

impl Kinds {
    fn of(value: &[u8]) -> Self {
        value.iter().fold(Self::default(), |kinds, byte| match byte {
            b'a'..=b'z' | 0x80.. => Self { lower: true, ..kinds },
            b'A'..=b'Z' => Self { upper: true, ..kinds },
            b'0'..=b'9' => Self { digit: true, ..kinds },
            _ => Self { sign: true, ..kinds },
        })
    }

    fn count(self) -> usize {
        [self.lower, self.upper, self.digit, self.sign].into_iter().filter(|kind| *kind).count()
    }
}

/// A quoted value is a literal, so simple ones count too; not words that describe, code, paths or sentences.
pub(super) fn quoted(found: Found<'_>) -> Option<Accepted> {
    let value = found.bytes();
    let kinds = Kinds::of(value);
    let word =
        !kinds.digit && !kinds.sign && !value.iter().skip(1).any(u8::is_ascii_uppercase) && kinds.upper;
    if word || !varied(value) || describes(value) || is_reference(value) || is_name(value) {
        return None;
    }
    match (kinds.count(), kinds.digit) {
        (0, _) => None,
        (1, false) if kinds.lower => Some(found.accepted(0.6)),
        (1, false) => None,
        (1 | 2, _) => Some(found.accepted(0.75)),
        _ => Some(found.as_expected()),
    }
}

/// A bare value may be an expression, so it must look random or at least mixed.
pub(super) fn unquoted(found: Found<'_>) -> Option<Accepted> {
    let value = found.bytes();
    let code = has_brackets(value) || is_member(value);
    (is_mixed(value) && !code && !describes(value) && !is_reference(value) && !is_name(value))
        .then(|| found.as_expected())
}

/// A password in a statement or command: not an ordinary word.
pub(super) fn chosen(found: Found<'_>) -> Option<Accepted> {
    let value = found.bytes();
    let kinds = Kinds::of(value);
    let strange = surprise(value).is_none_or(|bits| bits > ORDINARY);
    let code = describes(value) || is_reference(value) || is_name(value) || is_standin(value);
    (!code && varied(value) && (kinds.digit || strange || kinds.count() > 2)).then(|| found.as_expected())
}

/// Whether a value in the place of a password is one at all: no variable, and no word for a password.
pub(super) fn is_given(value: &[u8]) -> bool {
    !describes(value) && !is_reference(value) && varied(value) && !is_standin(value)
}

/// Whether there are letters and digits in a value.
pub(super) fn is_mixed(value: &[u8]) -> bool {
    let kinds = Kinds::of(value);
    kinds.digit && (kinds.lower || kinds.upper)
}

/// A password in a URL: not the user's name once more, as in `root:root@`.
pub(super) fn in_url(found: Found<'_>) -> Option<Accepted> {
    let before = found.before();
    let before = before.strip_suffix(b"'").or(before.strip_suffix(b"\"")).unwrap_or(before);
    let user = before.strip_suffix(b":")?.rsplit(|byte| b"/ '\"=".contains(byte)).next()?;
    let value = found.bytes();
    let named = ["password", "passwd", "pass", "pwd", "pw", "token", "apikey", "api_key"]
        .iter()
        .any(|name| value.eq_ignore_ascii_case(name.as_bytes()));
    let whole = value.iter().all(u8::is_ascii_digit) && value.len() < 6;
    let plain = value.len() < 8 || value.iter().all(u8::is_ascii_lowercase);
    let stands = !named && !whole && user != value && varied(value) && !is_reference(value);
    (stands && !(plain && is_for_documents(found.after()))).then(|| found.as_expected())
}

/// Whether what stands behind a password is a host that exists for documents only (RFC 2606).
fn is_for_documents(after: &[u8]) -> bool {
    is_reserved_host(after.strip_prefix(b"@").unwrap_or(after))
}

/// Whether a text begins with the name of a host that exists for documents and tests only (RFC 2606).
pub(super) fn is_reserved_host(text: &[u8]) -> bool {
    let host = text.split(|byte| !byte.is_ascii_alphanumeric() && !b".-".contains(byte)).next();
    let mut labels = host.unwrap_or_default().rsplit(|byte| *byte == b'.');
    let (last, next) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    [&b"example"[..], b"test", b"invalid"].contains(&last)
        || next == b"example" && [&b"com"[..], b"org", b"net"].contains(&last)
}

/// A word in a sentence must not be an ordinary one: it has a digit, a sign within, or capitals within.
pub(super) fn spoken(found: Found<'_>) -> Option<Accepted> {
    let trimmed = found.bytes().trim_ascii_end();
    let marks = trimmed.iter().rev().take_while(|byte| b".,;:!?)\"'`".contains(byte)).count();
    // A final mark may belong to the password; it certainly does not when it ends a sentence.
    let value = trimmed.get(..trimmed.len() - marks)?;
    let kinds = Kinds::of(value);
    let capitals_within = value.iter().skip(1).any(u8::is_ascii_uppercase) && kinds.lower;
    let sign_within =
        value.iter().skip(1).any(|byte| b"!@#$%^&*+=?~".contains(byte)) && (kinds.lower || kinds.upper);
    let quoted = is_told_in_quotes(found);
    // `Password: StringRef;` declares.
    let declared = trimmed.ends_with(b";") && !kinds.digit && !sign_within;
    let unusual = quoted || kinds.digit || sign_within || capitals_within && !declared;
    let code = has_brackets(value) || is_member(value) || is_name(value);
    let fits = value.len() >= 4 && unusual && !code && !describes(value) && !is_reference(value);
    fits.then(|| Found { end: found.start + value.len(), ..found }.as_expected())
}

/// Whether the value stands in quotes behind a word, as in `the password is "garden"`.
fn is_told_in_quotes(found: Found<'_>) -> bool {
    let Some((quote, before)) = found.before().split_last() else { return false };
    let told = before.trim_ascii_end().last().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80);
    told && b"\"'`".contains(quote) && found.after().first() == Some(quote)
}

fn describes(value: &[u8]) -> bool {
    WORDS.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
        || value.iter().any(u8::is_ascii_whitespace)
        || value.iter().all(|byte| !byte.is_ascii_alphanumeric())
}

/// Whether the letters of a value are lower case and one or two words for credentials, tests and the like: `testpw`, `pass#`.
fn is_standin(value: &[u8]) -> bool {
    let mut room = [0; STANDIN];
    let mut letters = 0;
    for byte in value.iter().filter(|byte| !byte.is_ascii_punctuation()) {
        let Some(place) = room.get_mut(letters).filter(|_| byte.is_ascii_lowercase()) else { return false };
        *place = *byte;
        letters += 1;
    }
    let word = room.get(..letters).unwrap_or_default();
    (1..=letters).any(|cut| {
        let (head, tail) = word.split_at(cut);
        stands_in(head) && (tail.is_empty() || stands_in(tail))
    })
}

/// Variables, templates, paths, addresses and calls.
fn is_reference(value: &[u8]) -> bool {
    let opens = value.first().is_some_and(|byte| b"$%{<[(&/\\".contains(byte));
    let holds = |part: &[u8]| memchr::memmem::find(value, part).is_some();
    opens
        || holds(b"://")
        || holds(b"->")
        || holds(b"::")
        || holds(b"()")
        || holds(b"{{")
        || holds(b"${")
        || holds(b"./")
}

/// Whether the value is a name made of words, as in `user_password`, `new-secret` or `PASSWORD_FIELD`.
fn is_name(value: &[u8]) -> bool {
    let worded =
        value.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.' | b':'));
    let separated = worded && value.iter().any(|byte| matches!(byte, b'_' | b'.' | b':'));
    separated || (worded && NAMES.as_ref().is_some_and(|names| names.is_match(value)))
}

/// Whether at least three different characters occur.
fn varied(value: &[u8]) -> bool {
    let first = value.first();
    let mut others = value.iter().filter(|byte| Some(*byte) != first);
    let second = others.next();
    second.is_some() && others.any(|byte| Some(byte) != second)
}

/// Brackets, separators and quotes: parts of an expression.
fn has_brackets(value: &[u8]) -> bool {
    value.iter().any(|byte| b"()[]{}<>;,|`\"'".contains(byte))
}

/// Whether the value is a UUID: identifiers far more often than credentials.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    let dashes = [8, 13, 18, 23];
    let fits = |(at, byte): (usize, &u8)| {
        if dashes.contains(&at) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
    };
    value.len() == 36 && value.iter().enumerate().all(fits)
}

/// Whether the value reads like `config.db.password2`: names joined by dots.
fn is_member(value: &[u8]) -> bool {
    let name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_alphabetic)
            && part.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
    };
    value.contains(&b'.') && value.split(|byte| *byte == b'.').all(name)
}

#[cfg(test)]
mod tests {
    use super::{Accepted, Found, quoted, spoken, unquoted};

    fn check(judge: fn(Found<'_>) -> Option<Accepted>, table: &[(&str, bool)]) {
        for (value, holds) in table {
            let found = Found { text: value.as_bytes(), start: 0, end: value.len() };
            assert_eq!(judge(found).is_some(), *holds, "{value}");
        }
    }

    #[test]
    fn quoted_values() {
        check(
            quoted,
            &[
                ("hunter2", true),
                ("correcthorse", true),
                ("password", false),
                ("Password", false),
                ("user_password", false),
                ("${DB_PASS}", false),
                ("/run/secrets/db", false),
                ("Enter your password", false),
                ("Wachtwoord", false),
                ("aaaa", false),
                ("https://vault/x", false),
            ],
        );
    }

    #[test]
    fn unquoted_values() {
        check(
            unquoted,
            &[
                ("s3cr3tT0ken", true),
                ("getenv(\"X1\")", false),
                ("config.db.pass2", false),
                ("letmein", false),
                ("$PASS1", false),
            ],
        );
    }

    #[test]
    fn given_values() {
        for (value, given) in [
            ("summer_house", true),
            ("q8ZkT3vL", true),
            ("pass123", true),
            ("testpw", false),
            ("pass#", false),
            ("pa#ss", false),
            ("my-password", false),
            ("Secret!", true),
        ] {
            assert_eq!(super::is_given(value.as_bytes()), given, "{value}");
        }
    }

    #[test]
    fn spoken_values() {
        check(
            spoken,
            &[
                ("Tr0ub4dor&3", true),
                ("wrong", false),
                ("BlueHorse", true),
                ("Required", false),
                ("4821", true),
                ("config.dbPassword", false),
            ],
        );
    }
}
