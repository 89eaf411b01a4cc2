use behavior::{Event, Learner, Settings};
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
    let band = |learner: &Learner| {
        let explained = learner.explain(&who).unwrap();
        explained.bands.iter().find(|band| &*band.channel == "sensitive_bytes").unwrap().expected.high
    };
    let (before, after) = (band(&usual), band(&moved));
    assert!((after / before - 1.0).abs() <= 0.05, "the usual range moved from {before} to {after}");
    let (before, after) = (surprise(&mut usual, &who), surprise(&mut moved, &who));
    assert!(after > 2.0 && before > 2.0, "{before}, {after}");
}
