//! A part of the people, learned by itself against norms that all parts share.

use model::{PersonId, ToolId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::{
    Profile, Reason,
    budget::Bid,
    calibration::View,
    channel::Channel,
    event::Sight,
    key, learn,
    norms::{Digest, Norms},
    person::{Person, Seen, Standing, When},
    reason::reasons,
    rise::Day,
    score::{Comparison, Scores},
    tool::Adoption,
};

/// Surprise of a new tool from which a deviation is about the tool.
const ABOUT_THE_TOOL: f32 = 3.0;

/// People with their state.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Partition {
    people: Vec<Person>,
    names: Vec<PersonId>,
    #[serde(skip)]
    index: FxHashMap<u64, u32>,
    /// Who did something since the last step; in the order in which they did.
    touched: Vec<u32>,
    adoptions: Vec<Adoption>,
}

/// Someone whose score may be raised.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub bid: Bid,
    pub name: PersonId,
    pub place: u32,
}

/// Room for another person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is some.
    Free,
    /// There is none.
    Full,
}

impl Partition {
    pub(crate) fn len(&self) -> usize {
        self.people.len()
    }

    /// State, name with its text (16 bytes and two counts), an entry of the index at seven eighths full, a place in the list of
    /// who is to be scored.
    pub(crate) fn bytes_per_person() -> usize {
        size_of::<Person>()
            + size_of::<PersonId>()
            + 32
            + (size_of::<(u64, u32)>() + 1) * 8 / 7
            + size_of::<u32>()
    }

    /// Sets what the directory says of a person.
    pub(crate) fn know(&mut self, person: &PersonId, profile: &Profile, day: i32) {
        let at = self.place(person.as_str(), day);
        let Some(person) = self.people.get_mut(at as usize) else { return };
        person.department = key::short(profile.department.as_deref().unwrap_or_default());
        person.site = key::short(profile.site.as_deref().unwrap_or_default());
        if profile.service {
            person.standing = Standing::Program;
        }
    }

    fn place(&mut self, name: &str, day: i32) -> u32 {
        let key = key::of(name);
        if let Some(place) = self.index.get(&key) {
            return *place;
        }
        let place = self.people.len() as u32;
        self.people.push(Person::new(key, day));
        self.names.push(PersonId::new(name));
        self.index.insert(key, place);
        place
    }

    /// Adds an event to its person's day; nothing if the person is new and there is no room.
    pub(crate) fn observe(
        &mut self,
        event: &Sight<'_>,
        key: u64,
        when: When,
        norms: &Norms,
        room: Room,
    ) -> Option<Seen> {
        let place = match self.index.get(&key) {
            Some(place) => *place,
            None if room == Room::Full => return None,
            None => self.place(event.person, when.day),
        };
        let person = self.people.get_mut(place as usize)?;
        if person.day != when.day {
            person.begin(when.day);
        }
        if person.days == 0.0 && !person.is_touched() {
            person.first = when.day;
        }
        if !person.waits {
            person.waits = true;
            self.touched.push(place);
        }
        let tool = key::short(event.tool);
        let seen =
            person.observe(event, when, tool, |counted| norms.tools.novelty(tool, event.state, counted));
        if seen == Seen::NewTool {
            let (person, department) = (person.key, person.department);
            let name = ToolId::new(event.tool);
            self.adoptions.push(Adoption {
                day: when.day,
                tool: name,
                key: tool,
                state: event.state,
                person,
                department,
            });
        }
        Some(seen)
    }

    /// Takes a person out and gives them; the last one moves to their place.
    pub(crate) fn forget(&mut self, key: u64) -> Option<Person> {
        let place = self.index.remove(&key)?;
        let last = self.people.len().checked_sub(1)? as u32;
        let person = self.people.swap_remove(place as usize);
        self.names.swap_remove(place as usize);
        if let Some(moved) = self.people.get(place as usize) {
            self.index.insert(moved.key, place);
        }
        self.touched.retain(|one| *one != place);
        self.touched.iter_mut().filter(|one| **one == last).for_each(|one| *one = place);
        Some(person)
    }

    /// Adds an event whose day is over to what is not learned yet.
    pub(crate) fn amend(&mut self, event: &Sight<'_>, key: u64) {
        let place = self.index.get(&key).map(|place| *place as usize);
        if let Some(person) = place.and_then(|place| self.people.get_mut(place)) {
            person.amend(event);
        }
    }

    /// Who began with which tools since the last step.
    pub(crate) fn take_adoptions(&mut self) -> Vec<Adoption> {
        std::mem::take(&mut self.adoptions)
    }

