use std::fmt::Write;

use detect::registered::{Column, ColumnKind, Match, Matched, RegisterError, Registry, Snapshot, Table};
use model::Label;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::builtin;

const CUSTOMERS: &str = "name;account;city;note\n\
    Marta Lindqvist;AC-7730 1942;Göteborg;old\n\
    Łukasz Zieliński;AC-1188 2045;Kraków;new\n\
    John Smith;AC-5541 0078;London;\n\
    Jane Smith;AC-9020 3366;London;\n\
    Aki Tanaka 田中;AC-6612 7719;Tokyo;\n";

#[expect(clippy::unwrap_used, reason = "helps tests only")]
fn label(name: &str) -> Label {
    name.parse().unwrap()
}

fn column(name: &str, kind: ColumnKind) -> Column {
    Column { name: name.to_owned(), kind }
}

fn customers() -> Table {
    let columns = vec![
        column("name", ColumnKind::Supporting),
        column("account", ColumnKind::Unique),
        column("city", ColumnKind::Supporting),
    ];
    Table::new(label("strategy.registered_data"), columns)
}

#[expect(clippy::unwrap_used, reason = "helps tests only")]
fn registry() -> (TempDir, Registry) {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::create(folder.path(), Some(b"kept elsewhere")).unwrap();
    (folder, registry)
}

#[expect(clippy::unwrap_used, reason = "helps tests only")]
fn snapshot(table: &Table, source: &str) -> (TempDir, Snapshot) {
    let (folder, mut registry) = registry();
    registry.add_table("customers", table, source.as_bytes()).unwrap();
    let snapshot = registry.snapshot().unwrap();
    (folder, snapshot)
}

fn shown(text: &str, found: &[Match]) -> Vec<String> {
    let show = |one: &Match| match &one.matched {
        Matched::Row { columns } => format!("{} [{}]", &text[one.start..one.end], columns.join(" ")),
        Matched::Passage { share } => format!("{} {:.0} %", one.id, share * 100.0),
    };
    found.iter().map(show).collect()
}

#[track_caller]
fn check(table: &Table, text: &str, expected: &[&str]) {
    let (_folder, snapshot) = snapshot(table, CUSTOMERS);
    assert_eq!(shown(text, &snapshot.scan(text.as_bytes())), expected, "{text}");
}

#[test]
fn cells_are_found_however_they_are_spelt() {
    for (text, expected) in [
        ("Please close AC-7730 1942 today.", &["AC-7730 1942 [account]"][..]),
        ("please close ac77301942.", &["ac77301942 [account]"]),
        ("Marta Lindqvist lives in Göteborg.", &["Marta Lindqvist lives in Göteborg [city name]"]),
        ("GOTEBORG: Lindqvist, Marta", &[]),
        ("lukasz zielinski, krakow", &["lukasz zielinski, krakow [city name]"]),
        ("田中 wrote", &[]),
        ("Aki Tanaka田中 in Tokyo", &["Aki Tanaka田中 in Tokyo [city name]"]),
        ("AC-7730 1942\u{0301}", &["AC-7730 1942\u{0301} [account]"]),
        ("AC-7730 19421", &[]),
        ("XAC-7730 1942", &[]),
    ] {
        check(&customers(), text, expected);
    }
}

#[test]
fn common_values_are_no_finding() {
    let far = format!("Marta Lindqvist{} Göteborg", " and so on".repeat(40));
    for text in
        ["John Smith", "London", "a letter from London to Göteborg", "Jane from Tokyo", "note old", &far]
    {
        check(&customers(), text, &[]);
    }
    // The same values in thousands of rows confirm a row, but tell none.
    let many: String = (0..2000).map(|at| format!("John Smith;AC-{at:08};London;\n")).collect();
    let (_folder, snapshot) = snapshot(&customers(), &format!("name;account;city;note\n{many}"));
    assert_eq!(snapshot.scan(b"John Smith from London").len(), 0);
    let text = "John Smith, London, AC-00001234";
    assert_eq!(shown(text, &snapshot.scan(text.as_bytes())), ["AC-00001234 [account]"]);
}

#[test]
fn rules_name_columns_that_must_stand_together() {
    let mut table = customers();
    table.columns[1].kind = ColumnKind::Supporting;
    table.rules = vec![vec!["name".to_owned(), "account".to_owned()]];
    check(&table, "Marta Lindqvist in Göteborg", &[]);
    check(&table, "Marta Lindqvist, Göteborg: AC-5541 0078", &[]);
    check(
        &table,
        "Marta Lindqvist, Göteborg: AC-7730 1942",
        &["Marta Lindqvist, Göteborg: AC-7730 1942 [account city name]"],
    );
    check(&table, "AC-5541 0078\tJohn Smith\n", &["AC-5541 0078\tJohn Smith [name account]"]);
}

