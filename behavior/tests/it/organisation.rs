use behavior::{Client, Deviation, Event, Learner, Profile, Settings};
use model::{AccountKind, Label, PersonId, Timestamp, ToolId, ToolState};

pub(crate) const DAY: i64 = 86_400;

/// Numbers that are the same each time (Vigna's splitmix64).
pub(crate) struct Random(pub u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn part(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number spread like sizes are: so many times smaller or larger.
    fn size(&mut self, middle: f64) -> u64 {
        let spread: f64 = (0..6).map(|_| self.part() - 0.5).sum();
        (middle * (spread * 1.2).exp()) as u64
    }
}

/// 240 people of three departments who use two approved tools on working days.
pub(crate) fn people() -> Vec<PersonId> {
    (0..240).map(|number| PersonId::new(format!("p{number}"))).collect()
}

pub(crate) fn learner(settings: Settings) -> Learner {
    let mut learner = Learner::new(settings);
    for (number, person) in people().iter().enumerate() {
        let department = Some(format!("d{}", number % 3).into());
        learner.know(person, &Profile { department, site: Some("s".into()), service: false });
    }
    learner
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

/// An ordinary exchange of a person.
pub(crate) fn event(person: &PersonId, second: i64, bytes: u64) -> Event {
    Event {
        state: ToolState::Approved,
        bytes_up: bytes,
        bytes_down: bytes.saturating_mul(2),
        device: Some(format!("device of {person}").into()),
        network: Some("office".into()),
        client: Client::Browser,
        account: AccountKind::Corporate,
        ..Event::new(at(second), person.clone(), ToolId::new("assistant"))
    }
}

/// What ordinary people do in so many days, in the order of time.
pub(crate) fn ordinary(days: i64, seed: u64) -> Vec<Event> {
    let mut random = Random(seed);
    let labels: Vec<Vec<Label>> =
        ["", "source_code", "pii.email"].map(|label| label.parse().into_iter().collect()).into();
    let mut events = Vec::new();
    for (number, person) in people().iter().enumerate() {
        let busy = 4 + number % 9;
        for day in (0..days).filter(|day| day % 7 < 5) {
            for _ in 0..busy + (random.next() % 5) as usize {
                let second = day * DAY + 8 * 3600 + (random.part() * 9.0 * 3600.0) as i64;
                let mut event = event(person, second, random.size(3000.0));
                if random.part() < 0.3 {
                    event.tool = ToolId::new("editor");
                }
                if random.part() < 0.2 {
                    event.labels = labels[number % 3].clone();
                }
                events.push(event);
            }
        }
    }
    in_order(events)
}

pub(crate) fn in_order(mut events: Vec<Event>) -> Vec<Event> {
    events
        .sort_by(|a, b| (a.at, &a.person, &a.tool, a.bytes_up).cmp(&(b.at, &b.person, &b.tool, b.bytes_up)));
    events
}

pub(crate) fn run(learner: &mut Learner, events: &[Event]) -> Vec<Deviation> {
    let mut raised: Vec<Deviation> = events.iter().flat_map(|event| learner.learn(event)).collect();
    if let Some(last) = events.last() {
        raised.extend(learner.advance(last.at.plus(std::time::Duration::from_secs(3600))));
    }
    raised
}
