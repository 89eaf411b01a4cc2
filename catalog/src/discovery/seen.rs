use std::collections::BTreeMap;

use model::Timestamp;

use super::{
    answer::Answer,
    candidate::{Candidate, Evidence},
    name::{of_certificate, of_host, site},
    request::of_request,
    sign::{Sign, Signs},
};
use crate::name::bare;

/// One observation of one person on one host that no tool has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sighting<'a> {
    /// Who, as a number that is the same for the same person: a hash of their id.
    pub person: u64,
    /// The host.
    pub host: &'a str,
    /// The port, if it was seen.
    pub port: Option<u16>,
    /// Method and path of a request, if one was seen.
    pub request: Option<(&'a str, &'a str)>,
    /// Names of the host's certificate.
    pub certificate: &'a [Box<str>],
    /// What else was found: in a body, or a type of answer.
    pub signs: Signs,
    /// How many of its answers came as streamed text does: see [`Answer::is_streamed`].
    pub streamed: u32,
    /// Bytes up.
    pub bytes_up: u64,
    /// Bytes down.
    pub bytes_down: u64,
}

/// What was seen of each person and host, for hosts that no tool has. Bounded: where it is full, what was not used for
/// longest goes first.
#[derive(Clone, Debug)]
pub struct Seen {
    hosts: BTreeMap<Box<str>, Vec<(u64, Use)>>,
    pairs: usize,
    bound: usize,
    evicted: u64,
}

/// What one person did on one host.
#[derive(Clone, Copy, Debug)]
struct Use {
    first: Timestamp,
    last: Timestamp,
    bytes_up: u64,
    bytes_down: u64,
    times: u32,
    streamed: u16,
    signs: u16,
}

const STREAMED_OFTEN: u16 = 3;

impl<'a> Sighting<'a> {
    /// Counts which of `answers` came as streamed text does.
    #[must_use]
    pub fn answered(mut self, answers: impl IntoIterator<Item = Answer>) -> Self {
        self.streamed += answers.into_iter().filter(Answer::is_streamed).count() as u32;
        self
    }

    /// Everything that speaks for a tool in this one observation.
    pub fn all_signs(&self) -> Signs {
        of_host(self.host).and(self.signs_of_use())
    }

    /// What speaks for a tool beside the host's name.
    fn signs_of_use(&self) -> Signs {
        let request = self.request.map_or(Signs::NONE, |(method, path)| of_request(method, path, self.port));
        let certificate = match self.certificate {
            [] => Signs::NONE,
            names => of_certificate(self.host, names.iter().map(|name| &**name)),
        };
        let streamed = match self.streamed {
            0 => Signs::NONE,
            1..=2 => Sign::Streamed.into(),
            _ => Sign::StreamedOften.into(),
        };
        self.signs.and(request).and(certificate).and(streamed)
    }
}

impl Seen {
    /// Keeps at most `bound` pairs of person and host.
    pub fn new(bound: usize) -> Self {
        Self { hosts: BTreeMap::new(), pairs: 0, bound: bound.max(1), evicted: 0 }
    }

    /// Adds an observation.
    pub fn note(&mut self, at: Timestamp, sighting: &Sighting<'_>) {
        let host = bare(sighting.host);
        if host.is_empty() || host.len() > 253 {
            return;
        }
        let signs = sighting.signs_of_use().bits() as u16;
        let host = match host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => &*host.to_ascii_lowercase(),
            false => host,
        };
        match self.hosts.get_mut(host) {
            Some(people) => match people.binary_search_by_key(&sighting.person, |(person, _)| *person) {
                Ok(place) => {
                    if let Some((_, known)) = people.get_mut(place) {
                        known.grow(at, sighting, signs);
                    }
                    return;
                }
                Err(place) => {
                    people.reserve_exact(1 + people.len() / 8);
                    people.insert(place, (sighting.person, Use::begin(at, sighting, signs)));
                }
            },
            None => {
                let people = vec![(sighting.person, Use::begin(at, sighting, signs))];
                self.hosts.insert(host.into(), people);
            }
        }
        self.pairs += 1;
        if self.pairs > self.bound {
            self.shed();
        }
    }

    /// Pairs of person and host that are kept.
    pub fn len(&self) -> usize {
        self.pairs
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.pairs == 0
    }

    /// Pairs that had to go because there were too many.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// What is worth a review as of `now`, the surest first, then by name.
    pub fn candidates(&self, now: Timestamp) -> Vec<Candidate> {
        let mut sites: BTreeMap<&str, (Evidence, Vec<u64>)> = BTreeMap::new();
        for (host, people) in &self.hosts {
            let site = site(host);
            for (person, used) in people {
                let (evidence, persons) =
                    sites.entry(site).or_insert_with(|| (Evidence::of(host, used.first), Vec::new()));
                let span = (used.first, used.last);
                evidence.add(host, used.all(), u64::from(used.times), span, (used.bytes_up, used.bytes_down));
                persons.push(*person);
            }
        }
        let judged = sites.into_values().map(|(mut evidence, mut persons)| {
            persons.sort_unstable();
            persons.dedup();
            evidence.people = u32::try_from(persons.len()).unwrap_or(u32::MAX);
            evidence.judge(now)
        });
        let mut worth: Vec<Candidate> = judged.filter(Candidate::is_worth_a_review).collect();
        worth.sort_by_key(|candidate| std::cmp::Reverse(candidate.score));
        worth
    }

    /// Drops the eighth that was not used for longest.
    fn shed(&mut self) {
        let mut lasts: Vec<Timestamp> =
            self.hosts.values().flat_map(|people| people.iter().map(|(_, used)| used.last)).collect();
        let mut left = lasts.len() / 8 + 1;
        let (_, oldest, _) = lasts.select_nth_unstable(left - 1);
        let oldest = *oldest;
        self.hosts.retain(|_, people| {
            people.retain(|(_, used)| {
                let goes = left > 0 && used.last <= oldest;
                left -= usize::from(goes);
                !goes
            });
            !people.is_empty()
        });
        let kept = self.hosts.values().map(Vec::len).sum();
        self.evicted += (self.pairs - kept) as u64;
        self.pairs = kept;
    }
}

