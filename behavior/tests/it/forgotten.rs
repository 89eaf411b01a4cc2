use behavior::{Deviation, Event, Explanation, Forgotten, Learner, Settings};
use model::{PersonId, ToolId, ToolState};

use crate::organisation::{DAY, event, in_order, learner, ordinary, people, run};

/// In the middle of a working day, with people waiting to be scored.
const WHEN: i64 = 28 * DAY + 11 * 3600 + 100;

fn settings(partitions: usize) -> Settings {
    Settings { budget: 10.0, partitions, ..Settings::default() }
}

/// Six weeks, in which everybody who is to be forgotten also uses a tool of their own.
fn events(forgotten: &[PersonId]) -> Vec<Event> {
    let mut events = ordinary(42, 5);
    for (number, person) in forgotten.iter().enumerate() {
        let alone = |n: i64| Event {
            tool: ToolId::new(format!("only-{number}")),
            state: ToolState::Unreviewed,
            ..event(person, 28 * DAY + 8 * 3600 + n * 300, 4_000 + n as u64)
        };
        events.extend((0..5).map(alone));
    }
    in_order(events)
}

fn after_forgetting(learner: &mut Learner, events: &[Event], forgotten: &[PersonId]) -> Vec<Deviation> {
    let noon = events.partition_point(|event| event.at.as_millis() < WHEN * 1000);
    let (before, after) = events.split_at(noon);
    before.iter().for_each(|event| drop(learner.learn(event)));
    for person in forgotten {
        assert_eq!(learner.forget(person), Forgotten::Erased);
        assert_eq!(learner.forget(person), Forgotten::Unknown);
    }
    run(learner, after)
}

#[test]
fn nothing_is_left_of_who_is_forgotten_and_nobody_else_changes() {
    let all = people();
    for partitions in [1, 3] {
        for forgotten in [&all[..1], &all[239..], &all[20..23]] {
            let mut learner = learner(settings(partitions));
            let noon = events(forgotten);
            let noon = &noon[..noon.partition_point(|event| event.at.as_millis() < WHEN * 1000)];
            noon.iter().for_each(|event| drop(learner.learn(event)));
            let others = || all.iter().filter(|person| !forgotten.contains(person));
            let before: Vec<_> = others().map(|person| learner.explain(person)).collect();
            forgotten.iter().for_each(|person| assert_eq!(learner.forget(person), Forgotten::Erased));
            let after: Vec<_> = others().map(|person| learner.explain(person)).collect();
            assert_eq!(before, after);
            assert_eq!(learner.people(), 240 - forgotten.len());
            let kept = learner.checkpoint();
            let holds = |name: &str| kept.windows(name.len()).any(|window| window == name.as_bytes());
            for (number, person) in forgotten.iter().enumerate() {
                assert!(learner.explain(person).is_none());
                assert_eq!(learner.risk(person), behavior::RiskLevel::default());
                assert!(!holds(&format!("only-{number}")), "a tool that only they used");
            }
            // A name is kept after its length.
            let named =
                |person: &PersonId| holds(&format!("{}{person}", char::from(person.as_str().len() as u8)));
            assert!(!forgotten.iter().any(named) && named(&all[10]));
            assert!(Learner::restore(&kept, settings(1)).unwrap().checkpoint() == kept);
        }
    }
}

#[test]
fn who_is_forgotten_is_learned_like_somebody_new() {
    let who = people()[20].clone();
    let all = events(std::slice::from_ref(&who));
    let mut forgot = learner(settings(1));
    after_forgetting(&mut forgot, &all, std::slice::from_ref(&who));
    let is_known = |event: &&Event| event.person != who || event.at.as_millis() >= WHEN * 1000;
    let only_then: Vec<Event> = all.iter().filter(is_known).cloned().collect();
    let mut never_knew = learner(settings(1));
    never_knew.forget(&who);
    run(&mut never_knew, &only_then);
    let [one, other] = [&forgot, &never_knew].map(|learner| learner.explain(&who).unwrap());
    assert_eq!((one.first, &one.tools), (other.first, &other.tools));
    assert_eq!((one.days, &one.hours), (other.days, &other.hours));
    let shares = |known: &Explanation| -> Vec<f64> { known.labels.iter().map(|(_, own, _)| *own).collect() };
    assert_eq!(shares(&one), shares(&other));
    for (one, other) in one.bands.iter().zip(&other.bands) {
        assert_eq!(one.observed, other.observed, "{}", one.channel);
        let (high, expected) = (one.expected.high, other.expected.high);
        assert!((high - expected).abs() <= 0.02 * expected + 0.01, "{}: {high}, {expected}", one.channel);
    }
}

#[test]
fn a_stream_goes_on_nearly_the_same_for_everybody_else() {
    let forgotten = [people()[20].clone(), people()[239].clone()];
    let all: Vec<Event> = events(&forgotten)
        .into_iter()
        .filter(|event| event.at.as_millis() < WHEN * 1000 || !forgotten.contains(&event.person))
        .collect();
    let mut straight = learner(settings(1));
    let expected = run(&mut straight, &all);
    let late = |deviation: &&Deviation| deviation.at.as_millis() >= WHEN * 1000;
    let expected: Vec<_> = expected.iter().filter(late).map(|one| (one.at, one.entity.clone())).collect();
    let mut after = learner(settings(1));
    let raised = after_forgetting(&mut after, &all, &forgotten);
    let raised: Vec<_> = raised.iter().filter(late).map(|one| (one.at, one.entity.clone())).collect();
    // Peers are two fewer, which may move what is near the threshold.
    let same = raised.iter().filter(|one| expected.contains(one)).count();
    assert!(
        same * 4 >= expected.len() * 3 && raised.len() * 4 <= expected.len() * 5,
        "{raised:?}, {expected:?}"
    );
    assert!(!expected.is_empty());
}
