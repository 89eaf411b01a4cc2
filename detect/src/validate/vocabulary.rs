//! Words that names and values of credentials are made of.

use std::sync::LazyLock;

use super::{likeness::for_each_word, sign::Sign};

/// What a word says, a bit for each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told(u16);

impl Told {
    /// Stands for a credential, or describes one, where a value is expected.
    pub(super) const STANDIN: Self = Self(1 << 15);
    /// Says of a name that it ends in that its value is no credential.
    pub(super) const ABOUT: Self = Self(0b1100_0000);
    /// Says of a name that its value is one: passwords, secrets, tokens, keys, authorization.
    pub(super) const CREDENTIAL: Self = Self(0b1_1111);

    pub(super) fn holds(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The signs of the kinds that a name's words have.
    pub(super) fn signs(self) -> impl Iterator<Item = Sign> {
        KINDS.iter().zip(0..).filter(move |(_, kind)| self.0 >> kind & 1 == 1).map(|((sign, _), _)| *sign)
    }
}

/// Words of names by what they are for; those of `NameAbout`, at the end of a name, say that its value is no credential,
/// those of `NameOfOther` do wherever they stand.
const KINDS: [(Sign, &str); 9] = [
    (
        Sign::NamePassword,
        "pass pwd passwd password passphrase passwort kennwort senha contrasena parola haslo wachtwoord pw passcode",
    ),
    (Sign::NameSecret, "secret secrete private"),
    (Sign::NameToken, "token jwt bearer"),
    (Sign::NameKey, "key apikey accesskey keyauth"),
    (Sign::NameAuth, "auth authorization credential credentials cred login"),
    (Sign::NameVendor, "api access client app application master admin root db database user aws service"),
    (
        Sign::NameAbout,
        "id name file path url uri type field label length len size min max hash policy pattern regex regexp \
         format expires expiry expiration expired count index limit usage text header prefix suffix env var dir \
         folder store storage manager provider endpoint host algorithm alg strength column table input selector \
         class element style version",
    ),
    (
        Sign::NameOfOther,
        "primary foreign partition sort row cache bucket tag public pub pubkey csrf xsrf nonce next page cursor \
         sha1 sha256 md5 checksum digest fingerprint integrity keyword keyboard keys keyring keyserver recv \
         tokenizer tokens translation i18n locale placeholder prompt message msg title hint description desc \
         error invalid non not wrong bad incorrect mismatched nonexistent bogus unrelated reset forgot change changed show hide tooltip mandatory required enabled disabled",
    ),
    (Sign::NameTest, "test example sample dummy fake mock demo foo bar"),
];
/// Words of values that stand for a credential, or describe one.
const STANDINS: &str = "password passwd pass pwd passwort secret token key apikey credential credentials test testing \
     example sample dummy fake mock foo bar baz changeme change me placeholder your my here todo none \
     null nil true false undefined string str text int bool empty default required optional unknown \
     hidden input prompt env value username user login email name field type bearer basic auth oauth jwt \
     invalid missing incorrect wrong valid insert replace redacted enter new old current get set client \
     access api id file data config not real";
/// Words that stand at the end of others.
const JOINED: [&str; 7] = ["password", "passwd", "pass", "pwd", "secret", "token", "key"];
/// No known word is longer.
const LONGEST: usize = 16;

/// What every known word says, sorted.
static WORDS: LazyLock<Vec<(&str, Told)>> = LazyLock::new(|| {
    let kinds = KINDS.iter().zip(0..).map(|((_, words), kind)| (*words, Told(1 << kind)));
    let all = kinds.chain([(STANDINS, Told::STANDIN)]);
    let mut words: Vec<(&str, Told)> =
        all.flat_map(|(words, told)| words.split_ascii_whitespace().map(move |word| (word, told))).collect();
    words.sort_by_key(|(word, _)| *word);
    words.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.and(next.1);
        }
        same
    });
    words
});

/// What a word says, whatever its case.
pub(super) fn told(word: &[u8]) -> Told {
    let mut room = [0; LONGEST];
    let Some(lower) = room.get_mut(..word.len()) else { return Told::default() };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    let found = WORDS.binary_search_by(|(known, _)| known.as_bytes().cmp(lower)).ok();
    found.and_then(|at| WORDS.get(at)).map_or(Told::default(), |(_, told)| *told)
}

/// What a word of a name says; of words joined without a sign, as in `dbpassword`, the last one counts.
pub(super) fn told_of_name(word: &[u8]) -> Told {
    let known = told(word);
    if known != Told::default() {
        return known;
    }
    let last = |end: &&str| {
        let tail = word.len().checked_sub(end.len()).and_then(|from| word.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    JOINED.iter().find(|end| last(end)).map_or(known, |end| told(end.as_bytes()))
}

/// Whether a word stands for a credential, describes one or names its kind.
pub(super) fn stands_in(word: &[u8]) -> bool {
    let told = told(word);
    told.holds(Told::STANDIN) || told.holds(Told::CREDENTIAL)
}

/// Whether a name ends in a word for passwords, tokens or keys.
pub(crate) fn names_credential(name: &[u8]) -> bool {
    let mut last = Told::default();
    for_each_word(name, |word| last = told_of_name(word));
    last.holds(Told::CREDENTIAL)
}

#[cfg(test)]
mod tests {
    use super::{Told, told, told_of_name};

    #[test]
    fn words_say_what_a_value_is() {
        for (word, told_of, kind) in [
            ("Password", told as fn(&[u8]) -> Told, Told::CREDENTIAL),
            ("changeme", told, Told::STANDIN),
            ("LENGTH", told, Told::ABOUT),
            ("dbpassword", told_of_name, Told::CREDENTIAL),
        ] {
            assert!(told_of(word.as_bytes()).holds(kind), "{word}");
        }
        assert!([&b"river"[..], b"incomprehensibilities"].iter().all(|word| told(word) == Told::default()));
    }
}