    /// Scores everyone who did something since the last step.
    pub(crate) fn score(&mut self, norms: &Norms, cost: f32) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for place in std::mem::take(&mut self.touched) {
            let at = place as usize;
            let (Some(person), Some(name)) = (self.people.get_mut(at), self.names.get(at)) else { continue };
            let comparison = Comparison::new(person, norms);
            let scores = comparison.score();
            let novel = [crate::Family::Novel, crate::Family::Svc]
                .iter()
                .filter_map(|family| scores.families.get(*family as usize))
                .any(|strongest| strongest.surprise >= ABOUT_THE_TOOL);
            let young = norms.tools.get(person.new_tool).is_some_and(|tool| tool.is_young(person.day));
            let tool = (novel && young).then_some(person.new_tool);
            let Scores { total: score, facets, strongest, .. } = scores;
            let rise = comparison.rising(cost, Day::SoFar).map_or(0.0, |rising| rising.surprise);
            let bid = Bid { person: person.key, tool, score, facets, strongest, rise };
            person.waits = false;
            candidates.push(Candidate { bid, name: name.clone(), place });
        }
        candidates
    }

    /// The reasons of a person's day so far.
    pub(crate) fn reasons(&self, place: u32, norms: &Norms, cost: f32) -> Vec<Reason> {
        self.people.get(place as usize).map_or(Vec::new(), |person| {
            let comparison = Comparison::new(person, norms);
            reasons(&comparison, &comparison.score(), cost)
        })
    }

    /// Since when the person's day goes on, in seconds.
    pub(crate) fn since(&self, place: u32) -> i64 {
        self.people.get(place as usize).map_or(0, |person| person.since)
    }

    /// Ends a day for everyone.
    pub(crate) fn close(&mut self, day: i32, norms: &Norms, memory: f32) -> Digest {
        let mut digest = Digest::default();
        let tails = |view: View, channel: Channel| norms.calibration.tail_from(view, channel);
        for person in &mut self.people {
            if day.rem_euclid(7) == 0 {
                person.exceeded = [0; 4];
            }
            person.waits = false;
            if person.day == day && person.is_touched() {
                let comparison = Comparison::new(person, norms);
                let scores = comparison.score();
                let standing = PerStanding::of(&comparison);
                if norms.days >= 3 {
                    learn::count(
                        person,
                        &scores,
                        |channel| standing.get(channel),
                        &learn::Tails(&tails),
                        &mut digest,
                    );
                    learn::count_rises(person, norms, &mut digest);
                }
                learn::close(person, &scores, memory);
                person.begin(day + 1);
                person.rare_hours = Comparison::new(person, norms).rare_hours();
            }
            if person.days >= 3.0 {
                let deviation = |channel| person.deviation(channel) * person.deviation(channel);
                let mean = |channel| person.mean(channel);
                let rise = |pace, window| person.rise.recent(pace, window);
                digest.census.count(person.department, mean, deviation, rise, &person.labels);
                let hours = person.hours.iter().map(|days| f32::from(*days) / 256.0);
                if !person.is_program() {
                    digest.census.hours(person.site, person.days, hours);
                }
            }
        }
        self.touched.clear();
        digest
    }

    pub(crate) fn find(&self, key: u64) -> Option<&Person> {
        let place = self.index.get(&key)?;
        self.people.get(*place as usize)
    }

    pub(crate) fn name_of(&self, key: u64) -> Option<&PersonId> {
        self.index.get(&key).and_then(|place| self.names.get(*place as usize))
    }

    /// After reading a checkpoint: what follows from the rest.
    pub(crate) fn rebuild(&mut self) {
        let keys = self.people.iter().zip(0..);
        self.index = keys.map(|(person, place)| (person.key, place)).collect();
    }

    /// Whether everyone has a name.
    pub(crate) fn is_whole(&self) -> bool {
        self.people.len() == self.names.len()
            && self.touched.iter().all(|place| (*place as usize) < self.people.len())
    }
}

/// Standing differences, computed before the baseline changes.
struct PerStanding(crate::channel::PerChannel<f32>);

impl PerStanding {
    fn of(comparison: &Comparison<'_>) -> Self {
        let mut all = crate::channel::PerChannel::default();
        Channel::ALL.iter().for_each(|channel| all.set(*channel, comparison.standing(*channel)));
        Self(all)
    }

    fn get(&self, channel: Channel) -> f32 {
        self.0.get(channel)
    }
}
