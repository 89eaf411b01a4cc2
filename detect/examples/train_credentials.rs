//! Makes the two data files by which values given to names for credentials are judged; see `docs/detectors/credentials.md`.
//!
//! ```text
//! cargo run --release -p detect --example train_credentials -- words FOLDER... > detect/training/likeness.bin
//! cargo run --release -p detect --example train_credentials -- weights LABELLED.jsonl FOLDER... > detect/training/credential.weights
//! ```
//!
//! `words` counts which letters follow each other in the words of code and documents. `weights` fits a logistic
//! regression to the labelled texts, to assignments written here (`made_up`), and to clean code in the folders, whose
//! assignments count as no credentials. Figures of a cross-validation, folds by kind of file, go to standard error.

#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a tool of development may stop at a mistake"
)]

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use detect::training::{Sample, samples};
use serde::Deserialize;

const LETTERS: usize = 27;
/// A word counts when it occurs this often: hashes do not.
const LEAST_WORDS: u32 = 4;
/// Most files read from each folder, spread evenly.
const FILES: usize = 12_000;
const ROUNDS: usize = 400;
const FOLDS: u64 = 5;
/// Strength of the pull towards zero.
const PULL: f64 = 0.6;
/// How much an assignment in clean code counts: it may be a password of a test.
const CLEAN: f64 = 0.25;
/// How much one that is made up counts.
const MADE_UP: f64 = 0.3;

#[derive(Deserialize)]
struct Labelled {
    text: String,
    #[serde(default)]
    spans: Vec<Span>,
    #[serde(default)]
    path_hint: String,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
}

/// One assignment to learn from.
struct Row {
    signs: Vec<(usize, f64)>,
    credential: bool,
    weight: f64,
    /// Rows of one group are never both learnt from and judged.
    group: u64,
    source: Source,
    shown: String,
}

/// Where an assignment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Labelled,
    MadeUp,
    Clean,
}

#[derive(Default)]
struct Names(HashMap<&'static str, usize>, Vec<&'static str>);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, folders)) if command == "words" => words(folders),
        Some((command, rest)) if command == "weights" => {
            let (labelled, folders) = rest.split_first().ok_or("name the labelled texts")?;
            weights(labelled, folders)
        }
        _ => Err("say `words` or `weights`".into()),
    }
}

fn words(folders: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for file in folders.iter().flat_map(|folder| files(Path::new(folder))) {
        let Ok(text) = fs::read(&file) else { continue };
        for word in split(&text) {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut follows = vec![0.0_f64; LETTERS * LETTERS * LETTERS];
    let mut pairs = vec![0.0_f64; LETTERS * LETTERS];
    for (word, count) in counts.iter().filter(|(_, count)| **count >= LEAST_WORDS) {
        let weight = f64::from(*count).ln();
        let (mut one, mut two) = (0, 0);
        for letter in word.bytes().map(|byte| usize::from(byte - b'a') + 1).chain([0]) {
            follows[(one * LETTERS + two) * LETTERS + letter] += weight;
            pairs[one * LETTERS + two] += weight;
            (one, two) = (two, letter);
        }
    }
    // Smoothed by what follows the last letter alone, and by all letters alike.
    let mut singles = vec![0.0; LETTERS * LETTERS];
    let mut alone = vec![0.0; LETTERS];
    for (at, weight) in follows.iter().enumerate() {
        singles[at % (LETTERS * LETTERS)] += weight;
        alone[at / LETTERS % LETTERS] += weight;
    }
    let surprise = |at: usize| {
        let (pair, letter) = (at / LETTERS, at % LETTERS);
        let two = pair % LETTERS;
        let of_one = (singles[two * LETTERS + letter] + 2.0) / (alone[two] + 2.0 * LETTERS as f64);
        let of_two = (follows[at] + 20.0 * of_one) / (pairs[pair] + 20.0);
        (-of_two.log2() * 16.0).round().clamp(0.0, 255.0) as u8
    };
    let table: Vec<u8> = (0..follows.len()).map(surprise).collect();
    std::io::stdout().write_all(&table)?;
    Ok(())
}

fn split(text: &[u8]) -> impl Iterator<Item = String> + '_ {
    text.split(|byte| !byte.is_ascii_alphabetic()).flat_map(|run| {
        let mut words = Vec::new();
        let mut from = 0;
        for at in 1..=run.len() {
            if at == run.len() || run[at - 1].is_ascii_lowercase() && run[at].is_ascii_uppercase() {
                words.push(String::from_utf8_lossy(&run[from..at]).to_ascii_lowercase());
                from = at;
            }
        }
        words.into_iter().filter(|word| (3..=20).contains(&word.len()))
    })
}

/// Files of text below a folder, at most `FILES`, spread evenly.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() && is_text(&path) => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    let step = files.len().div_ceil(FILES).max(1);
    files.into_iter().step_by(step).collect()
}

