use behavior::{Deviation, Entity, Event, Family, Settings, narrative};
use model::{AccountKind, Label, ToolId, ToolState};

use crate::organisation::{DAY, event, in_order, learner, ordinary, people, run};

fn raised(more: Vec<Event>) -> Vec<Deviation> {
    let mut events = ordinary(30, 11);
    events.extend(more);
    run(&mut learner(Settings { budget: 5.0, ..Settings::default() }), &in_order(events))
}

fn about(raised: &[Deviation], person: usize) -> &Deviation {
    let person = &people()[person];
    raised.iter().find(|deviation| deviation.people.contains(person)).expect("raised")
}

fn families(deviation: &Deviation) -> Vec<Family> {
    deviation.reasons.iter().map(|reason| reason.family).collect()
}

fn label(text: &str) -> Vec<Label> {
    vec![text.parse().unwrap()]
}

#[test]
fn a_bulk_transfer_to_a_personal_account() {
    let start = 22 * DAY + 11 * 3600;
    let transfer = (0..30).map(|n| Event {
        account: AccountKind::Personal,
        labels: label("strategy"),
        file: true,
        ..event(&people()[40], start + n * 80, 5_000_000)
    });
    let raised = raised(transfer.collect());
    let found = about(&raised, 40);
    let minutes = (found.at.as_millis() / 1000 - start) / 60;
    assert!(minutes <= 45, "after {minutes} minutes");
    assert!(families(found).contains(&Family::Pers), "{:?}", families(found));
    let told = narrative(found, |tool| tool.to_string());
    assert!(told.sentences.iter().any(|sentence| sentence.contains("personal")), "{told:?}");
}

#[test]
fn a_script_that_works_around_the_clock() {
    let calls = (0..2000).map(|n| event(&people()[41], 23 * DAY + 9 * 3600 + n * 12, 600 + (n % 7) as u64));
    let raised = raised(calls.collect());
    assert!(families(about(&raised, 41)).contains(&Family::Regular));
}

#[test]
fn a_stranger_at_night() {
    let calls = (0..90).map(|n| Event {
        device: Some("unknown device".into()),
        network: Some("elsewhere".into()),
        bytes_down: 50_000,
        ..event(&people()[42], 24 * DAY + 2 * 3600 + n * 97 % 9000, 300 + n as u64)
    });
    let raised = raised(in_order(calls.collect()));
    let found = families(about(&raised, 42));
    assert!(found.contains(&Family::Asn) || found.contains(&Family::Hour), "{found:?}");
}

#[test]
fn a_team_that_moves_to_a_new_tool_is_one_deviation() {
    let team = [30, 33, 36, 39, 45, 48];
    let uses = team
        .iter()
        .enumerate()
        .flat_map(|(late, person)| (0..4).flat_map(move |day| (0..9).map(move |n| (late, *person, day, n))));
    let uses = uses.map(|(late, person, day, n)| Event {
        tool: ToolId::new("shiny"),
        state: ToolState::Unreviewed,
        account: AccountKind::Personal,
        labels: label("pii.email"),
        ..event(
            &people()[person],
            (21 + day) * DAY + 9 * 3600 + late as i64 * 700 + n * 1800,
            20_000 + n as u64,
        )
    });
    let raised = raised(uses.collect());
    let at_it: Vec<&Deviation> = raised
        .iter()
        .filter(|deviation| team.iter().any(|person| deviation.people.contains(&people()[*person])))
        .collect();
    assert_eq!(at_it.len(), 1, "{at_it:#?}");
    let entity = &at_it[0].entity;
    assert!(matches!(entity, Entity::Tool(_) | Entity::Person(_)), "{entity:?}");
    assert!(families(at_it[0]).contains(&Family::Novel));
}

#[test]
fn as_many_are_raised_as_were_asked_for() {
    for budget in [2.0, 5.0] {
        let raised = run(&mut learner(Settings { budget, ..Settings::default() }), &ordinary(70, 23));
        let rate = raised.len() as f64 / 8.0;
        assert!((0.8 * budget..=1.2 * budget).contains(&rate), "{rate} of {budget}");
    }
}

#[test]
fn risk_rises_with_evidence_and_fades() {
    let mut learner = learner(Settings::default());
    let mut events = ordinary(40, 7);
    let who = people()[50].clone();
    events.extend((0..40).map(|n| Event {
        account: AccountKind::Personal,
        labels: label("secret"),
        ..event(&who, 25 * DAY + 9 * 3600 + n * 300, 3_000_000)
    }));
    let events = in_order(events);
    let until = |day: i64| events.partition_point(|event| event.at.as_millis() < day * DAY * 1000);
    let mut levels = Vec::new();
    let mut from = 0;
    for day in [25, 26, 40] {
        run(&mut learner, &events[from..until(day)]);
        from = until(day);
        levels.push(learner.risk(&who).level);
    }
    assert_eq!(levels[0], model::Risk::Low);
    assert!(levels[1] > model::Risk::Low, "{:?}", learner.risk(&who));
    assert!(levels[2] < levels[1], "{levels:?}");
}
