use behavior::{Event, Learner, Settings, Unit};
use model::PersonId;

use crate::organisation::{DAY, event, in_order, learner, ordinary, people, run};

/// How surprising a day of 2 MB of sensitive data is to one who is not of the colluders.
fn surprise(learner: &mut Learner, who: &PersonId) -> f64 {
    for n in 0..20 {
        let labels = vec!["pii.email".parse().unwrap()];
        learner.learn(&Event { labels, ..event(who, 43 * DAY + 9 * 3600 + n * 200, 100_000 + n as u64) });
    }
    let risk = learner.risk(who);
    let reasons = risk.reasons.iter().filter(|reason| reason.family == behavior::Family::Sens);
    reasons.map(|reason| reason.surprise).fold(0.0, f64::max)
}

#[test]
fn colluders_hardly_move_what_is_surprising_of_others() {
    let who = people()[1].clone();
    let colluders: Vec<PersonId> = people().into_iter().skip(100).take(12).collect();
    let honest = ordinary(43, 77);
    let mut all = honest.clone();
    for day in (14..43).filter(|day| day % 7 < 5) {
        for (number, colluder) in colluders.iter().enumerate() {
            all.extend((0..20).map(|n| Event {
                labels: vec!["pii.email".parse().unwrap()],
                ..event(colluder, day * DAY + 9 * 3600 + n * 200 + number as i64, 100_000 + n as u64)
            }));
        }
    }
    let mut usual = learner(Settings::default());
    run(&mut usual, &honest);
    let mut moved = learner(Settings::default());
    run(&mut moved, &in_order(all));
    let mut moves = Vec::new();
    for other in people().iter().filter(|other| !colluders.contains(other)) {
        let (before, after) = (usual.explain(other).unwrap(), moved.explain(other).unwrap());
        for (before, after) in before.bands.iter().zip(&after.bands) {
            // How rare a mixture is has no unit; less than one is nothing, whichever part of it it moves by.
            let unit = if before.unit == Unit::Bytes { 1024.0 } else { 1.0 };
            let (high, moved) = (before.expected.high, after.expected.high);
            if before.unit != Unit::Nats && high >= unit {
                moves.push(((moved - high).abs() / high, format!("{other}'s {}", before.channel)));
            }
        }
    }
    moves.sort_by(|a, b| a.0.total_cmp(&b.0));
    let little = moves.partition_point(|(part, _)| *part <= 0.05);
    assert!(little * 10 >= moves.len() * 8, "{little} of {}", moves.len());
    assert!(moves.last().is_some_and(|(part, _)| *part <= 0.15), "{:?}", moves.last());
    let (before, after) = (surprise(&mut usual, &who), surprise(&mut moved, &who));
    assert!(after > 2.0 && before > 2.0, "{before}, {after}");
}

#[test]
fn levels_that_rise_for_everybody_are_told() {
    let honest = ordinary(60, 77);
    let mut usual = learner(Settings::default());
    run(&mut usual, &honest);
    assert_eq!(usual.movements(), [], "who is honest moves nothing");
    // As forged lines of a log could have it: everybody sends 5 % more every day.
    let forged = honest.iter().map(|event| {
        let day = event.at.as_millis() / DAY / 1000;
        Event { bytes_up: (event.bytes_up as f64 * times(0.05, day)) as u64, ..event.clone() }
    });
    let mut moved = learner(Settings::default());
    run(&mut moved, &forged.collect::<Vec<_>>());
    let told = moved.movements();
    assert!(told.iter().any(|one| &*one.channel == "bytes_up" && one.factor > 1.2), "{told:?}");
    assert_eq!(moved.movements(), [], "once");
}

/// Daily rates of patient adversaries, each raised by somebody else from day 30 on, a Wednesday, up to 20 times.
const RATES: [(usize, f64); 5] = [(55, 0.05), (98, 0.08), (141, 0.105), (184, 0.15), (227, 0.3)];

/// When they begin.
const FROM: i64 = 30;

/// How many times the baseline somebody who raises has reached on a day.
fn times(rate: f64, day: i64) -> f64 {
    (1.0 + rate).powi(i32::try_from(day - FROM).unwrap().max(0)).min(20.0)
}

/// Lets each of [`RATES`] raise what they do, and gives how far they had come when they were first alerted.
fn noticed(raise: impl Fn(Event, f64) -> Vec<Event>) -> Vec<(f64, Option<f64>)> {
    let mut events = Vec::new();
    for event in ordinary(64, 31) {
        let rate = RATES.iter().find(|(number, _)| event.person == people()[*number]);
        match rate {
            Some((_, rate)) => {
                events.extend(raise(event.clone(), times(*rate, event.at.as_millis() / DAY / 1000)))
            }
            None => events.push(event),
        }
    }
    let raised = run(&mut learner(Settings::default()), &in_order(events));
    let first = |(number, rate): (usize, f64)| {
        let mut about = raised.iter().filter(|deviation| deviation.people.contains(&people()[number]));
        let day = about.find(|one| one.at.as_millis() >= FROM * DAY * 1000);
        (rate, day.map(|one| times(rate, one.at.as_millis() / DAY / 1000)))
    };
    RATES.map(first).into()
}

#[test]
fn who_raises_bytes_at_any_rate_is_alerted_before_five_times() {
    let noticed = noticed(|event, times| {
        let bytes_up = (event.bytes_up as f64 * times) as u64;
        vec![Event { bytes_up, ..event }]
    });
    let late: Vec<_> = noticed.iter().filter(|(_, times)| times.is_none_or(|times| times >= 5.0)).collect();
    assert!(late.is_empty(), "{noticed:?}");
}

#[test]
fn who_raises_requests_at_any_rate_is_alerted_before_five_times() {
    let noticed = noticed(|event, times| {
        let place = event.bytes_up as f64 % 97.0 / 97.0;
        let copies = (times + place).floor() as i64;
        let later = |copy: i64| Event {
            at: event.at.plus(std::time::Duration::from_secs(copy.unsigned_abs() * 613)),
            bytes_up: event.bytes_up + copy.unsigned_abs(),
            ..event.clone()
        };
        (0..copies).map(later).collect()
    });
    let late: Vec<_> = noticed.iter().filter(|(_, times)| times.is_none_or(|times| times >= 5.0)).collect();
    assert!(late.is_empty(), "{noticed:?}");
}
