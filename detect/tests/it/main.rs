//! Laws of the whole crate: what holds for every text, and what ordinary text must not show.

mod checksums; // numbers valid and not
mod custom; // an organisation's own detectors, and what is said about mistakes in them
mod file; // files made by real programs, files inside files, hostile files
mod packed; // writers of small files
mod quiet; // texts in which nothing may be found
mod registered; // tables and documents an organisation registers
mod streaming; // the same hits however a text is cut, in linear time

use detect::{Detectors, Hit};

#[expect(clippy::panic, reason = "helps tests only")]
fn builtin() -> Detectors {
    Detectors::builtin().unwrap_or_else(|error| panic!("{error}"))
}

/// Labels and texts of what is found, blocks of code by their label only.
fn found(text: &str) -> Vec<String> {
    builtin().scan(text.as_bytes()).iter().map(|hit| shown(text, hit)).collect()
}

fn shown(text: &str, hit: &Hit) -> String {
    match hit.label.family() {
        "source_code" => hit.label.to_string(),
        _ => format!("{} {}", hit.label, &text[hit.start..hit.end]),
    }
}

#[test]
fn one_text_many_kinds() {
    let text = "CONFIDENTIAL\nAnna Kovacs (anna@example.com, SSN 536-90-4399) has asthma and pays with \
                4111 1111 1111 1111. Her password is BlueHorse77.";
    assert_eq!(
        found(text),
        [
            "marking.confidential CONFIDENTIAL",
            "pii.person Anna Kovacs",
            "pii.email anna@example.com",
            "pii.us_ssn 536-90-4399",
            "phi.condition asthma",
            "financial.payment_card 4111 1111 1111 1111",
            "secret.password BlueHorse77",
        ]
    );
}

#[test]
fn code_may_hold_other_hits() {
    let text =
        "Please review:\n```python\nimport smtplib\nOWNER = 'jo@example.com'\nprint(OWNER)\n```\nThanks!";
    assert_eq!(found(text), ["source_code.python", "pii.email jo@example.com"]);
}

#[test]
fn the_set_is_as_large_as_promised() {
    let labels = builtin().labels();
    let credentials = labels.iter().filter(|label| label.family() == "secret").count();
    let languages = labels.iter().filter(|label| label.family() == "source_code").count();
    assert!(credentials >= 400 && languages >= 20, "{credentials} credentials, {languages} languages");
    let all = builtin();
    for detector in all.iter() {
        let bare = detector.ignores.is_empty() || detector.finds.is_empty();
        assert!(!bare, "{} needs examples of both kinds", detector.id);
        let sourced = detector.label.family() != "secret" || detector.source.is_some();
        assert!(
            sourced || detector.id.contains("password") || detector.id.contains("api_key"),
            "{}",
            detector.id
        );
    }
}
