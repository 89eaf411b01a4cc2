//! Credential formats as vendors publish them, one line each: a template becomes a detector with examples of its own.

use toml::{Table, Value};

use crate::mistake::Mistake;

/// Alphabets of templates: name, what it is in a pattern, what stands for it in examples, how many characters it has.
const ALPHABETS: [(&str, &str, &str, u32); 17] = [
    ("digit", "0-9", "digit", 10),
    ("hex", "0-9a-f", "hex", 16),
    ("HEX", "0-9A-F", "HEX", 16),
    ("Hex", "0-9A-Fa-f", "hex", 16),
    ("lower", "a-z", "lower", 26),
    ("upper", "A-Z", "upper", 26),
    ("letter", "A-Za-z", "letter", 52),
    ("base32", "A-Z2-7", "base32", 32),
    ("base36", "a-z0-9", "base36", 36),
    ("BASE36", "A-Z0-9", "BASE36", 36),
    ("bech32", "ac-hj-np-z02-9", "bech32_lower", 32),
    ("base58", "1-9A-HJ-NP-Za-km-z", "base58", 58),
    ("base62", "A-Za-z0-9", "base62", 62),
    ("base64", "A-Za-z0-9+/", "base64", 64),
    ("base64=", "A-Za-z0-9+/=", "base64", 64),
    ("token", "A-Za-z0-9_=-", "base62", 62),
    ("sign", "A-Za-z0-9_.=~+/-", "base62", 62),
];
/// Without an upper bound, a part is at most this long.
const UNBOUNDED: usize = 400;
/// As many bytes of a template's start as tell it from others; more alternatives than this are not spelt out.
const MOST_ANCHORS: usize = 16;

