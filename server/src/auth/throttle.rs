use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use model::Timestamp;

/// Names and addresses remembered at once; beyond, the least suspicious are forgotten.
const CAPACITY: usize = 10_000;
/// Failures are forgotten after this long without another.
const FORGIVEN_AFTER: Duration = Duration::from_secs(3_600);

/// Failures before waiting begins, and the longest wait. A name's wait is short, so that nobody can be locked out of
/// an account for long by failing on purpose; an address's allowance is wide, because many people may share one.
const NAME: Bound = Bound { free: 5, longest: Duration::from_secs(60) };
const ADDRESS: Bound = Bound { free: 20, longest: Duration::from_secs(900) };

#[derive(Clone, Copy)]
struct Bound {
    free: u32,
    longest: Duration,
}

impl Bound {
    /// Nothing at first, then a second, doubling up to the longest.
    fn wait(self, failures: u32) -> Duration {
        match failures.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(over) => Duration::from_secs(1 << over.min(20)).min(self.longest),
        }
    }
}

/// Whose failures are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// An account's name, known or not, as a hash: names may be long, and may be passwords typed into the wrong field.
    Name([u8; 32]),
    /// A client's address; for IPv6 its /64 network, of which one client has all addresses.
    Address(IpAddr),
}

impl Subject {
    pub(crate) fn name(name: &str) -> Self {
        Self::Name(*blake3::hash(name.to_lowercase().as_bytes()).as_bytes())
    }

    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(six) => Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX)).into(),
        })
    }

    const fn bound(&self) -> Bound {
        match self {
            Self::Name(_) => NAME,
            Self::Address(_) => ADDRESS,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Slows down guessing, for each name and for each address, within bounded memory.
#[derive(Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<Subject, Failures>>,
}

/// Too many attempts have failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Throttle {
    /// Begins an attempt. It counts as failed until [`Throttle::succeeded`] is called, so that guesses made side by
    /// side count too.
    pub(crate) fn begin(&self, subjects: &[Subject], now: Timestamp) -> Result<(), Wait> {
        let mut failures = self.lock();
        let wait =
            subjects.iter().map(|subject| remaining(&failures, subject, now)).max().unwrap_or_default();
        if wait > Duration::ZERO {
            return Err(Wait(wait));
        }
        for subject in subjects {
            make_room(&mut failures, subject, now);
            let known = failures.entry(*subject).or_insert(Failures { count: 0, last: now });
            if known.last.plus(FORGIVEN_AFTER) < now {
                known.count = 0;
            }
            *known = Failures { count: known.count.saturating_add(1), last: now };
        }
        Ok(())
    }

    /// Takes the attempt back: it succeeded. A name starts afresh; an address keeps its other failures.
    pub(crate) fn succeeded(&self, subjects: &[Subject]) {
        let mut failures = self.lock();
        for subject in subjects {
            let left = match subject {
                Subject::Name(_) => 0,
                Subject::Address(_) => failures.get(subject).map_or(0, |known| known.count.saturating_sub(1)),
            };
            match (left, failures.get_mut(subject)) {
                (0, _) => drop(failures.remove(subject)),
                (left, Some(known)) => known.count = left,
                (_, None) => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Subject, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remaining(failures: &HashMap<Subject, Failures>, subject: &Subject, now: Timestamp) -> Duration {
    let Some(known) = failures.get(subject) else { return Duration::ZERO };
    let until = known.last.plus(subject.bound().wait(known.count));
    Duration::from_millis(u64::try_from(until.as_millis() - now.as_millis()).unwrap_or(0))
}

fn make_room(failures: &mut HashMap<Subject, Failures>, subject: &Subject, now: Timestamp) {
    if failures.len() < CAPACITY || failures.contains_key(subject) {
        return;
    }
    failures.retain(|_, known| now <= known.last.plus(FORGIVEN_AFTER));
    if failures.len() < CAPACITY {
        return;
    }
    let least =
        failures.iter().min_by_key(|(_, known)| (known.count, known.last)).map(|(subject, _)| *subject);
    if let Some(least) = least {
        failures.remove(&least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn a_name_waits_longer_with_every_failure_up_to_a_minute() {
        let throttle = Throttle::default();
        let anna = [Subject::name("Anna")];
        for _ in 0..5 {
            assert_eq!(throttle.begin(&anna, at(0)), Ok(()));
        }
        let mut now = 0;
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(throttle.begin(&anna, at(now)), Err(Wait(Duration::from_secs(expected))));
            let other = [Subject::name(&format!("somebody {now}"))];
            assert_eq!(throttle.begin(&other, at(now)), Ok(()), "others are heard");
            now += i64::try_from(expected).unwrap();
            assert_eq!(throttle.begin(&[Subject::name("anna")], at(now)), Ok(()));
        }
        assert_eq!(throttle.begin(&anna, at(now + 4_000)), Ok(()));
        assert_eq!(throttle.begin(&anna, at(now + 4_000)), Ok(()), "forgiven after an hour");
    }

    #[test]
    fn success_clears_a_name_and_takes_one_attempt_from_an_address() {
        let throttle = Throttle::default();
        let home = Subject::address("192.0.2.1".parse().unwrap());
        for n in 0..30 {
            let both = [Subject::name(&format!("person {n}")), home];
            assert_eq!(throttle.begin(&both, at(0)), Ok(()), "thirty people behind one address sign in");
            throttle.succeeded(&both);
        }
        for n in 0..20 {
            assert_eq!(throttle.begin(&[Subject::name(&format!("guess {n}")), home], at(0)), Ok(()));
        }
        assert!(throttle.begin(&[Subject::name("another")], at(0)).is_ok());
        assert!(throttle.begin(&[Subject::name("another"), home], at(0)).is_err());
    }

    #[test]
    fn one_client_has_a_whole_ipv6_network() {
        let subject = |text: &str| Subject::address(text.parse().unwrap());
        assert_eq!(subject("2001:db8::1"), subject("2001:db8::ffff:1"));
        assert_ne!(subject("2001:db8::1"), subject("2001:db8:0:1::1"));
    }

    #[test]
    fn memory_is_bounded_and_keeps_the_most_suspicious() {
        let throttle = Throttle::default();
        let known = [Subject::name("known")];
        for _ in 0..5 {
            throttle.begin(&known, at(0)).unwrap();
        }
        for n in 0..CAPACITY + 100 {
            throttle.begin(&[Subject::name(&n.to_string())], at(0)).unwrap();
        }
        assert_eq!(throttle.lock().len(), CAPACITY);
        assert!(throttle.begin(&known, at(0)).is_err());
    }
}
