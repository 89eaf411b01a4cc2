//! Events a second, bytes an entity and the time to score everyone again: `cargo bench -p behavior`.
//!
//! State is hot: the same people act again and again. Compare figures of one run.

use std::{hint::black_box, time::Instant};

use behavior::{Client, Event, Learner, Profile, Settings};
use model::{AccountKind, Label, PersonId, Timestamp, ToolId, ToolState};

const DAY: i64 = 86_400_000;

fn main() {
    let labels: Vec<Label> = ["pii.email", "source_code"].iter().flat_map(|text| text.parse()).collect();
    for people in [2_000, 10_000] {
        let mut learner = Learner::new(Settings::default());
        let names: Vec<PersonId> = (0..people).map(|number| PersonId::new(format!("p{number}"))).collect();
        for (number, name) in names.iter().enumerate() {
            let department = Some(format!("d{}", number % 11).into());
            learner.know(name, &Profile { department, site: Some("s".into()), service: false });
        }
        let mut numbers = Numbers(7);
        let mut events: Vec<Event> = (0..400_000).map(|_| event(&names, &labels, &mut numbers)).collect();
        days(&mut learner, &mut events, 0, 4);
        let begun = Instant::now();
        let days_measured = 6;
        days(&mut learner, &mut events, 4, days_measured);
        let seconds = begun.elapsed().as_secs_f64();
        let all = events.len() as f64 * days_measured as f64;
        println!("{:44} {:>10.2} M events/s", format!("learn, {people} people"), all / seconds / 1e6);

        for event in events.iter_mut().take(people * 3) {
            event.at = Timestamp::from_millis(10 * DAY + 9 * 3_600_000);
        }
        for (event, name) in events.iter_mut().zip(&names) {
            event.person = name.clone();
        }
        events.iter().take(people).for_each(|event| drop(learner.learn(event)));
        let begun = Instant::now();
        black_box(learner.advance(Timestamp::from_millis(10 * DAY + 10 * 3_600_000)));
        let millis = begun.elapsed().as_secs_f64() * 1e3;
        println!("{:44} {:>10.2} ms", format!("score {people} people again"), millis);

        let begun = Instant::now();
        let kept = learner.checkpoint();
        let millis = begun.elapsed().as_secs_f64() * 1e3;
        println!("{:44} {:>10.2} ms", format!("checkpoint of {:.1} MB", kept.len() as f64 / 1e6), millis);
        println!("{:44} {:>10} bytes", "memory of a person", learner.bytes_per_person());
    }
}

/// Lets the same events happen on each of some days.
fn days(learner: &mut Learner, events: &mut [Event], from: i64, count: i64) {
    let each = 10 * 3_600_000 / events.len() as i64;
    for day in from..from + count {
        for (number, event) in events.iter_mut().enumerate() {
            event.at = Timestamp::from_millis(day * DAY + 7 * 3_600_000 + number as i64 * each);
            black_box(learner.learn(event));
        }
    }
}

fn event(names: &[PersonId], labels: &[Label], numbers: &mut Numbers) -> Event {
    let number = numbers.next() as usize % names.len().max(1);
    let person = names.get(number).cloned().unwrap_or_else(|| PersonId::new("nobody"));
    let mut event =
        Event::new(Timestamp::from_millis(0), person, ToolId::new(format!("t{}", numbers.next() % 5)));
    event.state = ToolState::Approved;
    event.bytes_up = 200 + numbers.next() % 20_000;
    event.bytes_down = 500 + numbers.next() % 50_000;
    event.device = Some(format!("d{number}").into());
    event.network = Some(format!("{}", number % 40).into());
    event.labels = labels.get(numbers.next() as usize % 5).cloned().into_iter().collect();
    event.client = Client::Browser;
    event.account = AccountKind::Corporate;
    event
}

struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }
}
