use behavior::{Learner, RestoreError, Settings};

use crate::organisation::{DAY, at, event, in_order, learner, ordinary, people, run};

fn with_something_in_it() -> Vec<behavior::Event> {
    let mut events = ordinary(24, 5);
    let who = &people()[17];
    events.extend((0..200).map(|n| {
        let mut one = event(who, 21 * DAY + 10 * 3600 + n * 9, 40_000_000);
        one.account = model::AccountKind::Personal;
        one.labels = vec!["secret".parse().unwrap()];
        one
    }));
    in_order(events)
}

#[test]
fn a_restart_anywhere_changes_nothing() {
    let events = with_something_in_it();
    let settings = Settings { budget: 10.0, ..Settings::default() };
    let mut straight = learner(settings);
    let expected = run(&mut straight, &events);
    assert!(!expected.is_empty());
    for share in [0.03, 0.5, 0.91, 0.93] {
        let half = (events.len() as f64 * share) as usize;
        let mut before = learner(settings);
        let mut raised: Vec<_> = events[..half].iter().flat_map(|event| before.learn(event)).collect();
        let kept = before.checkpoint();
        let mut after = Learner::restore(&kept, settings).unwrap();
        assert!(after.checkpoint() == kept, "restoring changed the state");
        raised.extend(run(&mut after, &events[half..]));
        assert_eq!(raised, expected, "stopped after {half} events");
        assert!(after.checkpoint() == straight.checkpoint());
    }
}

#[test]
fn partitions_raise_what_one_learner_raises() {
    let events = with_something_in_it();
    let one = Settings { budget: 10.0, ..Settings::default() };
    let expected = run(&mut learner(one), &events);
    assert!(!expected.is_empty());
    for partitions in [2, 7] {
        let raised = run(&mut learner(Settings { partitions, ..one }), &events);
        assert_eq!(raised, expected, "{partitions} partitions");
    }
}

#[test]
fn damaged_checkpoints_are_refused() {
    let mut learner = learner(Settings::default());
    run(&mut learner, &ordinary(3, 1));
    let good = learner.checkpoint();
    let refused = |bytes: &[u8]| Learner::restore(bytes, Settings::default()).map(|_| ()).unwrap_err();
    assert_eq!(refused(b""), RestoreError::Unknown);
    assert_eq!(refused(b"bylawbh3short"), RestoreError::Damaged);
    for place in (0..good.len()).step_by(good.len() / 97) {
        let mut bad = good.clone();
        bad[place] ^= 0x10;
        refused(&bad);
        refused(&good[..place]);
    }
    assert_eq!(
        refused(&[b"bylawbh3".as_slice(), blake3::hash(b"x").as_bytes(), b"x"].concat()),
        RestoreError::Unfit
    );
}

#[test]
fn time_passes_without_events() {
    let mut learner = learner(Settings::default());
    run(&mut learner, &ordinary(10, 3));
    learner.advance(at(400 * DAY));
    assert!(learner.explain(&people()[3]).unwrap().days >= 4.0);
    assert!(learner.advance(at(5 * DAY)).is_empty());
}
