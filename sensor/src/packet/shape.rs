use crate::{Burst, Shape};

/// Bursts kept of one flow.
const MOST: usize = 16;
/// A packet up with fewer bytes, while an answer is on its way, acknowledges (QUIC) or widens a window (HTTP/2): it asks
/// for nothing new.
const SMALL: usize = 100;
/// So long after the last byte down the answer is no longer on its way, in nanoseconds.
const QUIET: i64 = 1_000_000_000;

/// The shape of a flow while its packets come in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shaping {
    up: u64,
    down: u64,
    bursts: Vec<Burst>,
    current: Option<Current>,
}

/// The burst under way; times in nanoseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Current {
    up: u64,
    down: u64,
    packets_down: u32,
    last_up: i64,
    first_down: i64,
    last_down: i64,
    /// Mean of the gaps and sum of squared differences from it (Welford, Technometrics 4(3), 1962).
    mean: f64,
    squares: f64,
}

impl Shaping {
    /// Takes in a packet from the client, with `bytes` of payload.
    pub(crate) fn upward(&mut self, bytes: usize, at: i64) {
        self.up += 1;
        match &mut self.current {
            Some(burst) if burst.packets_down > 0 && burst.asks_anew(bytes, at) => self.end(),
            _ => {}
        }
        if self.bursts.len() < MOST {
            self.current.get_or_insert_default().upward(bytes, at);
        }
    }

    /// Takes in a packet from the server, with `bytes` of payload.
    pub(crate) fn downward(&mut self, bytes: usize, at: i64) {
        self.down += 1;
        if self.bursts.len() < MOST {
            self.current.get_or_insert_default().downward(bytes, at);
        }
    }

    /// What came of it.
    pub(crate) fn finish(mut self) -> Shape {
        self.end();
        Shape { packets_up: self.up, packets_down: self.down, bursts: self.bursts }
    }

    fn end(&mut self) {
        self.bursts.extend(self.current.take().map(Current::finish));
    }
}

impl Current {
    fn asks_anew(&self, bytes: usize, at: i64) -> bool {
        bytes >= SMALL || at - self.last_down >= QUIET
    }

    fn upward(&mut self, bytes: usize, at: i64) {
        self.up += bytes as u64;
        if self.packets_down == 0 {
            self.last_up = at;
        }
    }

    fn downward(&mut self, bytes: usize, at: i64) {
        self.down += bytes as u64;
        if self.packets_down == 0 {
            self.first_down = at;
        } else {
            let gap = millis(at - self.last_down);
            let before = gap - self.mean;
            self.mean += before / f64::from(self.packets_down);
            self.squares += before * (gap - self.mean);
        }
        self.packets_down = self.packets_down.saturating_add(1);
        self.last_down = at;
    }

    fn finish(self) -> Burst {
        let asked_and_answered = self.up > 0 && self.packets_down > 0;
        let gaps = f64::from(self.packets_down.saturating_sub(1).max(1));
        Burst {
            up: self.up,
            down: self.down,
            packets_down: self.packets_down,
            wait_ms: if asked_and_answered { whole_millis(self.first_down - self.last_up) } else { 0 },
            answer_ms: whole_millis(self.last_down - self.first_down),
            gap_mean_ms: self.mean as f32,
            gap_deviation_ms: (self.squares / gaps).sqrt() as f32,
        }
    }
}

fn millis(nanos: i64) -> f64 {
    nanos.max(0) as f64 / 1e6
}

fn whole_millis(nanos: i64) -> u32 {
    u32::try_from(nanos.max(0) / 1_000_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes, up if positive, at a millisecond.
    fn shape(packets: &[(i64, i64)]) -> Shape {
        let mut shaping = Shaping::default();
        for (bytes, at) in packets {
            let size = bytes.unsigned_abs() as usize;
            match bytes {
                0.. => shaping.upward(size, at * 1_000_000),
                _ => shaping.downward(size, at * 1_000_000),
            }
        }
        shaping.finish()
    }

    #[test]
    fn a_streamed_answer_is_one_burst_whatever_acknowledges_it() {
        let shape = shape(&[
            (900, 0),
            (400, 2),
            (-100, 502),
            (-120, 552),
            (40, 553),
            (-80, 602),
            (60, 603),
            (-100, 652),
            (700, 5000),
            (-50, 5100),
        ]);
        assert_eq!((shape.packets_up, shape.packets_down), (5, 5));
        let [first, second] = &shape.bursts[..] else { panic!("{shape:?}") };
        let expected = Burst {
            up: 1400,
            down: 400,
            packets_down: 4,
            wait_ms: 500,
            answer_ms: 150,
            gap_mean_ms: 50.0,
            gap_deviation_ms: 0.0,
        };
        assert_eq!(*first, expected);
        assert_eq!((second.up, second.down, second.wait_ms), (700, 50, 100));
    }

    #[test]
    fn deviation_is_that_of_the_gaps() {
        let shape = shape(&[(200, 0), (-1, 10), (-1, 20), (-1, 50)]);
        let burst = &shape.bursts[0];
        assert!((burst.gap_mean_ms - 20.0).abs() < 1e-3 && (burst.gap_deviation_ms - 10.0).abs() < 1e-3);
    }

    #[test]
    fn a_small_packet_after_silence_asks_anew() {
        assert_eq!(shape(&[(200, 0), (-1, 10), (60, 1500), (-1, 1510)]).bursts.len(), 2);
    }

    #[test]
    fn bursts_are_bounded_and_a_server_may_speak_first() {
        let many: Vec<_> = (0..100).flat_map(|at| [(-500, at * 10), (500, at * 10 + 5)]).collect();
        let shape = shape(&many);
        assert_eq!(shape.bursts.len(), MOST);
        assert_eq!((shape.bursts[0].up, shape.bursts[0].down), (0, 500));
        assert_eq!((shape.packets_up, shape.packets_down), (100, 100));
    }
}
