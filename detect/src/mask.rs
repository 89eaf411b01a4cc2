use model::Label;

/// What stands for a character that is not shown.
const DOT: char = '•';
/// Longer excerpts would tell the length of what they hide.
const LONGEST: usize = 24;

/// How much of a finding may be shown.
enum Shown {
    Everything,
    /// The last characters, if the value is at least so long.
    Last {
        count: usize,
        of_at_least: usize,
    },
    /// The same of an identifier that is mostly digits; of a name or an address nothing.
    LastOfNumber {
        count: usize,
        of_at_least: usize,
    },
    /// Its kind only.
    Kind(&'static str),
    Nothing,
}

/// What of a finding is safe to show to people who may not see the content, for example `•••-••-4399`.
///
/// Markings are shown whole. Of identifiers people know by their ends at most the last four characters are shown, of
/// credentials only where they are long. Nothing is shown of passwords, health terms, dates and names.
pub fn mask(text: &str, label: &Label) -> String {
    match shown(label) {
        Shown::Everything => shortened(text),
        Shown::Kind(kind) => kind.to_owned(),
        Shown::Last { count, of_at_least } => hidden(text, count, of_at_least),
        Shown::LastOfNumber { count, of_at_least } if is_number(text) => hidden(text, count, of_at_least),
        Shown::LastOfNumber { .. } => hidden(text, 0, 0),
        Shown::Nothing => hidden(text, 0, 0),
    }
}

fn shown(label: &Label) -> Shown {
    match (label.family(), label.as_str()) {
        ("marking", _) => Shown::Everything,
        ("source_code", _) => Shown::Kind("source code"),
        ("attack", "attack.hidden_text") => Shown::Kind("hidden characters"),
        (_, "secret.private_key") => Shown::Kind("private key"),
        (_, "secret.password" | "pii.date_of_birth" | "pii.email" | "pii.ip_address") => Shown::Nothing,
        (_, "pii.coordinates" | "pii.address" | "pii.payroll" | "pii.hr_record") => Shown::Nothing,
        ("pii" | "financial", _) => Shown::LastOfNumber { count: 4, of_at_least: 8 },
        ("secret", _) => Shown::Last { count: 4, of_at_least: 20 },
        _ => Shown::Nothing,
    }
}

/// Whether at least half of its letters and digits are digits.
fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    2 * digits >= text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Dots for letters and digits, but for the last `count` where there are at least `of_at_least`; separators stay.
fn hidden(text: &str, count: usize, of_at_least: usize) -> String {
    let total = text.chars().filter(|c| c.is_alphanumeric()).count();
    let count = if total >= of_at_least { count } else { 0 };
    let mut seen = 0;
    let masked: Vec<char> = text
        .chars()
        .map(|c| match c {
            c if c.is_alphanumeric() => {
                seen += 1;
                if seen + count > total { c } else { DOT }
            }
            ' ' | '-' | '.' | '@' | ':' | '/' | '_' | '+' | '(' | ')' => c,
            _ => DOT,
        })
        .collect();
    match masked.len() {
        0..=LONGEST => masked.into_iter().collect(),
        long => [DOT; 8].iter().chain(masked.get(long - count..).unwrap_or_default()).collect(),
    }
}

fn shortened(text: &str) -> String {
    let mut characters = text.chars().filter(|c| !c.is_control());
    let head: String = characters.by_ref().take(2 * LONGEST).collect();
    if characters.next().is_some() { head + "…" } else { head }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn excerpts_show_ends_at_most() {
        for (text, label, excerpt) in [
            ("536-90-4399", "pii.us_ssn", "•••-••-4399"),
            ("4111 1111 1111 1111", "financial.payment_card", "•••• •••• •••• 1111"),
            ("DE89370400440532013000", "financial.iban", "••••••••••••••••••3000"),
            ("hunter2", "secret.password", "•••••••"),
            ("sk-ant-q8ZkT3vLw0PfYb2R55aB71xyz", "secret.anthropic_api_key", "••••••••1xyz"),
            ("short12", "secret.api_key", "•••••••"),
            ("jo@example.com", "pii.email", "••@•••••••.•••"),
            ("CONFIDENTIAL", "marking.confidential", "CONFIDENTIAL"),
            ("fn main() {}", "source_code.rust", "source code"),
            ("diabetes", "phi.condition", "••••••••"),
            ("1985-04-12", "pii.date_of_birth", "••••-••-••"),
            ("a very long sentence about a plan to merge", "strategy.mergers", "••••••••"),
            ("Anna Kovacs", "pii.person", "•••• ••••••"),
            ("akovacs77", "pii.username", "•••••••••"),
            ("12 Baker Street, London NW1 6XE", "pii.address", "••••••••"),
            ("47.4979, 19.0402", "pii.coordinates", "••.••••• ••.••••"),
            ("", "pii.phone", ""),
        ] {
            assert_eq!(mask(text, &label.parse().unwrap()), excerpt, "{text}");
        }
    }
}
