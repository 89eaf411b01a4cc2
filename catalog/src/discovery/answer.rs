/// How one answer came in packets, as a sensor measured it; times in milliseconds.
///
/// A model writes its answer piece by piece, and each piece comes in a packet of its own: after one burst upwards (the
/// prompt), many small packets downwards at the pace of writing. A page, a file or a film comes in full packets as
/// fast as the line allows. No content is needed, so this holds for encrypted traffic as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Bytes of the request.
    pub up: u64,
    /// Bytes of the answer.
    pub down: u64,
    /// Packets of the answer.
    pub packets: u32,
    /// From the request's last byte to the answer's first.
    pub wait_ms: u32,
    /// From the answer's first byte to its last.
    pub answer_ms: u32,
    /// Mean time between two packets of the answer.
    pub gap_mean_ms: f32,
    /// Standard deviation of that time.
    pub gap_deviation_ms: f32,
}

/// A request's head and a sentence; what is shorter is a keystroke or a heartbeat.
const LEAST_UP: u64 = 300;
/// Fewer packets tell nothing.
const LEAST_PACKETS: u32 = 20;
/// Mean bytes of a packet with one or a few pieces of text in their wrapping; full packets hold 1,200 and more.
const MOST_PER_PACKET: f64 = 700.0;
/// An answer of a sentence.
const LEAST_MS: u32 = 800;
/// Mean time between packets: 250 pieces a second down to three.
const GAP_MS: std::ops::RangeInclusive<f32> = 4.0..=350.0;
/// Deviation over mean: steady, but for pauses of thought and packets that waited for each other.
const MOST_UNEVEN: f32 = 2.5;
/// Time that the gaps explain: what has long pauses in between is no one answer.
const LEAST_COVERED: f32 = 0.5;

impl Answer {
    /// Whether it came as streamed text comes.
    pub fn is_streamed(&self) -> bool {
        let per_packet = self.down as f64 / f64::from(self.packets.max(1));
        let covered = self.gap_mean_ms * self.packets.saturating_sub(1) as f32;
        self.up >= LEAST_UP
            && self.packets >= LEAST_PACKETS
            && per_packet <= MOST_PER_PACKET
            && self.answer_ms >= LEAST_MS
            && GAP_MS.contains(&self.gap_mean_ms)
            && self.gap_deviation_ms <= self.gap_mean_ms * MOST_UNEVEN
            && covered >= self.answer_ms as f32 * LEAST_COVERED
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Answer;

    /// Numbers that look random and are the same in every run (Marsaglia, "Xorshift RNGs", 2003).
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        }

        /// Exponential with mean 1.
        fn wait(&mut self) -> f64 {
            -(1.0 - self.roll()).max(1e-12).ln()
        }
    }

    /// A source of packets: (milliseconds since the one before, bytes).
    type Source = fn(&mut Dice) -> (f64, f64);

    fn answer(dice: &mut Dice, up: u64, packets: u32, source: Source) -> Answer {
        let (mut gaps, mut down) = (Vec::new(), 0.0);
        for _ in 0..packets {
            let (gap, bytes) = source(dice);
            gaps.push(gap);
            down += bytes;
        }
        let gaps = gaps.split_first().map(|(_, gaps)| gaps.to_vec()).unwrap_or_default();
        let count = gaps.len().max(1) as f64;
        let mean = gaps.iter().sum::<f64>() / count;
        let deviation = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count).sqrt();
        Answer {
            up,
            down: down as u64,
            packets,
            wait_ms: 300,
            answer_ms: gaps.iter().sum::<f64>() as u32,
            gap_mean_ms: mean as f32,
            gap_deviation_ms: deviation as f32,
        }
    }

    /// Share of 400 answers of 20 to 600 packets that count as streamed.
    fn share(up: u64, source: Source) -> f64 {
        let mut dice = Dice(0x2545_f491_4f6c_dd1d);
        let streamed = (0..400).filter(|at| answer(&mut dice, up, 20 + at % 30 * 20, source).is_streamed());
        streamed.count() as f64 / 400.0
    }

    /// Tokens at `rate` a second, each in an event of about 250 bytes; one in thirty pauses; a fifth share a packet.
    fn tokens(dice: &mut Dice, rate: f64) -> (f64, f64) {
        let pause = if dice.roll() < 0.03 { 8.0 } else { 1.0 };
        let shared = if dice.roll() < 0.2 { 2.0 } else { 1.0 };
        (1_000.0 / rate * dice.wait() * pause * shared, 220.0 * shared + 60.0 * dice.roll())
    }

    #[test]
    fn written_text_is_told_from_the_rest() {
        for (what, up, source, least, most) in [
            ("15 tokens a second", 2_000, (|d| tokens(d, 15.0)) as Source, 0.9, 1.0),
            ("60 tokens a second", 2_000, |d| tokens(d, 60.0), 0.8, 1.0),
            ("150 tokens a second", 2_000, |d| tokens(d, 150.0), 0.75, 1.0),
            // Faster models fill packets with many tokens and are over before they can be told.
            ("1,000 tokens a second", 2_000, |d| tokens(d, 1_000.0), 0.0, 0.1),
            ("a file", 500, |d| (0.3 * d.wait(), 1_380.0), 0.0, 0.0),
            ("a film in pieces", 800, |d| (if d.roll() < 0.02 { 4_000.0 } else { 0.4 }, 1_380.0), 0.0, 0.0),
            ("a page of small answers", 900, |d| (2.0 * d.wait(), 400.0), 0.0, 0.05),
            ("keys typed into a shell", 60, |d| (120.0 * d.wait(), 90.0), 0.0, 0.0),
            ("notices, one in twenty seconds", 600, |d| (20_000.0 * d.wait(), 150.0), 0.0, 0.0),
            // A feed of prices asked for once cannot be told from text: this is the rule's known limit.
            ("prices, ten a second", 700, |d| (100.0 * d.wait(), 200.0), 0.9, 1.0),
        ] {
            let share = share(up, source);
            println!("{what}: {share:.2}");
            assert!((least..=most).contains(&share), "{what}: {share}");
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_judged(up: u64, down: u64, packets: u32, answer_ms: u32, mean: f32, deviation: f32) {
            let answer = Answer {
                up, down, packets, wait_ms: 0, answer_ms, gap_mean_ms: mean, gap_deviation_ms: deviation,
            };
            answer.is_streamed();
        }
    }
}