fn is_text(path: &Path) -> bool {
    let known = [
        "rs", "py", "js", "ts", "md", "txt", "toml", "yml", "yaml", "json", "go", "java", "c", "h", "rst",
        "html", "sh", "pl", "pm", "po",
    ];
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| known.contains(&extension))
}

fn weights(labelled: &str, folders: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let mut names = Names::default();
    let mut rows = Vec::new();
    let mut unread = 0;
    for line in fs::read_to_string(labelled)?.lines() {
        let text: Labelled = serde_json::from_str(line)?;
        unread += usize::from(!learn(&text, &mut names, &mut rows) && !text.spans.is_empty());
    }
    eprintln!("{} assignments in labelled texts, {unread} credentials that no assignment gives", rows.len());
    for (text, value) in made_up() {
        rows.extend(samples(text.as_bytes()).iter().map(|sample| {
            let (start, end) = sample.value;
            let credential =
                !value.is_empty() && text.get(start..end).is_some_and(|read| value.contains(read));
            Row { credential, weight: MADE_UP, source: Source::MadeUp, ..names.row(&text, sample) }
        }));
    }
    let made = rows.len();
    for file in folders.iter().flat_map(|folder| files(Path::new(folder))) {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let text: String = text.chars().take(200_000).collect();
        for sample in samples(text.as_bytes()).iter().take(40) {
            let row = names.row(&text, sample);
            let group = group(&file.to_string_lossy());
            rows.push(Row { weight: CLEAN, source: Source::Clean, group, ..row });
        }
    }
    eprintln!("{} rows, {} of clean code", rows.len(), rows.len() - made);
    cross_validate("folds by kind of file", &rows, names.1.len());
    let labelled = rows.iter_mut().filter(|row| row.source == Source::Labelled);
    labelled.for_each(|row| row.group = group(&row.shown) >> 20);
    cross_validate("folds by line", &rows, names.1.len());
    let learnt = fit(&rows.iter().collect::<Vec<_>>(), names.1.len());
    if env::var_os("SHOW").is_some() {
        show(&rows, &learnt);
    }
    println!("bias {:.4}", learnt[0]);
    let lines: BTreeMap<&str, f64> =
        names.1.iter().zip(&learnt[1..]).map(|(name, weight)| (*name, *weight)).collect();
    lines.iter().for_each(|(name, weight)| println!("{} {weight:.4}", name.replace(' ', "_")));
    Ok(())
}

/// Adds the assignments of a labelled text; tells whether any of them is a credential. Lines beside a credential bear no
/// label and are not learnt from.
fn learn(text: &Labelled, names: &mut Names, rows: &mut Vec<Row>) -> bool {
    let byte = |at: usize| text.text.char_indices().nth(at).map_or(text.text.len(), |(at, _)| at);
    let spans: Vec<(usize, usize)> =
        text.spans.iter().map(|span| (byte(span.start), byte(span.end))).collect();
    let mut any = false;
    for sample in samples(text.text.as_bytes()) {
        let (start, end) = sample.value;
        let credential = spans.iter().any(|span| span.0 < end && start < span.1);
        if credential || spans.is_empty() {
            any |= credential;
            let weight = if credential { 3.0 } else { 1.0 };
            rows.push(Row {
                credential,
                weight,
                group: group(&text.path_hint),
                ..names.row(&text.text, &sample)
            });
        }
    }
    any
}

