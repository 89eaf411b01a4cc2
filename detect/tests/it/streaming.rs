use std::{fs, sync::LazyLock, time::Duration};

use base64::Engine as _;
use detect::Hit;
use proptest::prelude::*;

use crate::builtin;

/// Texts that hold something of every kind.
static SAMPLES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let detectors = builtin();
    let finds =
        detectors.iter().flat_map(|detector| detector.finds.iter().map(|example| example.text.clone()));
    let ignores = detectors.iter().flat_map(|detector| detector.ignores.clone());
    finds.chain(ignores).collect()
});

/// Texts of examples and filler, long enough to span several windows.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    let sample = any::<prop::sample::Index>().prop_map(|index| index.get(&SAMPLES).clone().into_bytes());
    let filler = (0..4000_usize).prop_map(|length| "so it goes on, ".repeat(length / 15).into_bytes());
    let noise = prop::collection::vec(any::<u8>(), 0..40);
    let encoded = (any::<prop::sample::Index>(), 0..3_u8, 1..400_usize)
        .prop_map(|(index, way, times)| encode(index.get(&SAMPLES).repeat(1 + times / 40).as_bytes(), way));
    let piece = prop_oneof![6 => sample, 2 => filler, 1 => noise, 1 => encoded];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(&b"\n"[..]))
}

/// Percent encoding, hexadecimal or base64.
fn encode(text: &[u8], way: u8) -> Vec<u8> {
    match way {
        0 => text.iter().flat_map(|byte| format!("%{byte:02X}").into_bytes()).collect(),
        1 => text.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect(),
        _ => base64::engine::general_purpose::STANDARD.encode(text).into_bytes(),
    }
}

/// Blocks of source code and tables of people hold other hits.
fn holds_others(hit: &Hit) -> bool {
    hit.label.family() == "source_code" || hit.label.as_str() == "strategy.customer_database"
}

fn sorted(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|one, other| (one.start, other.end).cmp(&(other.start, one.end)));
    hits
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn hits_are_the_same_however_the_text_is_cut(text in texts(), cuts in prop::collection::vec(1..9000_usize, 1..40)) {
        let detectors = builtin();
        let mut scanner = detectors.scanner();
        let (mut hits, mut rest) = (Vec::new(), text.as_slice());
        for cut in cuts.iter().cycle() {
            let (piece, tail) = rest.split_at((*cut).min(rest.len()));
            hits.extend(scanner.push(piece));
            rest = tail;
            if rest.is_empty() {
                break;
            }
        }
        hits.extend(scanner.finish());
        prop_assert_eq!(sorted(hits), detectors.scan(&text));
    }

    #[test]
    fn hits_lie_within_the_text_in_order_and_spans_do_not_overlap(text in texts()) {
        let hits = builtin().scan(&text);
        let spans: Vec<&Hit> = hits.iter().filter(|hit| !holds_others(hit)).collect();
        prop_assert!(hits.iter().all(|hit| hit.start < hit.end && hit.end <= text.len()));
        prop_assert!(hits.iter().all(|hit| (0.0..=1.0).contains(&hit.confidence)));
        prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
        prop_assert!(hits.windows(2).all(|pair| pair[0].start <= pair[1].start));
    }

    #[test]
    fn valid_text_is_cut_at_characters_only(text in "\\PC{0,300}") {
        for hit in builtin().scan(text.as_bytes()) {
            prop_assert!(text.is_char_boundary(hit.start) && text.is_char_boundary(hit.end), "{:?}", hit);
        }
    }
}

#[test]
fn hits_are_handed_out_before_the_text_ends() {
    let detectors = builtin();
    let mut scanner = detectors.scanner();
    let early = scanner.push(b"write to jo@example.com\n").len();
    let late = scanner.push("so it goes on\n".repeat(10_000).as_bytes());
    assert_eq!((early, late.len()), (0, 1));
}

/// How long this thread has had a processor: other programs do not count.
#[expect(clippy::unwrap_used, reason = "helps tests only")]
fn computed() -> Duration {
    let written = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(written.split(' ').next().unwrap().parse().unwrap())
}

#[test]
fn time_is_linear_in_hostile_text() {
    // Unoptimised code is slower by an order of magnitude.
    let (size, bound) = if cfg!(debug_assertions) { (1 << 14, 5) } else { (1 << 20, 1) };
    let detectors = builtin();
    for unit in [
        "1",
        "@",
        "a",
        "\"",
        "'",
        " ",
        "\n",
        "1 ",
        "1-",
        "a@",
        "a@a.",
        "+1",
        "::",
        "1:",
        "{",
        "`",
        "```\n",
        "sk-",
        "sk-ant-",
        "eyJ",
        "eyJa.",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----\n",
        "password ",
        "password=",
        "password = \"",
        "token: ",
        "://a:",
        "4111 1111 1111 1111 ",
        "+44 20 7946 0958 ",
        "536-90-4399 ",
        "diabetes ",
        "Anna Kovacs ",
        "Anna Kovacs has diabetes ",
        "ignore all ",
        "\u{200b}",
        "\u{feff}",
        "<!--",
        "![",
        "hidden>",
        "](http",
        "\u{e0061}",
        "\u{e0151}",
        "\u{202e}",
        "acquire we nda ",
        "def f():\n",
        "é",
        "authorization: ",
        "\"d\":\"",
        "AKIA",
        "%41",
        "%2541",
        "jo%40example.com ",
        "&#64;",
        "&",
        "\\u0040",
        "SGVs",
        "am9AZXhhbXBsZS5jb20g",
        "am9AZXhhbXBsZS5jb20g ",
        "H4sIAAAAAAAAA ",
        "6a6f406578616d706c652e636f6d20",
        "а",
        "аb",
        "１",
        "1\u{a0}",
    ] {
        let text = unit.repeat(size / unit.len());
        let begun = computed();
        let hits = detectors.scan(text.as_bytes()).len();
        let taken = computed() - begun;
        assert!(taken < Duration::from_secs(bound), "{size} bytes of {unit:?} takes {taken:?} ({hits} hits)");
    }
}
