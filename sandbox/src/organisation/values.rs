use rand::{Rng, rngs::StdRng};

const FIRST: [&str; 16] = [
    "Anna", "Bruno", "Carla", "David", "Elena", "Farid", "Greta", "Hugo", "Irina", "Jamal", "Katrin", "Luis",
    "Maren", "Nils", "Olivia", "Pavel",
];
const LAST: [&str; 16] = [
    "Kovacs",
    "Almeida",
    "Bergstrom",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Farrow",
    "Gupta",
    "Hoffmann",
    "Ibrahim",
    "Jansen",
    "Keller",
    "Larsson",
    "Moretti",
    "Novak",
    "Ortega",
];
/// Published test numbers of card processors.
const CARDS: [&str; 4] =
    ["4111 1111 1111 1111", "5555 5555 5555 4444", "4242-4242-4242-4242", "3782 822463 10005"];
/// Published examples of the IBAN registry.
const IBANS: [&str; 4] = [
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91 ABNA 0417 1643 00",
];
const STREETS: [&str; 4] = ["Linden Street", "Harbour Road", "Mill Lane", "Orchard Avenue"];

/// `template` with every `{name}` replaced by a made-up value; unknown names stay.
pub(super) fn fill(template: &str, random: &mut StdRng) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    let mut last_person = None;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let named = after
            .split_once('}')
            .and_then(|(name, tail)| value(name, random, &mut last_person).map(|value| (value, tail)));
        match named {
            Some((value, tail)) => {
                text.push_str(&value);
                rest = tail;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

type Name = (&'static str, &'static str);

fn value(name: &str, random: &mut StdRng, person: &mut Option<Name>) -> Option<String> {
    Some(match name {
        "person" => {
            let (first, last) = *person.insert((pick(&FIRST, random), pick(&LAST, random)));
            format!("{first} {last}")
        }
        "email" => {
            let (first, last) = person.unwrap_or(("post", "box"));
            format!("{}.{}@example.com", first.to_lowercase(), last.to_lowercase())
        }
        "phone" => format!("(202) 555-01{:02}", random.random_range(0..100)), // 555-01xx is for fiction
        "ssn" => ssn(random),
        "card" => pick(&CARDS, random).to_owned(),
        "iban" => pick(&IBANS, random).to_owned(),
        "dob" => format!(
            "{:02}/{:02}/19{}",
            random.random_range(1..13),
            random.random_range(1..29),
            random.random_range(40..99)
        ),
        "mrn" => format!("{:08}", random.random_range(10_000_000..99_999_999u32)),
        "order" => format!("BW-{}", random.random_range(10_000..99_999)),
        "amount" => format!("${},{:03}", random.random_range(2..990), random.random_range(0..1000)),
        "address" => format!("{} {}, Springfield", random.random_range(1..200), pick(&STREETS, random)),
        "ip" => format!(
            "10.{}.{}.{}",
            random.random_range(0..256),
            random.random_range(0..256),
            random.random_range(1..255)
        ),
        "aws_id" => format!("AKIA{}", letters(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", random)),
        "aws_secret" => letters(40, ALPHANUMERIC, random),
        "github_token" => format!("ghp_{}", letters(36, ALPHANUMERIC, random)),
        "password" => format!("Spring-{}!", letters(10, ALPHANUMERIC, random)),
        _ => return None,
    })
}

const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn pick<'a>(values: &[&'a str], random: &mut StdRng) -> &'a str {
    values.get(random.random_range(0..values.len())).copied().unwrap_or_default()
}

fn letters(count: usize, alphabet: &str, random: &mut StdRng) -> String {
    let alphabet = alphabet.as_bytes();
    let letter =
        |_| alphabet.get(random.random_range(0..alphabet.len())).map_or('0', |byte| char::from(*byte));
    (0..count).map(letter).collect()
}

/// A number in the form of a US social security number, within the ranges that could be issued.
fn ssn(random: &mut StdRng) -> String {
    let area = random.random_range(100..665);
    format!("{area}-{:02}-{:04}", random.random_range(1..100), random.random_range(1..10_000))
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::fill;

    #[test]
    fn equal_seeds_give_equal_values_and_other_braces_stay() {
        let template = "{person} <{email}> {ssn} {card} if x { y } {unknown} {";
        let filled = fill(template, &mut StdRng::seed_from_u64(7));
        assert_eq!(filled, fill(template, &mut StdRng::seed_from_u64(7)));
        assert!(filled.ends_with(" if x { y } {unknown} {") && !filled.contains("{ssn}"), "{filled}");
    }
}