impl Use {
    fn begin(at: Timestamp, sighting: &Sighting<'_>, signs: u16) -> Self {
        let start = Self { first: at, last: at, bytes_up: 0, bytes_down: 0, times: 0, streamed: 0, signs: 0 };
        let mut begun = start;
        begun.grow(at, sighting, signs);
        begun
    }

    fn grow(&mut self, at: Timestamp, sighting: &Sighting<'_>, signs: u16) {
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        self.bytes_up = self.bytes_up.saturating_add(sighting.bytes_up);
        self.bytes_down = self.bytes_down.saturating_add(sighting.bytes_down);
        self.times = self.times.saturating_add(1);
        self.streamed = self.streamed.saturating_add(u16::try_from(sighting.streamed).unwrap_or(u16::MAX));
        self.signs |= signs;
    }

    fn all(&self) -> Signs {
        let signs = Signs::from_bits(u32::from(self.signs));
        if self.streamed >= STREAMED_OFTEN { signs.with(Sign::StreamedOften) } else { signs }
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use proptest::prelude::*;

    use super::{Seen, Sighting, Use};
    use crate::discovery::{Answer, Sign, Why};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000 + seconds * 1_000)
    }

    const STREAMED: Answer = Answer {
        up: 2_000,
        down: 30_000,
        packets: 120,
        wait_ms: 400,
        answer_ms: 4_000,
        gap_mean_ms: 33.0,
        gap_deviation_ms: 30.0,
    };

    fn found(seen: &Seen) -> Vec<(String, u32, u64)> {
        let found = seen.candidates(at(0)).into_iter();
        found.map(|c| (c.evidence.site.to_string(), c.evidence.people, c.evidence.times)).collect()
    }

    #[test]
    fn hosts_of_one_site_and_their_people_come_together() {
        let mut seen = Seen::new(100);
        for (person, host) in [
            (1, "api.painter.ai"),
            (1, "PAINTER.ai:443"),
            (2, "painter.ai."),
            (2, "www.shop.example"),
            (3, ""),
        ] {
            seen.note(at(0), &Sighting { person, host, bytes_up: 10, ..Sighting::default() });
        }
        assert_eq!(found(&seen), [("painter.ai".to_owned(), 2, 3)]);
        let evidence = &seen.candidates(at(0))[0].evidence;
        assert_eq!(evidence.hosts, ["api.painter.ai".into(), "painter.ai".into()]);
        assert_eq!((evidence.bytes_up, evidence.bytes_down), (30, 0));
    }

    #[test]
    fn streamed_answers_over_days_count_together() {
        let mut seen = Seen::new(100);
        for day in 0..3 {
            let sighting = Sighting { person: 7, host: "unheard.example", ..Sighting::default() };
            seen.note(at(day * 86_400), &sighting.answered([STREAMED]));
        }
        let candidates = seen.candidates(at(3 * 86_400));
        let reasons = &candidates[0].reasons;
        assert_eq!(reasons[0], Why::Sign(Sign::StreamedOften), "{reasons:?}");
    }

    #[test]
    fn a_model_of_ones_own_is_found_on_any_host() {
        let mut seen = Seen::new(100);
        let request = Some(("POST", "/api/chat"));
        seen.note(at(0), &Sighting { host: "10.0.0.7", port: Some(11_434), request, ..Sighting::default() });
        assert_eq!(found(&seen), [("10.0.0.7".to_owned(), 1, 1)]);
    }

    #[test]
    fn it_is_bounded_and_forgets_the_oldest() {
        let mut seen = Seen::new(64);
        for second in 0..1_000 {
            let host = format!("h{second}.ai");
            seen.note(at(second), &Sighting { person: 1, host: &host, ..Sighting::default() });
            assert!(seen.len() <= 64);
        }
        assert_eq!(seen.evicted() + seen.len() as u64, 1_000);
        assert!(seen.candidates(at(1_000)).iter().any(|c| &*c.evidence.site == "h999.ai"));
        assert!(size_of::<(u64, Use)>() <= 56);
    }

    proptest! {
        #[test]
        fn the_order_of_observations_does_not_matter(mut given in prop::collection::vec((0..4_u64, 0..3_u8), 1..20)) {
            let look = |given: &[(u64, u8)]| {
                let mut seen = Seen::new(100);
                for (person, host) in given {
                    let host = format!("h{host}.painter.ai");
                    seen.note(at(*person as i64), &Sighting { person: *person, host: &host, ..Sighting::default() });
                }
                seen.candidates(at(9))
            };
            let forward = look(&given);
            given.reverse();
            prop_assert_eq!(forward, look(&given));
        }

        #[test]
        fn any_host_is_taken(host: String, person: u64) {
            let mut seen = Seen::new(10);
            seen.note(at(0), &Sighting { person, host: &host, ..Sighting::default() });
            seen.candidates(at(0));
        }
    }
}