/// One piece of a template: `glpat-{token*20}` has two, `gh{p|o}_` three.
#[derive(Debug, PartialEq)]
enum Part<'a> {
    Literal(&'a str),
    OneOf(Vec<&'a str>),
    Run { set: &'static str, example: &'static str, size: u32, least: usize, most: usize },
}

/// Turns a line of the table `format` into the detector it stands for.
///
/// `value` is the template: text, `{a|b}` for alternatives, `{base62*20}`, `{hex*32-40}` or `{token*40+}` for runs of
/// characters, `{uuid}` for an identifier of RFC 9562 in hexadecimal. With `named`, the value must be assigned to a name
/// that holds one of the words. Keys of a detector may be given too and are kept.
pub(crate) fn detector(mut entry: Table) -> Result<Table, Mistake> {
    let id = entry.get("id").and_then(Value::as_str).unwrap_or("format").to_owned();
    let wrong = |message: &str| Mistake::new(&id, message, "write it as docs/detectors.md shows");
    let template = match entry.remove("value") {
        Some(Value::String(template)) => {
            template.replace("{uuid}", "{Hex*8}-{Hex*4}-{Hex*4}-{Hex*4}-{Hex*12}")
        }
        _ => return Err(wrong("it has no `value`")),
    };
    let parts = parts(&template).ok_or_else(|| wrong("its `value` is not a template"))?;
    let named: Vec<String> = entry
        .get("named")
        .and_then(Value::as_array)
        .map(|words| words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let anchors = anchors(&parts);
    if let Some(of) = entry.remove("of") {
        entry.insert("describes".into(), of);
    }
    let mut give = |key: &str, value: Value| {
        entry.entry(key).or_insert(value);
    };
    give("pattern", pattern(&parts).into());
    give("edges", "token".into());
    give("entropy", least_entropy(&parts).into());
    give("longest", longest(&parts).into());
    give("finds", strings(finds(&parts, named.first().map(String::as_str))));
    give("ignores", strings(ignores(&parts, named.first().map(String::as_str))));
    if named.is_empty() {
        give("confidence", 0.97.into());
        give("anchors", strings(anchors));
    } else {
        give("confidence", 0.92.into());
        give("placeholders", "accepted".into());
        give("starts", "token".into());
    }
    Ok(entry)
}

fn strings(texts: Vec<String>) -> Value {
    Value::Array(texts.into_iter().map(Value::String).collect())
}

fn parts(template: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        let (inner, tail) = after.split_once('}')?;
        parts.push(part(inner)?);
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    Some(parts)
}

fn part(inner: &str) -> Option<Part<'_>> {
    let run = inner.split_once('*');
    let known = run.and_then(|(name, _)| ALPHABETS.iter().find(|(known, ..)| *known == name));
    let (Some((_, length)), Some((_, set, example, size))) = (run, known) else {
        return inner.contains('|').then(|| Part::OneOf(inner.split('|').collect()));
    };
    let (least, most) = match (length.split_once('-'), length.strip_suffix('+')) {
        (Some((least, most)), _) => (least.parse().ok()?, most.parse().ok()?),
        (None, Some(least)) => (least.parse().ok()?, UNBOUNDED),
        (None, None) => (length.parse().ok()?, length.parse().ok()?),
    };
    (least <= most).then_some(Part::Run { set, example, size: *size, least, most })
}

fn pattern(parts: &[Part<'_>]) -> String {
    let piece = |part: &Part<'_>| match part {
        Part::Literal(text) => escaped(text),
        Part::OneOf(texts) => {
            format!("(?:{})", texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|"))
        }
        Part::Run { set, least, most, .. } if least == most => format!("[{set}]{{{least}}}"),
        Part::Run { set, least, most: UNBOUNDED, .. } => format!("[{set}]{{{least},}}"),
        Part::Run { set, least, most, .. } => format!("[{set}]{{{least},{most}}}"),
    };
    parts.iter().map(piece).collect()
}

/// Signs that mean something in a pattern, made to mean themselves.
fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-/:=@~ ,;&%!".contains(c);
    text.chars().flat_map(|c| (!plain(c)).then_some('\\').into_iter().chain([c])).collect()
}

/// Every text a finding can begin with, up to the first run.
fn anchors(parts: &[Part<'_>]) -> Vec<String> {
    let mut starts = vec![String::new()];
    for part in parts {
        match part {
            Part::Literal(text) => starts.iter_mut().for_each(|start| start.push_str(text)),
            Part::OneOf(texts) if starts.len() * texts.len() <= MOST_ANCHORS => {
                starts = starts
                    .iter()
                    .flat_map(|start| texts.iter().map(move |text| format!("{start}{text}")))
                    .collect();
            }
            Part::OneOf(_) | Part::Run { .. } => break,
        }
    }
    starts.retain(|start| !start.is_empty());
    starts
}

/// What a made-up value certainly has: less than that is a placeholder.
fn least_entropy(parts: &[Part<'_>]) -> f64 {
    let random: usize = parts
        .iter()
        .map(|part| if let Part::Run { size: 16.., least, .. } = part { *least } else { 0 })
        .sum();
    if random >= 16 { 2.5 } else { 0.0 }
}

fn longest(parts: &[Part<'_>]) -> i64 {
    let length = |part: &Part<'_>| match part {
        Part::Literal(text) => text.len(),
        Part::OneOf(texts) => texts.iter().map(|text| text.len()).max().unwrap_or(0),
        Part::Run { most, .. } => *most,
    };
    i64::try_from(parts.iter().map(length).sum::<usize>().clamp(1, 6000)).unwrap_or(512)
}

/// The value as examples write it, with `spare` characters more in its last run (or fewer), the `pick`th of alternatives.
fn written(parts: &[Part<'_>], spare: isize, pick: usize, fill: Option<char>) -> String {
    let last = parts.iter().rposition(|part| matches!(part, Part::Run { .. }));
    let piece = |(at, part): (usize, &Part<'_>)| match part {
        Part::Literal(text) => (*text).to_owned(),
        Part::OneOf(texts) => texts.get(pick % texts.len().max(1)).copied().unwrap_or_default().to_owned(),
        Part::Run { example, least, .. } => {
            let length = if Some(at) == last { least.saturating_add_signed(spare) } else { *least };
            fill.map_or_else(|| format!("{{{{{example}*{length}}}}}"), |c| String::from(c).repeat(length))
        }
    };
    parts.iter().enumerate().map(piece).collect()
}

fn finds(parts: &[Part<'_>], name: Option<&str>) -> Vec<String> {
    let choices = parts
        .iter()
        .map(|part| if let Part::OneOf(texts) = part { texts.len() } else { 1 })
        .max()
        .unwrap_or(1);
    match name {
        None => {
            let mut finds = vec![format!("KEY=\"«{}»\"", written(parts, 0, 0, None))];
            finds.extend((0..choices).map(|pick| format!("use «{}» for it", written(parts, 0, pick, None))));
            finds
        }
        Some(name) => vec![
            format!("{name}_value = \"«{}»\"", written(parts, 0, 0, None)),
            format!("{}: «{}»", name.to_uppercase(), written(parts, 0, 1, None)),
        ],
    }
}

fn ignores(parts: &[Part<'_>], name: Option<&str>) -> Vec<String> {
    let lead = name.map(|name| format!("{name}_value = ")).unwrap_or_default();
    let mut ignores = vec![
        format!("{lead}{}", written(parts, -1, 0, None)),
        format!("{lead}{}", written(parts, 0, 0, Some('x'))),
    ];
    let fixed = matches!(parts.last(), Some(Part::Run { least, most, .. }) if least == most);
    if fixed {
        ignores.push(format!("{lead}{}", written(parts, 1, 0, None)));
    }
    if name.is_some() {
        ignores.push(format!("revision = \"{}\"", written(parts, 0, 0, None)));
    }
    ignores
}

#[cfg(test)]
mod tests {
    use toml::Table;

    use super::detector;

    fn check(line: &str, key: &str, expected: &str) {
        let made = detector(line.parse::<Table>().unwrap()).unwrap();
        assert_eq!(made.get(key).unwrap().to_string(), expected, "{line}");
    }

    #[test]
    fn templates_become_detectors() {
        check("value = 'gh{p|o}_{base62*36}'", "pattern", r#""gh(?:p|o)_[A-Za-z0-9]{36}""#);
        check("value = 'gh{p|o}_{base62*36}'", "anchors", r#"["ghp_", "gho_"]"#);
        check("value = 'a.{hex*8-12}'", "pattern", r"'a\.[0-9a-f]{8,12}'");
        check("value = '{hex*32}'\nnamed = ['acme']", "starts", r#""token""#);
        check("value = 'k_{hex*4}'", "ignores", r#"["k_{{hex*3}}", "k_xxxx", "k_{{hex*5}}"]"#);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for line in ["id = 'x'", "value = 'a{hex*'", "value = '{rune*3}'", "value = '{hex*9-3}'"] {
            assert!(detector(line.parse().unwrap()).is_err(), "{line}");
        }
    }
}
