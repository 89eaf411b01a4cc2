use model::{PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Deviation, Entity, Event, Family, Profile, Settings,
    budget::{Answer, Budget, Time},
    event::Sight,
    key,
    movement::Movement,
    norms::{Digest, Norms},
    partition::{Candidate, Partition, Room},
    person::{MOST_BYTES, Person, Seen, When},
    rise,
};

const DAY: i64 = 86_400_000;
/// How far ahead of the latest event another may be before it must be confirmed.
const LEAP: i64 = 3 * DAY;
/// Events that agree with each other confirm a leap of the clock.
const CONFIRMS: u32 = 20;

/// Learns what is normal from events in the order of time, and says what is not.
///
/// The same events give the same deviations, whatever the number of partitions, and whether or not the learner was stopped and
/// restored in between.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Learner {
    #[serde(skip)]
    pub(crate) settings: Settings,
    pub(crate) partitions: Vec<Partition>,
    pub(crate) norms: Norms,
    budget: Budget,
    clock: Option<Clock>,
    leap: Leap,
    counts: Counts,
}

/// Where time stands, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Clock {
    first: i64,
    now: i64,
    next: i64,
}

/// Events far ahead of time that were seen in a row.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Leap {
    to: i64,
    events: u32,
}

/// What became of the events so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Learned at their time.
    pub learned: u64,
    /// Up to a day late: added to their day as far as it is not learned yet.
    pub late: u64,
    /// Later than that; not learned.
    pub too_late: u64,
    /// Days ahead of all others; not learned, unless many agree.
    pub ahead: u64,
    /// The same as the one before; not learned.
    pub duplicates: u64,
    /// With more bytes than an exchange can have; learned with fewer.
    pub absurd: u64,
    /// Of people for whom there was no room; not learned.
    pub no_room: u64,
}

/// What became of a person who is to be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// Nothing is known of them any more.
    Erased,
    /// Nothing was known of them.
    Unknown,
}

/// How the budget is kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spending {
    /// Asked for, a week.
    pub asked: f64,
    /// Raised since learning ended.
    pub raised: u32,
    /// Weeks since learning ended.
    pub weeks: f64,
    /// The score that is raised now.
    pub threshold: f64,
}

