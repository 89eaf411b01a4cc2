use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{extract::FromRequestParts, http::request::Parts};
use model::Timestamp;

use super::{May, role::to};
use crate::{
    app::App,
    web::{
        origin,
        problem::{Kind, Problem},
    },
};

/// Buckets that callers are counted in; many people share each, so that a bucket says nothing about one of them.
const BUCKETS: u8 = 64;
/// What a bucket lets through in an hour.
const EACH: u32 = 30;
/// What all buckets together let through in an hour.
const TOGETHER: u32 = 600;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Whoever makes a request, without asking who: no session is looked at, and nothing about the caller is kept.
pub(crate) struct Anyone {
    pub(crate) may: May<to::Report>,
}

impl FromRequestParts<App> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        origin::same_site(&parts.method, &parts.headers)?;
        let now = app.now();
        app.crowd().let_in(app.client_address(parts), now).map_err(|wait| {
            let detail = "too many reports were made from around here within the last hour; try again later";
            Problem::new(Kind::TooManyAttempts, detail).after(wait)
        })?;
        Ok(Self { may: May::of_anyone(now) })
    }
}

/// Counts anonymous callers, coarsely: each hour has a random key of its own, under which an address falls into one of
/// 64 buckets. Lives in memory only, and forgets everything with the hour.
#[derive(Default)]
pub(crate) struct Crowd(Mutex<Hour>);

struct Hour {
    from: Timestamp,
    key: [u8; 32],
    counts: [u32; BUCKETS as usize],
}

impl Default for Hour {
    fn default() -> Self {
        Self::beginning(Timestamp::from_millis(i64::MIN))
    }
}

impl Hour {
    fn beginning(from: Timestamp) -> Self {
        Self { from, key: rand::random(), counts: [0; BUCKETS as usize] }
    }
}

impl Crowd {
    /// Counts one more caller; how long to wait if there were too many.
    fn let_in(&self, address: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let mut hour = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hour.from.plus(HOUR) <= now || now < hour.from {
            *hour = Hour::beginning(now);
        }
        let hash = blake3::keyed_hash(&hour.key, address.to_string().as_bytes());
        let bucket = hash.as_bytes().first().copied().unwrap_or_default() % BUCKETS;
        let together: u32 = hour.counts.iter().sum();
        let end = hour.from.plus(HOUR).as_millis().saturating_sub(now.as_millis());
        let wait = Duration::from_millis(u64::try_from(end).unwrap_or_default());
        match hour.counts.get_mut(usize::from(bucket)) {
            Some(count) if *count < EACH && together < TOGETHER => {
                *count += 1;
                Ok(())
            }
            _ => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    #[test]
    fn one_address_is_slowed_down_for_the_rest_of_the_hour() {
        let (crowd, address) = (Crowd::default(), "192.0.2.1".parse().unwrap());
        for _ in 0..EACH {
            assert_eq!(crowd.let_in(address, at(100)), Ok(()));
        }
        assert_eq!(crowd.let_in(address, at(1_300)), Err(Duration::from_secs(2_400)));
        assert_eq!(crowd.let_in(address, at(3_700)), Ok(()));
    }

    #[test]
    fn all_together_are_bounded() {
        let crowd = Crowd::default();
        let caller = |number: u32| IpAddr::from(number.to_be_bytes());
        let heard = (0..100_000).filter(|&number| crowd.let_in(caller(number), at(0)).is_ok()).count();
        assert_eq!(heard, TOGETHER as usize);
    }

    #[test]
    fn a_bucket_says_nothing_about_an_address() {
        let bucket = |crowd: &Crowd| {
            crowd.let_in("192.0.2.1".parse().unwrap(), at(0)).unwrap();
            let hour = crowd.0.lock().unwrap();
            hour.counts.iter().position(|&count| count > 0)
        };
        let buckets: std::collections::HashSet<_> = (0..40).map(|_| bucket(&Crowd::default())).collect();
        assert!(buckets.len() > 10, "the same address falls elsewhere under every key: {buckets:?}");
    }
}
