use super::figures::Figure;

/// What a measure should reach, and what the best peer reaches.
pub(super) struct Bar {
    target: Target,
    /// The best peer's figure, measured or published; empty where none is known.
    pub(super) peer: &'static str,
}

#[derive(Clone, Copy)]
enum Target {
    /// F1, or a share.
    AtLeast(f64),
    /// A share, or findings per megabyte.
    AtMost(f64),
    /// F1 and precision.
    F1AndPrecision(f64, f64),
}

use Target::{AtLeast, AtMost, F1AndPrecision};

const SYNTH: &str = "presidio_research_synth_v2";
const TESTS: &str = "presidio_recognizer_tests";
const NONE: &str = "";
const PRESIDIO: &str = "Presidio 0.768 / 0.878 (two sets)";
const CREDSWEEPER: &str = "CredSweeper 0.859, Nosey Parker 0.50, gitleaks 0.42, detect-secrets 0.34";

/// The bars of the detection issue.
const BARS: &[(&str, &str, Target, &str)] = &[
    (SYNTH, "structured", AtLeast(0.97), PRESIDIO),
    (SYNTH, "CREDIT_CARD", AtLeast(0.995), NONE),
    (SYNTH, "US_SSN", AtLeast(0.995), NONE),
    (SYNTH, "IBAN_CODE", AtLeast(0.995), NONE),
    (SYNTH, "EMAIL_ADDRESS", AtLeast(0.995), NONE),
    (SYNTH, "IP_ADDRESS", AtLeast(0.995), NONE),
    (SYNTH, "PHONE_NUMBER", AtLeast(0.9), NONE),
    (SYNTH, "PERSON", AtLeast(0.85), NONE),
    (SYNTH, "address or location", AtLeast(0.8), NONE),
    (TESTS, "all types", AtLeast(0.93), NONE),
    (TESTS, "negatives that fire", AtMost(0.08), "Presidio 61 %"),
    (TESTS, "CREDIT_CARD", AtLeast(0.995), NONE),
    (TESTS, "US_SSN", AtLeast(0.995), NONE),
    (TESTS, "IBAN_CODE", AtLeast(0.995), NONE),
    (TESTS, "EMAIL_ADDRESS", AtLeast(0.995), NONE),
    (TESTS, "IP_ADDRESS", AtLeast(0.995), NONE),
    ("phone_examples", "all, called", AtLeast(0.9), NONE),
    ("phone_examples", "national, called", AtLeast(0.85), NONE),
    ("phone_examples", "national, alone", AtLeast(0.85), NONE),
    ("stdnum_checksum_vectors", "agreement", AtLeast(0.999), NONE),
    ("gitleaks_rule_vectors", "recall", AtLeast(0.995), NONE),
    ("gitleaks_rule_vectors", "false", AtMost(0.03), NONE),
    ("noseyparker_rule_examples", "recall", AtLeast(0.9), NONE),
    ("noseyparker_rule_examples", "false", AtMost(0.1), NONE),
    ("detect_secrets_tests", "recall", AtLeast(0.9), NONE),
    ("detect_secrets_tests", "false", AtMost(0.1), NONE),
    ("creddata_snippets", "credentials", F1AndPrecision(0.9, 0.92), CREDSWEEPER),
    ("gum_train", "PER", AtLeast(0.85), NONE),
    ("gum_train", "LOC", AtLeast(0.8), NONE),
    ("uner_dev", "PER", AtLeast(0.85), NONE),
    ("uner_dev", "LOC", AtLeast(0.8), NONE),
    ("prose", "credentials", AtMost(0.02), NONE),
    ("code", "credentials outside tests", AtMost(0.3), NONE),
    ("gum_train", "taken for code", AtMost(0.005), NONE),
    ("uner_dev", "taken for code", AtMost(0.005), NONE),
    ("wnut_train", "taken for code", AtMost(0.005), NONE),
    ("languages", "mainstream, whole", AtLeast(0.98), NONE),
    ("languages", "mainstream, head", AtLeast(0.93), NONE),
    ("languages", "mainstream, chat", AtLeast(0.93), NONE),
];

/// The bar of a measure, if there is one.
pub(super) fn of(corpus: &str, measure: &str) -> Option<Bar> {
    let (.., target, peer) = BARS.iter().find(|(of, named, ..)| *of == corpus && *named == measure)?;
    Some(Bar { target: *target, peer })
}

impl Bar {
    /// The bar in words, and whether a figure reaches it.
    pub(super) fn told(&self, figure: Figure) -> String {
        let value = figure.value();
        let (words, reached) = match (self.target, figure) {
            (AtLeast(least), _) => (format!("≥ {least}"), value >= least),
            (AtMost(most), _) => (format!("≤ {most}"), value <= most),
            (F1AndPrecision(f1, precision), Figure::Found(tally)) => {
                (format!("F1 ≥ {f1}, P ≥ {precision}"), value >= f1 && tally.precision() >= precision)
            }
            (F1AndPrecision(f1, precision), _) => (format!("F1 ≥ {f1}, P ≥ {precision}"), false),
        };
        if reached { words } else { format!("{words}, **not reached**") }
    }
}
