//! Registered data: `cargo bench -p detect --bench registered [-- ROWS]`, a million rows if not said.
//!
//! Prints time to register, memory, and time a text costs that holds nothing registered, one word in ten, and passages.

use std::{
    env, fs,
    hint::black_box,
    time::{Duration, Instant},
};

use detect::registered::{Column, ColumnKind, Registry, Table};

const PROSE: &str = "The committee met again in spring, and after a long discussion it agreed that the library should open on \
    Sundays. Nobody had expected so many visitors: some came for the books, others for the quiet, a few for the warm radiators. \
    The new chair thanked everyone and said that the budget, though small, would last until the end of the year.\n\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rows: u32 = env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = env::temp_dir().join(format!("bylaw-registered-{}", std::process::id()));
    let mut registry = Registry::create(&folder, None)?;
    let column = |name: &str, kind| Column { name: name.to_owned(), kind };
    let columns = vec![
        column("first", ColumnKind::Supporting),
        column("last", ColumnKind::Supporting),
        column("account", ColumnKind::Unique),
    ];
    let mut numbers = Numbers(7);
    let lines: String = (0..rows)
        .map(|row| {
            format!("{},{},AC{:09}\n", numbers.word(3), numbers.word(4), row.wrapping_mul(2_654_435_761))
        })
        .collect();
    let source = format!("first,last,account\n{lines}");
    let begun = Instant::now();
    registry.add_table(
        "customers",
        &Table::new("strategy.registered_data".parse()?, columns),
        source.as_bytes(),
    )?;
    println!("{:44} {:>10.2} s", format!("register a table of {rows} rows"), begun.elapsed().as_secs_f64());

    let document: String = (0..rows / 10).map(|_| format!("{} ", numbers.word(5))).collect();
    let begun = Instant::now();
    registry.add_document("plan", &"ip.registered_document".parse()?, &document)?;
    println!(
        "{:44} {:>10.2} s",
        format!("register a document of {} KB", document.len() / 1024),
        begun.elapsed().as_secs_f64()
    );

    let begun = Instant::now();
    let snapshot = registry.snapshot()?;
    println!("{:44} {:>10.2} ms", "open", begun.elapsed().as_secs_f64() * 1e3);
    println!("{:44} {:>10.1} MB", "in memory", snapshot.resident() as f64 / 1e6);
    let disk: u64 =
        fs::read_dir(&folder)?.flatten().filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum();
    println!("{:44} {:>10.1} MB", "on disk", disk as f64 / 1e6);

    let prompt: String = PROSE.chars().cycle().take(4096).collect();
    let account =
        source.lines().nth(rows as usize / 2).and_then(|line| line.rsplit(',').next()).unwrap_or_default();
    let dense: String = prompt
        .split(' ')
        .map(|word| format!("{word} "))
        .enumerate()
        .map(|(at, word)| if at % 10 == 0 { format!("{account} ") } else { word })
        .collect();
    let passages: String = document.chars().take(4096).collect();
    for (name, text) in [
        ("4 KiB of prose", &prompt),
        ("the same, every tenth word an account", &dense),
        ("4 KiB of the document", &passages),
    ] {
        let found = snapshot.scan(text.as_bytes()).len();
        println!(
            "{:44} {:>10.1} µs, {found} found",
            name,
            time(|| snapshot.scan(black_box(text.as_bytes())))
        );
    }
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// Microseconds a call takes.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let (begun, mut calls) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(1) {
        black_box(call());
        calls += 1;
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
}

/// Made-up words.
struct Numbers(u64);

impl Numbers {
    fn word(&mut self, syllables: usize) -> String {
        (0..syllables)
            .map(|_| {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (consonant, vowel) = ((self.0 >> 40) as u8 % 20, (self.0 >> 50) as u8 % 5);
                [b"bcdfghjklmnpqrstvwxz".get(usize::from(consonant)), b"aeiou".get(usize::from(vowel))]
                    .into_iter()
                    .flatten()
                    .map(|letter| char::from(*letter))
                    .collect::<String>()
            })
            .collect()
    }
}