/// Sentences nobody wrote before, made of the words of a list.
fn prose(seed: u64, sentences: usize) -> String {
    const WORDS: [&str; 40] = [
        "harbour", "crane", "winter", "permit", "ledger", "tide", "copper", "signal", "quarry", "bridge",
        "motor", "garden", "letter", "window", "market", "river", "engine", "supply", "paper", "forest",
        "stone", "island", "summer", "office", "answer", "circle", "number", "second", "minute", "system",
        "report", "budget", "design", "factor", "method", "notice", "object", "period", "record", "source",
    ];
    let (mut state, mut out) = (seed, String::new());
    for _ in 0..sentences {
        for _ in 0..9 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let _ = write!(
                out,
                "{} ",
                WORDS.iter().cycle().nth((state >> 33) as usize % WORDS.len()).unwrap_or(&"")
            );
        }
        out.push_str("ends here.\n");
    }
    out
}

#[expect(clippy::unwrap_used, reason = "helps tests only")]
fn plan() -> (TempDir, Registry, String) {
    let (folder, mut registry) = registry();
    let plan = prose(1, 120);
    registry.add_document("plan-2027", &label("ip.registered_document"), &plan).unwrap();
    (folder, registry, plan)
}

#[test]
fn passages_are_found_after_edits_and_reformatting() {
    let (_folder, registry, plan) = plan();
    let snapshot = registry.snapshot().unwrap();
    let share = |text: &str| {
        let found = snapshot.scan(text.as_bytes());
        found.first().map_or(0.0, |one| match one.matched {
            Matched::Passage { share } => share,
            Matched::Row { .. } => 0.0,
        })
    };
    assert!(share(&plan) > 0.99);
    assert!(share(&plan.to_uppercase().replace(' ', "\n  > ")) > 0.99, "reformatted");
    let half: String = plan.lines().take(60).map(|line| format!("{line}\n")).collect();
    assert!((0.45..0.55).contains(&share(&half)), "{}", share(&half));
    let edited: String =
        plan.lines().map(|line| format!("{} altogether anew\n", &line[..line.len() - 10])).collect();
    assert!(share(&edited) > 0.3, "{}", share(&edited));
    assert_eq!(share(&prose(99, 200)), 0.0, "another text of the same words");
    let pasted = format!(
        "{}\n{}\n{}",
        prose(7, 30),
        plan.lines().skip(40).take(6).collect::<Vec<_>>().join("\n"),
        prose(8, 30)
    );
    let found = snapshot.scan(pasted.as_bytes());
    assert_eq!(found.len(), 1);
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let passage = letters(&pasted[found[0].start..found[0].end]);
    assert!(letters(&plan).contains(&passage) && passage.len() > 300, "{}", passage.len());
}

#[test]
fn boilerplate_is_no_finding() {
    let (_folder, mut registry) = registry();
    let licence = prose(5, 20);
    for at in 0..12 {
        let text = format!("{licence}{}", prose(100 + at, 20));
        registry.add_document(&format!("file-{at}"), &label("ip.registered_document"), &text).unwrap();
    }
    let snapshot = registry.snapshot().unwrap();
    assert_eq!(snapshot.scan(licence.as_bytes()), []);
    assert_eq!(
        snapshot.scan(prose(103, 20).as_bytes()).first().map(|one| one.id.to_string()),
        Some("file-3".to_owned())
    );
}

#[test]
fn a_registry_changes_step_by_step() {
    let (folder, mut registry, plan) = plan();
    let before = registry.snapshot().unwrap();
    registry.add_table("customers", &customers(), CUSTOMERS.as_bytes()).unwrap();
    for at in 0..20 {
        registry
            .add_document(&format!("memo-{at}"), &label("ip.registered_document"), &prose(50 + at, 30))
            .unwrap();
    }
    let segments = || {
        std::fs::read_dir(folder.path())
            .unwrap()
            .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "seg"))
            .count()
    };
    assert!(segments() <= 9, "{}", segments());
    registry.remove("plan-2027").unwrap();
    assert_eq!(segments(), 1);
    drop(registry);
    let registry = Registry::open(folder.path(), Some(b"kept elsewhere")).unwrap();
    assert_eq!(registry.entries().len(), 21);
    let now = registry.snapshot().unwrap();
    assert_eq!((before.scan(plan.as_bytes()).len(), now.scan(plan.as_bytes()).len()), (1, 0));
    assert_eq!(now.scan(b"AC-1188 2045").len(), 1);
    assert_eq!(now.scan(prose(61, 30).as_bytes()).len(), 1);
    assert_eq!(now.failed_lookups(), 0);
}

#[test]
fn nothing_registered_can_be_read_from_the_folder() {
    let (folder, mut registry, plan) = plan();
    registry.add_table("customers", &customers(), CUSTOMERS.as_bytes()).unwrap();
    let words = ["Lindqvist", "lindqvist", "77301942", "goteborg", plan.split(' ').next().unwrap()];
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(words.iter().all(|word| !text.contains(word)));
    }
}

