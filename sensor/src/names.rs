use std::{collections::HashMap, net::IpAddr, time::Duration};

use model::Timestamp;

/// Names kept for one client and address: servers of many names answer from one address.
const MOST_NAMES: usize = 4;
/// An answer is used this long at least: clients keep connections and addresses beyond a time to live of seconds.
const SHORTEST: Duration = Duration::from_secs(5 * 60);
/// An answer is used this long at most, whatever it claims.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// An answer may be dated this much later than the flow it led to, as clocks of two logs differ.
const SLACK: Duration = Duration::from_secs(1);

/// The join of DNS answers with later flows: which name a client had been given for an address, at a time.
///
/// Holds at most `bound` pairs of client and address. When it is full, the half that was learnt longest ago goes,
/// counted by [`Names::forgotten`]. A client's answers never name another client's flows.
#[derive(Debug)]
pub struct Names {
    half: usize,
    recent: HashMap<(IpAddr, IpAddr), Vec<Answer>>,
    older: HashMap<(IpAddr, IpAddr), Vec<Answer>>,
    forgotten: u64,
}

/// That an address has a name, from when until when.
#[derive(Debug)]
struct Answer {
    host: Box<str>,
    from: Timestamp,
    until: Timestamp,
}

impl Names {
    /// Room for `bound` pairs of client and address.
    pub fn new(bound: usize) -> Self {
        Self { half: (bound / 2).max(1), recent: HashMap::new(), older: HashMap::new(), forgotten: 0 }
    }

    /// Keeps that `client` was told at `at` that `host` has `address`, for `ttl`.
    ///
    /// `host` is the name asked for, not an alias (CNAME) on the way to the address.
    pub fn learn(&mut self, client: IpAddr, address: IpAddr, host: &str, at: Timestamp, ttl: Duration) {
        let key = (client.to_canonical(), address.to_canonical());
        let mut answers = self.recent.remove(&key).or_else(|| self.older.remove(&key)).unwrap_or_default();
        let until = at.plus(ttl.clamp(SHORTEST, LONGEST));
        match answers.iter_mut().find(|answer| *answer.host == *host) {
            Some(known) => (known.from, known.until) = (known.from.min(at), known.until.max(until)),
            None => {
                if answers.len() == MOST_NAMES {
                    answers.remove(0);
                }
                answers.push(Answer { host: host.into(), from: at, until });
            }
        }
        if self.recent.len() >= self.half {
            self.forgotten += self.older.len() as u64;
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.insert(key, answers);
    }

    /// The name that `client` had been given for `address` at `at`, the latest if there were several.
    pub fn host(&self, client: IpAddr, address: IpAddr, at: Timestamp) -> Option<&str> {
        let key = (client.to_canonical(), address.to_canonical());
        let answers = self.recent.get(&key).or_else(|| self.older.get(&key))?;
        let valid = answers.iter().filter(|answer| answer.from <= at.plus(SLACK) && at <= answer.until);
        Some(&valid.max_by_key(|answer| answer.from)?.host)
    }

    /// How many pairs of client and address are known.
    pub fn len(&self) -> usize {
        self.recent.len() + self.older.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many pairs were dropped for want of room.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_secs(60);

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_millis(second * 1000)
    }

    fn learnt(answers: &[(u8, u8, &str, i64)]) -> Names {
        let mut names = Names::new(100);
        for (client, server, host, at) in answers {
            names.learn(address(*client), address(*server), host, second(*at), TTL);
        }
        names
    }

    #[test]
    fn an_answer_names_later_flows_of_its_client_only() {
        let names = learnt(&[(1, 9, "chatgpt.com", 1000)]);
        for (client, server, at, expected) in [
            (1, 9, 1000, Some("chatgpt.com")),
            (1, 9, 1300, Some("chatgpt.com")),
            (1, 9, 1301, None),
            (1, 9, 998, None),
            (2, 9, 1000, None),
            (1, 8, 1000, None),
        ] {
            let host = names.host(address(client), address(server), second(at));
            assert_eq!(host, expected, "{client} {server} {at}");
        }
    }

    #[test]
    fn of_several_names_the_latest_before_the_flow_holds() {
        let names =
            learnt(&[(1, 9, "a.example", 1000), (1, 9, "b.example", 1100), (1, 9, "c.example", 1200)]);
        for (at, expected) in [(1050, "a.example"), (1150, "b.example"), (1250, "c.example")] {
            assert_eq!(names.host(address(1), address(9), second(at)), Some(expected), "{at}");
        }
    }

    #[test]
    fn a_name_asked_for_again_holds_longer() {
        let names = learnt(&[(1, 9, "a.example", 1000), (1, 9, "a.example", 1290)]);
        assert_eq!(names.host(address(1), address(9), second(1500)), Some("a.example"));
        assert_eq!(names.len(), 1);
    }

    #[test]
    fn mapped_addresses_are_the_same() {
        let mut names = Names::new(10);
        names.learn("::ffff:192.0.2.1".parse().unwrap(), address(9), "a.example", second(1), TTL);
        assert_eq!(names.host(address(1), "::ffff:192.0.2.9".parse().unwrap(), second(1)), Some("a.example"));
    }

    #[test]
    fn what_was_learnt_long_ago_makes_room() {
        let mut names = Names::new(100);
        for number in 0..=255 {
            names.learn(address(1), address(number), "a.example", second(1), TTL);
            assert!(names.len() <= 100);
        }
        assert!(names.host(address(1), address(255), second(1)).is_some());
        assert!(names.host(address(1), address(0), second(1)).is_none());
        assert_eq!(names.forgotten() as usize, 256 - names.len());
    }
}