impl Learner {
    /// A learner that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        let partitions = vec![Partition::default(); settings.partitions.clamp(1, 256)];
        Self {
            settings,
            partitions,
            norms: Norms::default(),
            budget: Budget::default(),
            clock: None,
            leap: Leap::default(),
            counts: Counts::default(),
        }
    }

    /// Changes what an operator may choose; the number of partitions stays.
    pub fn adjust(&mut self, settings: Settings) {
        self.settings = Settings { partitions: self.partitions.len(), ..settings };
    }

    /// Sets what the directory says of a person.
    pub fn know(&mut self, person: &PersonId, profile: &Profile) {
        let day = self.clock.map_or(0, |clock| When::of(clock.now).day);
        if let Some(partition) = self.partition_mut(key::of(person.as_str())) {
            partition.know(person, profile, day);
        }
    }

    /// Takes a person out of everything that was learned. What they added to the organisation's curves stays: counts and values
    /// that nobody can tell the person from. What is learned of the person later begins anew.
    pub fn forget(&mut self, person: &PersonId) -> Forgotten {
        self.adopt();
        let key = key::of(person.as_str());
        let Some(known) = self.partition_mut(key).and_then(|partition| partition.forget(key)) else {
            return Forgotten::Unknown;
        };
        let today = self.clock.map_or(0, |clock| When::of(clock.now).day);
        let used = known.tools.iter().map(|(tool, first, _)| (tool, first));
        self.norms.tools.forget(key, used, today);
        self.budget.forget(key);
        Forgotten::Erased
    }

    /// Learns an event and gives what is raised up to its time.
    pub fn learn(&mut self, event: &Event) -> Vec<Deviation> {
        self.see(&event.sight())
    }

    /// Lets time pass in which nothing happened. A clock that is set back does nothing.
    pub fn advance(&mut self, to: Timestamp) -> Vec<Deviation> {
        let mut raised = Vec::new();
        self.step_to(to.as_millis(), &mut raised);
        raised
    }

    /// Ends a replay: scores what happened since the last step, too.
    pub fn finish(&mut self) -> Vec<Deviation> {
        let end = self.clock.map(|clock| Timestamp::from_millis(clock.now).plus(self.settings.rescore));
        end.map_or_else(Vec::new, |end| self.advance(end))
    }

    /// In which measures what counts as usual has risen for everybody since this was asked last: a reason to look whether
    /// somebody moves it.
    pub fn movements(&mut self) -> Vec<Movement> {
        self.norms.marks.take()
    }

    /// What became of the events so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How the budget is kept.
    pub fn spending(&self) -> Spending {
        let weeks =
            self.clock.map_or(0, |clock| (clock.now - self.begun(clock)).max(0)) as f64 / (7 * DAY) as f64;
        Spending {
            asked: self.settings.budget,
            raised: self.budget.raised(),
            weeks,
            threshold: f64::from(self.budget.threshold()),
        }
    }

    /// People and service accounts known.
    pub fn people(&self) -> usize {
        self.partitions.iter().map(Partition::len).sum()
    }

    /// Memory that one more person takes: state, name and place in the index.
    pub fn bytes_per_person(&self) -> usize {
        Partition::bytes_per_person()
    }

    pub(crate) fn see(&mut self, event: &Sight<'_>) -> Vec<Deviation> {
        let mut raised = Vec::new();
        let at = event.at.as_millis();
        let key = key::of(event.person);
        let clock = *self.clock.get_or_insert_with(|| Clock::beginning(at, self.settings.step()));
        if at > clock.now {
            if !self.is_believed(at, clock) {
                self.counts.ahead += 1;
                return raised;
            }
            if at >= clock.next {
                self.step_to(at, &mut raised);
            }
            if let Some(clock) = &mut self.clock {
                clock.now = at;
            }
        }
        let when = When::of(at);
        if when.day < When::of(clock.now).day {
            self.late(event, key, clock.now - at);
            return raised;
        }
        self.counts.absurd += u64::from(event.bytes_up.max(event.bytes_down) > MOST_BYTES);
        let room = if self.people() < self.settings.most_people { Room::Free } else { Room::Full };
        let norms = &self.norms;
        let place = place(key, self.partitions.len());
        let partition = self.partitions.get_mut(place);
        match partition.and_then(|partition| partition.observe(event, key, when, norms, room)) {
            Some(Seen::Known | Seen::NewTool) => self.counts.learned += 1,
            Some(Seen::Duplicate) => self.counts.duplicates += 1,
            None => self.counts.no_room += 1,
        }
        raised
    }

    /// Whether an event is near enough to the others' time, or so many agree that the clock may leap.
    fn is_believed(&mut self, at: i64, clock: Clock) -> bool {
        if at - clock.now <= LEAP {
            self.leap.events = 0;
            return true;
        }
        let agrees = (at - self.leap.to).abs() <= DAY;
        self.leap = Leap { to: at, events: if agrees { self.leap.events + 1 } else { 1 } };
        self.leap.events >= CONFIRMS
    }

    fn late(&mut self, event: &Sight<'_>, key: u64, by: i64) {
        if by > DAY {
            self.counts.too_late += 1;
            return;
        }
        self.counts.late += 1;
        if let Some(partition) = self.partition_mut(key) {
            partition.amend(event, key);
        }
    }

    fn partition_mut(&mut self, key: u64) -> Option<&mut Partition> {
        let place = place(key, self.partitions.len());
        self.partitions.get_mut(place)
    }

    /// Begun to raise: when learning ends.
    fn begun(&self, clock: Clock) -> i64 {
        let learning = i64::try_from(self.settings.learning.as_millis()).unwrap_or(i64::MAX);
        clock.first.saturating_add(learning)
    }

    /// Scores at every step that is due up to then, and ends the days in between.
    fn step_to(&mut self, to: i64, raised: &mut Vec<Deviation>) {
        let step = self.settings.step();
        while let Some(clock) = self.clock.filter(|clock| clock.next <= to) {
            self.score(clock, raised);
            if clock.next.rem_euclid(DAY) == 0 {
                self.close(When::of(clock.next - 1).day);
            }
            let mut next = clock.next + step;
            // A day ends by itself, also where steps do not divide it.
            next = next.min(clock.next - clock.next.rem_euclid(DAY) + DAY);
            if clock.next.rem_euclid(DAY) == 0 {
                // Days in which nothing happened change nothing.
                next = next.max(to - to.rem_euclid(DAY));
            }
            self.clock = Some(Clock { now: clock.now.max(clock.next), next, ..clock });
        }
    }

    /// What looking at everybody's rises costs.
    pub(crate) fn cost_of_rises(&self) -> f32 {
        rise::cost(self.people(), self.settings.budget)
    }

    fn adopt(&mut self) {
        let adoptions = self.partitions.iter_mut().flat_map(Partition::take_adoptions).collect();
        self.norms.adopt(adoptions, self.settings.most_tools);
    }

    fn score(&mut self, clock: Clock, raised: &mut Vec<Deviation>) {
        self.adopt();
        let (norms, cost) = (&self.norms, self.cost_of_rises());
        let mut candidates: Vec<Candidate> =
            self.partitions.iter_mut().flat_map(|partition| partition.score(norms, cost)).collect();
        candidates.sort_by(|a, b| b.bid.score.total_cmp(&a.bid.score).then_with(|| a.name.cmp(&b.name)));
        let time = Time { at: clock.next / 1000, begun: self.begun(clock) / 1000, first: clock.first / 1000 };
        for candidate in candidates {
            if self.budget.bid(&candidate.bid, time, &self.settings) == Answer::Raise {
                raised.extend(self.deviation(&candidate, clock.next));
            }
        }
    }

    fn deviation(&self, candidate: &Candidate, at: i64) -> Option<Deviation> {
        let partition = self.partitions.get(place(candidate.bid.person, self.partitions.len()))?;
        let reasons = partition.reasons(candidate.place, &self.norms, self.cost_of_rises());
        let day = When::of(at - 1).day;
        let tool = candidate.bid.tool.and_then(|tool| self.norms.tools.get(tool));
        let mut people = vec![candidate.name.clone()];
        if let Some(tool) = tool {
            let fellows = tool.adopters(day).filter(|one| one.person != candidate.bid.person);
            people.extend(fellows.filter_map(|one| self.name_of(one.person).cloned()));
        }
        let together = people.len() >= 3 && reasons.iter().any(|reason| reason.family == Family::Svc);
        let entity = match tool {
            Some(tool) if together => Entity::Tool(tool.name.clone()),
            _ => Entity::Person(candidate.name.clone()),
        };
        Some(Deviation {
            at: Timestamp::from_millis(at),
            entity,
            people,
            since: Timestamp::from_millis(partition.since(candidate.place) * 1000),
            score: f64::from(candidate.bid.score),
            reasons,
        })
    }

    pub(crate) fn find_key(&self, key: u64) -> Option<&Person> {
        self.partitions.get(place(key, self.partitions.len()))?.find(key)
    }

    fn name_of(&self, key: u64) -> Option<&PersonId> {
        self.partitions.get(place(key, self.partitions.len()))?.name_of(key)
    }

    /// Ends a day in every partition and takes over what they learned.
    fn close(&mut self, day: i32) {
        let (norms, memory) = (&self.norms, self.settings.memory_days.max(5.0));
        let mut digest = Digest::default();
        for partition in &mut self.partitions {
            digest.merge(partition.close(day, norms, memory));
        }
        self.norms.close(day, digest);
    }
}

impl Clock {
    fn beginning(at: i64, step: i64) -> Self {
        let midnight = at - at.rem_euclid(DAY);
        let next = midnight + (at.rem_euclid(DAY) / step + 1) * step;
        Self { first: midnight, now: at, next: next.min(midnight + DAY) }
    }
}

/// The partition of a person.
pub(crate) fn place(key: u64, partitions: usize) -> usize {
    (key % partitions.max(1) as u64) as usize
}
