use std::{net::SocketAddr, time::Duration};

use http::StatusCode;
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{ClientError, Member, Organisation, client::Client};

/// How busy the organisation is.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Requests a second at first, so that there is something to see.
    pub at_first: f64,
    /// How long that lasts.
    pub first: Duration,
    /// Requests a second from then on.
    pub later: f64,
}

impl Default for Rate {
    fn default() -> Self {
        Self { at_first: 5.0, first: Duration::from_secs(60), later: 0.7 }
    }
}

/// What came of the requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answered by the tool.
    pub answered: u64,
    /// Refused on the way, with an error status.
    pub refused: u64,
    /// Sent again after a refusal; counted in the others too.
    pub retried: u64,
    /// No answer came.
    pub failed: u64,
}

/// How likely a person is to send again what was refused, and after how long.
const RETRY_PROBABILITY: f64 = 0.4;
const RETRY_AFTER: std::ops::Range<u64> = 2_000..9_000;
/// More than this at once would be a crowd, not forty people.
const AT_ONCE: usize = 40;

impl Organisation {
    /// Lets everyone work through the proxy at `proxy`, whose authority is `ca_pem`, until `cancel`.
    pub async fn run(
        &self,
        proxy: SocketAddr,
        ca_pem: &str,
        rate: Rate,
        cancel: CancellationToken,
    ) -> Result<Tally, ClientError> {
        let client = Client::new(proxy, ca_pem)?;
        let mut random = StdRng::seed_from_u64(self.seed);
        let mut tasks = JoinSet::new();
        let (mut tally, begun) = (Tally::default(), Instant::now());
        for number in 1.. {
            let pause = rate.pause(begun.elapsed(), &mut random);
            tokio::select! {
                () = cancel.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
            while let Some(done) = tasks.try_join_next() {
                tally.add(done.unwrap_or_default());
            }
            if tasks.len() < AT_ONCE
                && let Some(task) = self.task(&client, number, &mut random)
            {
                tasks.spawn(task.work(cancel.clone()));
            }
        }
        while let Some(done) = tasks.join_next().await {
            tally.add(done.unwrap_or_default());
        }
        Ok(tally)
    }

    fn task(&self, client: &Client, number: u64, random: &mut StdRng) -> Option<Task> {
        let member = self.members.get(random.random_range(0..self.members.len().max(1)))?;
        let errand = self.prompts.next(member, random)?;
        let channel = self.channels.get(&errand.channel)?;
        Some(Task {
            client: client.clone(),
            member: member.clone(),
            host: channel.host.clone(),
            request: channel.request(&errand, number).ok()?,
            retry: random
                .random_bool(RETRY_PROBABILITY)
                .then(|| Duration::from_millis(random.random_range(RETRY_AFTER))),
        })
    }
}

impl Rate {
    /// The pause before the next request, irregular as people are.
    fn pause(&self, elapsed: Duration, random: &mut StdRng) -> Duration {
        let a_second = if elapsed < self.first { self.at_first } else { self.later };
        let mean = if a_second > 0.0 { 1.0 / a_second } else { 3600.0 };
        Duration::from_secs_f64(mean * random.random_range(0.4..1.6))
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.answered += other.answered;
        self.refused += other.refused;
        self.retried += other.retried;
        self.failed += other.failed;
    }
}

/// One request of one person, and perhaps its retry.
struct Task {
    client: Client,
    member: Member,
    host: String,
    request: http::Request<http_body_util::Full<bytes::Bytes>>,
    retry: Option<Duration>,
}

impl Task {
    async fn work(self, cancel: CancellationToken) -> Tally {
        tokio::select! {
            () = cancel.cancelled() => Tally::default(),
            tally = self.send() => tally,
        }
    }

    async fn send(self) -> Tally {
        let mut tally = Tally::default();
        let first = self.client.send(&self.member, &self.host, self.request.clone()).await;
        let refused = self.note(&first, &mut tally);
        if let (Refused::Yes, Some(pause)) = (refused, self.retry) {
            tokio::time::sleep(pause).await;
            tally.retried += 1;
            let second = self.client.send(&self.member, &self.host, self.request.clone()).await;
            self.note(&second, &mut tally);
        }
        tally
    }

    fn note(&self, outcome: &Result<StatusCode, ClientError>, tally: &mut Tally) -> Refused {
        match outcome {
            Ok(status) if status.is_client_error() => {
                tally.refused += 1;
                return Refused::Yes;
            }
            Ok(_) => tally.answered += 1,
            Err(error) => {
                tracing::debug!(person = self.member.id, host = self.host, %error, "sandbox: exchange failed");
                tally.failed += 1;
            }
        }
        Refused::No
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Refused {
    Yes,
    No,
}