fn group(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

impl Names {
    fn row(&mut self, text: &str, sample: &Sample) -> Row {
        let signs =
            sample.signs.iter().map(|(name, amount)| (self.index(name), f64::from(*amount))).collect();
        let from = text[..sample.value.0].rfind('\n').map_or(0, |at| at + 1);
        let to = text[sample.value.1..].find('\n').map_or(text.len(), |at| sample.value.1 + at);
        let shown: String = format!("{:?} in {}", &text[sample.value.0..sample.value.1], &text[from..to])
            .chars()
            .take(180)
            .collect();
        Row { signs, credential: false, weight: 1.0, group: group(&shown), source: Source::Labelled, shown }
    }

    /// Zero is the bias.
    fn index(&mut self, name: &'static str) -> usize {
        let next = self.1.len() + 1;
        *self.0.entry(name).or_insert_with(|| {
            self.1.push(name);
            next
        })
    }
}

/// Gradient descent with a step for each weight (Adam; Kingma, Ba 2015).
fn fit(rows: &[&Row], count: usize) -> Vec<f64> {
    let mut weights = vec![0.0; count + 1];
    let (mut first, mut second) = (vec![0.0; count + 1], vec![0.0; count + 1]);
    for round in 1..=ROUNDS {
        let mut slope: Vec<f64> = weights.iter().map(|weight| weight * PULL).collect();
        slope[0] = 0.0;
        for row in rows {
            let wrong = (probability(row, &weights) - f64::from(u8::from(row.credential))) * row.weight;
            slope[0] += wrong;
            for (sign, amount) in &row.signs {
                slope[*sign] += wrong * amount;
            }
        }
        for at in 0..=count {
            first[at] = 0.9 * first[at] + 0.1 * slope[at];
            second[at] = 0.999 * second[at] + 0.001 * slope[at] * slope[at];
            let (mean, spread) = (
                first[at] / (1.0 - 0.9_f64.powi(round as i32)),
                second[at] / (1.0 - 0.999_f64.powi(round as i32)),
            );
            weights[at] -= 0.05 * mean / (spread.sqrt() + 1e-8);
        }
    }
    weights
}

fn probability(row: &Row, weights: &[f64]) -> f64 {
    let sum: f64 = row.signs.iter().map(|(sign, amount)| weights[*sign] * amount).sum();
    1.0 / (1.0 + (-sum - weights[0]).exp())
}

fn cross_validate(how: &str, rows: &[Row], count: usize) {
    let (mut right, mut wrong, mut missed, mut clean) = (0, 0, 0, 0);
    for fold in 0..FOLDS {
        let judged = |row: &Row| row.source != Source::MadeUp && row.group % FOLDS == fold;
        let learnt: Vec<&Row> = rows.iter().filter(|row| !judged(row)).collect();
        let weights = fit(&learnt, count);
        for row in rows.iter().filter(|row| judged(row)) {
            match (probability(row, &weights) >= 0.5, row.credential) {
                (true, true) => right += 1,
                (true, false) if row.source == Source::Clean => clean += 1,
                (true, false) => wrong += 1,
                (false, true) => missed += 1,
                (false, false) => {}
            }
        }
    }
    let (precision, recall) =
        (f64::from(right) / f64::from(right + wrong), f64::from(right) / f64::from(right + missed));
    eprintln!(
        "cross-validated, {how}: precision {precision:.3}, recall {recall:.3}, F1 {:.3} ({right} right, {wrong} wrong, {missed} missed; {clean} in clean code)",
        2.0 * precision * recall / (precision + recall)
    );
}

fn show(rows: &[Row], weights: &[f64]) {
    for row in rows {
        let likely = probability(row, weights);
        if (likely >= 0.5) != row.credential {
            let kind = if row.credential { "missed" } else { "wrong" };
            eprintln!("{:?}, {kind}, {likely:.2}: {}", row.source, row.shown);
        }
    }
}

/// Assignments as people write them, with values as people and machines choose them, and with what stands for a value;
/// each with the credential in it, or nothing.
fn made_up() -> Vec<(String, String)> {
    let mut random = Random(1);
    let mut made = Vec::new();
    for round in 0..40 {
        for template in TEMPLATES {
            for credential in [true, false] {
                let name = random.of(if round % 2 == 0 { PASSWORDS } else { KEYS });
                let value = match (credential, round % 2) {
                    (true, 0) => random.password(),
                    (true, _) => random.key(),
                    (false, _) => random.standin(name),
                };
                let text = template.replace("NAME", name).replace("VALUE", &value);
                made.push((text, if credential { value } else { String::new() }));
            }
        }
        for (template, name) in TEMPLATES.iter().zip(OTHERS.iter().cycle().skip(round)).step_by(2) {
            let text = template.replace("NAME", name).replace("VALUE", &random.key());
            made.push((text, String::new()));
        }
        for line in LINES {
            made.push((line.replace("WORDS", &random.words(3)), String::new()));
        }
    }
    made
}

const TEMPLATES: &[&str] = &[
    "NAME = \"VALUE\"",
    "NAME = 'VALUE';",
    "NAME=VALUE",
    "export NAME=VALUE",
    "  NAME: VALUE",
    "  \"NAME\": \"VALUE\",",
    "NAME: 'VALUE',",
    "setNAME(\"VALUE\")",
    "if (\"VALUE\" != NAME) {",
    "if 'VALUE' === NAME",
    "NAME[] = \"VALUE\";",
    "NAME = @\"VALUE\";",
    "NAME: `VALUE`,",
    "var NAME string = \"VALUE\"",
    "NAME_of_service: \"VALUE\"",
    "NAME: VALUE",
    "NAME: VALUE # of the office",
    "server:\n  NAME: VALUE\n  port: 25",
    "const NAME = \"VALUE\";",
    "String NAME = \"VALUE\";",
    "$NAME = 'VALUE';",
    "config.NAME = \"VALUE\"",
    "if (NAME == \"VALUE\") {",
    "<NAME>VALUE</NAME>",
    "set(\"NAME\", \"VALUE\")",
    "'NAME' => 'VALUE',",
    "NAME := \"VALUE\"",
    "tool --NAME VALUE --verbose",
    "{\"NAME\":\"VALUE\"}",
    "username = ann\nNAME = VALUE\n",
    "{\"user\": \"ann\", \"NAME\": \"VALUE\"}",
    "login: 'ann'\nNAME: 'VALUE'",
    "server=db.example.net;NAME=VALUE;",
    "  NAME   =>   \"VALUE\",",
    "-H \"NAME: VALUE\"",
    "<add key=\"NAME\" value=\"VALUE\" />",
    "NAME \"VALUE\"",
];
const PASSWORDS: &[&str] = &[
    "password",
    "db_password",
    "DB_PASSWORD",
    "userPassword",
    "passwd",
    "pwd",
    "ADMIN_PWD",
    "smtp_pass",
    "spring.datasource.password",
    "rootPassword",
    "passphrase",
    "MYSQL_ROOT_PASSWORD",
    "password_prod",
    "db_password_eu",
    "passwordBilling",
    "storePassword",
];
const KEYS: &[&str] = &[
    "api_key",
    "apiKey",
    "API_KEY",
    "secret",
    "client_secret",
    "clientSecret",
    "SECRET_KEY",
    "auth_token",
    "accessToken",
    "token",
    "private_key",
    "encryption-key",
    "X-API-Key",
    "consumer_secret",
    "webhook_secret",
    "api_key_billing",
    "clientSecretStaging",
    "token_backup",
    "API_SECRET_EU",
];
/// Names of what is no credential however random it looks.
const OTHERS: &[&str] = &[
    "primaryKey",
    "foreign_key",
    "public_key",
    "cacheKey",
    "sort_key",
    "partitionKey",
    "rowKey",
    "tokenHash",
    "key_fingerprint",
    "secretName",
    "csrf_token",
    "nextPageToken",
    "keyId",
    "pubkey",
];
const LINES: &[&str] = &[
    "password = get_password(WORDS)",
    "token = parser.next_token()",
    "key: WORDS",
    "\"PASSWORD_HINT\": \"WORDS\"",
    "secret = os.environ[\"SECRET\"]",
    "password=${PASSWORD}",
    "password: {{ vault_password }}",
    "api_key: ${{ secrets.API_KEY }}",
    "primary_key = \"user_id\"",
    "key = \"content-type\"",
    "cacheKey = 'user:profile'",
    "token_type = \"bearer\"",
    "tokenUrl: \"https://auth.example.org/oauth/token\"",
    "password_file = \"/run/secrets/db\"",
    "passwordField = \"user[password]\"",
    "author = \"WORDS\"",
    "passed = true",
    "key=value",
    "pass: true,",
    "bypass = \"on\"",
    "credentialsId: '5f3c1b90-77aa-4d0e-9c1e-0d7d8d2a8c11'",
    "keyPressed = kVK_ANSI_7.u16",
    "primaryKey=q8Zk-T3vLw0PfYb2R",
    "keyCode: 0x1F4",
    "key_length = 2048",
    "tokenId = \"9b2f7c1e4d\"",
    "keystore.file=conf/server.p12",
    "cacheKey: \"v2-8f3a9c\"",
    "password = password.encode(\"utf-8\")",
    "secret.startswith('WORDS')",
    "check_tokenize(\"x = 1 + y * 15\")",
    "user = pwd.getpwnam('nobody')[2]",
    "splitpasswd('ann+1:a+b')",
    "\"Acme::Store::ApiKey\": \"90f2c1e47ab35d86\",",
    "\"Acme::Vault::Secret\": \"5c1d7f0a2be94836\",",
    "gpg --recv-keys 7D3A90C41EB25F6688A0D9134FC2B7E05A6619D3",
    "const pubkey256 = 'm3Vq0uYw9rTz5KfBhN2sXcL8dPjGaE1oRtUiQyWvMk4=';",
    "('Ann:Pass', 'www.acme.test:8080')",
    "tokens = [1, 2, 3]",
    "assert_eq!(key, \"x7Q\")",
    "\"keywords\": \"WORDS\"",
    "keyring=/etc/apt/trusted.gpg",
    "commands = ['cd', 'ls', 'pwd', 'mkdirp', 'rmdir']",
    "'apply', 'kgFormat', 'pfPassControl', 'kgSendXQW', 'kgIn8',",
    "(\"user\", \"token\", \"xqAccessQ7\", \"scope\")",
    "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "openssl genpkey -pkeyopt ec_param_enc:named_curve-2",
    "ssh-keygen --key-type ed25519 -b 4096",
];
const WORDS: &[&str] = &[
    "summer", "winter", "dragon", "monkey", "orange", "purple", "letmein", "welcome", "garden", "coffee",
    "london", "berlin", "master", "shadow", "flower", "river", "admin", "pass", "hello", "secret", "tiger",
    "silver", "castle", "kitten", "guitar", "rocket", "pepper", "sunny", "market", "office",
];
const STANDINS: &[&str] = &[
    "changeme",
    "your_password_here",
    "<password>",
    "xxxxxxxx",
    "password",
    "string",
    "YOUR_API_KEY",
    "secret",
    "test",
    "${NAME}",
    "$NAME",
    "{{ NAME }}",
    "null",
    "None",
    "required",
    "example",
    "********",
    "true",
    "process.env.NAME",
    "config.NAME",
    "undefined",
    "insert-key-here",
    "token",
    "env:NAME",
    "getNAME()",
    "user_password",
    "access_token",
    "/run/secrets/key",
    "Enter the value",
    "foo",
    "bar",
    "ENC[AES256]",
    "my-secret-name",
    "NAME",
    "https://example.com/token",
    "REPLACE_ME",
    "string | null",
    "Option<String>",
    "&str",
    "hidden",
    "self.NAME",
    "authorization_code",
    "application/json",
];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 8) as usize
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.next() % texts.len()]
    }

    fn text(&mut self, alphabet: &str, least: usize, spread: usize) -> String {
        let length = least + self.next() % spread;
        (0..length).map(|_| char::from(alphabet.as_bytes()[self.next() % alphabet.len()])).collect()
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.of(WORDS)).collect::<Vec<_>>().join(" ")
    }

    fn password(&mut self) -> String {
        let word = self.of(WORDS);
        let capital = word[..1].to_uppercase() + &word[1..];
        match self.next() % 15 {
            0 => format!("{capital}{}!", self.next() % 3000),
            1 => format!("{word}{}", self.next() % [10, 100, 9000][self.next() % 3]),
            2 => format!("{capital}{}", 10 + self.next() % 9000),
            3 => format!("{word}-{}-{}", self.of(WORDS), self.next() % 100),
            4 => self.text("abcdefghijklmnopqrstuvwxyz0123456789", 8, 8),
            5 => self.text("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 10, 10),
            6 => self.text("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%&*+-=?@^_", 10, 12),
            8 => {
                self.text("abcdefghijklmnopqrstuvwxyzABCDEFGHJKLM23456789", 2, 3)
                    + &self.text("abcdefghijklmnopqrstuvwxyz(){}[]$!#%&*+-=?@^_:.~|", 14, 20)
            }
            7 => self.text("abcdefghijklmnopqrstuvwxyz", 7, 8),
            9 => word.replace('e', "3").replace('a', "@").replace('s', "$") + &self.text("0123456789!", 0, 3),
            10 => format!("{word}${}", self.of(WORDS)),
            11 => self.wild(),
            12 => capital.replace('o', "0").replace('a', "4").replace('e', "3") + self.of(&["7", "", "x2"]),
            _ => {
                capital.replace('e', "3").replace('o', "0").replace('i', "1")
                    + &self.text("!#%&*+?@", 1, 2)
                    + &self.text("0123456789", 2, 3)
            }
        }
    }

    /// Signs and letters as no code has them.
    fn wild(&mut self) -> String {
        self.text("abcdefghijklmnopqrstuvwxyz", 1, 2)
            + &match self.next() % 4 {
                // Words, cut by signs.
                1 => (0..4).map(|_| self.text("{}()[]{}()[]$>-_#!?", 1, 3) + &self.of(WORDS)[1..]).collect(),
                0 => self.text("ABCDEFGHJKLMNPQRSTUVWXYZ,.:-@*?!!?@*+~^", 8, 10),
                _ => self.text("abcdefghijklmnopqrstuvwxyzABCDEFGHJKLM{}()[]{}()[]$>-_#", 14, 24),
            }
    }

    fn key(&mut self) -> String {
        match self.next() % 9 {
            6 | 7 => self.wild(),
            0 => self.text("0123456789abcdef", 32, 1),
            1 => self.text("0123456789abcdef", 40, 1),
            2 => self.text("abcdefghijklmnopqrstuvwxyz0123456789", 20, 30),
            3 => self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40, 4) + "=",
            4 => self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 16, 40),
            5 => self.text("abcdefghijklmnopqrstuvwxyz(){}[]$!#%&*+-=?@^_:.~|", 18, 24),
            _ => self.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 24, 41),
        }
    }

    fn standin(&mut self, name: &str) -> String {
        match self.next() % 5 {
            0 => format!("{}_{}", self.of(WORDS), self.of(WORDS)),
            1 => format!("{}.{}", self.of(WORDS), name.replace(['.', '-'], "_")),
            _ => self.of(STANDINS).replace("NAME", name),
        }
    }
}