#[test]
fn mistakes_are_named() {
    let (folder, mut registry) = registry();
    let mut table = customers();
    table.columns.push(column("salary", ColumnKind::Unique));
    let message = |outcome: Result<(), RegisterError>| outcome.unwrap_err().to_string();
    assert_eq!(
        message(registry.add_table("customers", &table, CUSTOMERS.as_bytes())),
        "table `customers` has no column `salary`"
    );
    assert_eq!(
        message(registry.add_document("memo", &label("ip.registered_document"), "short")),
        "`memo` holds nothing that could be recognised"
    );
    assert_eq!(message(registry.remove("memo")), "nothing is registered as `memo`");
    let other = Registry::open(folder.path(), Some(b"another")).err().map(|error| error.to_string()).unwrap();
    assert!(other.ends_with("was made with another secret"), "{other}");
    assert!(Registry::create(folder.path(), None).is_err());
    registry.add_table("customers", &customers(), CUSTOMERS.as_bytes()).unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    for segment in files.filter(|path| path.extension().is_some_and(|end| end == "seg")) {
        std::fs::write(segment, b"BYLSEG01 cut short").unwrap();
    }
    assert!(registry.snapshot().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn matches_are_the_same_however_the_text_is_cut(order in prop::collection::vec(0..6_usize, 1..12), cuts in prop::collection::vec(1..700_usize, 1..40)) {
        let (_folder, mut registry, plan) = plan();
        registry.add_table("customers", &customers(), CUSTOMERS.as_bytes()).unwrap();
        let lines: Vec<&str> = plan.lines().collect();
        let pieces = ["Łukasz Zieliński, Kraków. ", "AC-7730 1942 ", &lines[3..9].join(" "), "\u{FF}\u{301}田中 ", "Jane Smith (London) ", "and so on, "];
        let text: String = order.iter().map(|at| pieces[*at]).collect();
        let detectors = builtin().with_registered(registry.snapshot().unwrap());
        let mut scanner = detectors.scanner();
        let (mut hits, mut rest) = (Vec::new(), text.as_bytes());
        for cut in cuts.iter().cycle() {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            hits.extend(scanner.push(piece));
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        hits.extend(scanner.finish());
        // A stream tells the share up to a passage, a whole text that of the whole.
        hits.iter_mut().for_each(|hit| hit.share = None);
        hits.sort_by(|one, other| (one.start, other.end, &one.detector).cmp(&(other.start, one.end, &other.detector)));
        let mut whole = detectors.scan(text.as_bytes());
        whole.iter_mut().for_each(|hit| hit.share = None);
        whole.sort_by(|one, other| (one.start, other.end, &one.detector).cmp(&(other.start, one.end, &other.detector)));
        prop_assert_eq!(hits, whole);
    }
}

#[test]
fn hits_carry_what_was_registered() {
    let (_folder, mut registry, plan) = plan();
    registry.add_table("customers", &customers(), CUSTOMERS.as_bytes()).unwrap();
    let detectors = builtin().with_registered(registry.snapshot().unwrap());
    assert!(detectors.labels().contains(&label("ip.registered_document")));
    let text = format!("Close AC-5541 0078, then read:\n{plan}");
    let own: Vec<String> = detectors
        .scan(text.as_bytes())
        .iter()
        .filter(|hit| hit.detector.starts_with("registered."))
        .map(|hit| format!("{} {} {:?}", hit.detector, hit.label, hit.share))
        .collect();
    assert_eq!(
        own,
        [
            "registered.customers strategy.registered_data None",
            "registered.plan-2027 ip.registered_document Some(1.0)"
        ]
    );
}

#[test]
fn changes_made_at_once_all_count() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let folder = folder.path();
            scope.spawn(move || {
                let mut registry = Registry::open_or_create(folder, Some(b"kept elsewhere")).unwrap();
                for number in 0..5 {
                    let source = CUSTOMERS.replace("AC-", &format!("W{writer}{number}-"));
                    registry
                        .add_table(&format!("customers-{writer}-{number}"), &customers(), source.as_bytes())
                        .unwrap();
                }
                registry.remove(&format!("customers-{writer}-0")).unwrap();
            });
        }
    });
    let registry = Registry::open(folder.path(), Some(b"kept elsewhere")).unwrap();
    assert_eq!(registry.entries().len(), 16);
    let snapshot = registry.snapshot().unwrap();
    for writer in 0..4 {
        assert_eq!(snapshot.scan(format!("W{writer}3-7730 1942").as_bytes()).len(), 1, "{writer}");
        assert!(snapshot.scan(format!("W{writer}0-7730 1942").as_bytes()).is_empty(), "{writer}");
    }
}
