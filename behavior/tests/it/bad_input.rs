use behavior::{Counts, Settings, replay};
use model::PersonId;
use proptest::prelude::*;

use crate::organisation::{DAY, at, event, learner, ordinary, people, run};

#[test]
fn duplicates_late_and_early_events_are_counted() {
    let mut learner = learner(Settings::default());
    let events = ordinary(12, 2);
    run(&mut learner, &events);
    let who = &people()[0];
    let last = 12 * DAY + 9 * 3600;
    let learned = learner.counts().learned;
    for (second, bytes) in [
        (last, 500),
        (last, 500),             // the same again
        (last - 3600, 600),      // out of order within the day
        (last - 20 * 3600, 700), // of yesterday
        (last - 3 * DAY, 800),   // too late
        (last + 40 * DAY, 900),  // weeks ahead of everyone
        (last + 10, 1 << 50),    // more than a petabyte
    ] {
        learner.learn(&event(who, second, bytes));
    }
    let counts =
        Counts { learned: learned + 3, late: 1, too_late: 1, ahead: 1, duplicates: 1, absurd: 1, no_room: 0 };
    assert_eq!(learner.counts(), counts);
}

#[test]
fn the_clock_leaps_when_many_agree() {
    let mut learner = learner(Settings::default());
    run(&mut learner, &ordinary(5, 2));
    let who = &people()[0];
    for n in 0..30 {
        learner.learn(&event(who, 100 * DAY + n, 500 + n as u64));
    }
    assert_eq!(learner.counts().ahead, 19);
    // From now on, what was the present is too late.
    learner.learn(&event(who, 6 * DAY, 500));
    assert_eq!(learner.counts().too_late, 1);
}

#[test]
fn one_absurd_day_moves_a_baseline_by_a_bounded_step() {
    let mut learner = learner(Settings::default());
    let events = ordinary(30, 4);
    let who = people()[5].clone();
    let half = events.partition_point(|event| event.at < at(18 * DAY));
    run(&mut learner, &events[..half]);
    let usual = |learner: &behavior::Learner| {
        let explained = learner.explain(&who).unwrap();
        explained.bands.iter().find(|band| &*band.channel == "bytes_up").unwrap().expected.high
    };
    let before = usual(&learner);
    learner.learn(&event(&who, 18 * DAY + 3600, u64::MAX));
    run(&mut learner, &events[half..]);
    let after = usual(&learner);
    assert!(after < 2.0 * before, "{before} became {after}");
}

#[test]
fn people_beyond_the_limit_are_counted() {
    let mut learner = behavior::Learner::new(Settings { most_people: 2, ..Settings::default() });
    for n in 0..5 {
        learner.learn(&event(&PersonId::new(format!("stranger {n}")), 100 + n, 10));
    }
    assert_eq!((learner.people(), learner.counts().no_room), (2, 3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_as_tables(body in prop::collection::vec(any::<u8>(), 0..400), header in any::<bool>()) {
        let mut table = if header { b"ts,person,tool,bytes_up\n".to_vec() } else { Vec::new() };
        table.extend(body);
        let mut learner = behavior::Learner::new(Settings::default());
        let tools = replay::read_tools(&*table).map(|(tools, _)| tools).unwrap_or_default();
        let _ = replay::read_people(&*table, &mut learner);
        let read = replay::replay(&*table, &tools, &mut learner, &mut |_| {}, &mut |_| {});
        prop_assert_eq!(read.is_ok(), header);
    }

    #[test]
    fn any_rows_as_events(rows in prop::collection::vec(("-?[0-9]{1,12}", "[a-c]", "[x-z]", "[0-9]{0,21}"), 0..60)) {
        let mut table = b"ts,person,tool,bytes_up\n".to_vec();
        for (ts, person, tool, up) in &rows {
            table.extend(format!("{ts},{person},{tool},{up}\n").into_bytes());
        }
        let mut learner = behavior::Learner::new(Settings::default());
        let read = replay::replay(&*table, &Default::default(), &mut learner, &mut |_| {}, &mut |_| {}).unwrap();
        let bad: u64 = read.bad.values().sum();
        prop_assert_eq!(read.rows + bad, rows.len() as u64);
    }
}
