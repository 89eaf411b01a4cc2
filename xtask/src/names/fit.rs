use names::{Kind, Lexicon, Model, ROWS, STEPS, TAGS, Tagger, may_follow};

use super::corpus::Text;

/// Learning rate of AdaGrad (Duchi, Hazan, Singer 2011).
const RATE: f32 = 0.1;
/// How strongly weights are drawn to nought at each step, so that most features need none.
const SHRINK: f32 = 0.000_01;
/// Rows seen less often are not learnt.
const SEEN: u32 = 5;

/// Stands for a row that is not learnt.
const RARE: u32 = u32::MAX;
/// Rows that tell which word it is, of those of `names::Segment`; left out at times, so that others learn too.
const SPELLING: [usize; 7] = [1, 2, 5, 6, 9, 10, 11];
/// Rows that tell what lists know of it.
const KNOWLEDGE: [usize; 12] = [12, 13, 14, 17, 18, 19, 20, 21, 28, 29, 30, 31];

type Weights = [f32; TAGS];

/// A word as training sees it.
struct Sample {
    rows: Vec<u32>,
    tag: usize,
}

impl Sample {
    /// The rows that are learnt, without those of some kinds.
    fn known(&self, left_out: &[usize]) -> impl Iterator<Item = usize> {
        let rows = self.rows.iter().enumerate();
        rows.filter(move |(kind, row)| **row != RARE && !left_out.contains(kind))
            .map(|(_, row)| *row as usize)
    }
}

/// Fits the weights of a linear-chain conditional random field by gradient steps, one segment at a time.
pub(crate) struct Fit {
    lexicon: Lexicon,
    /// How often, in percent, spelling or knowledge is left out.
    pub(crate) dropout: (u64, u64),
    rows: Vec<Weights>,
    /// Sums of squared gradients.
    squares: Vec<Weights>,
    /// From each tag, or the start, by the tag that follows.
    steps: [[f32; TAGS + 1]; TAGS],
    step_squares: [[f32; TAGS + 1]; TAGS],
    /// Sums of the weights after the later passes, whose mean is steadier than the last.
    row_sums: Vec<Weights>,
    step_sums: [[f32; TAGS + 1]; TAGS],
    remembered: f32,
}

impl Fit {
    pub(crate) fn new(lexicon: Lexicon) -> Self {
        Self {
            lexicon,
            dropout: (25, 15),
            rows: vec![[0.0; TAGS]; ROWS],
            squares: vec![[1e-4; TAGS]; ROWS],
            steps: [[0.0; TAGS + 1]; TAGS],
            step_squares: [[1e-4; TAGS + 1]; TAGS],
            row_sums: vec![[0.0; TAGS]; ROWS],
            step_sums: [[0.0; TAGS + 1]; TAGS],
            remembered: 0.0,
        }
    }

    /// The tagger after so many passes over the texts.
    pub(crate) fn run(mut self, texts: &[Text], passes: u32) -> Tagger {
        let mut segments = self.segments(texts);
        self.forget_rare(&mut segments);
        let mut order: Vec<usize> = (0..segments.len()).collect();
        let mut random = 0x9E37_79B9_u64;
        for pass in 0..passes {
            for last in (1..order.len()).rev() {
                random = step_of(random);
                order.swap(last, (random >> 33) as usize % (last + 1));
            }
            let mut loss = 0.0;
            for segment in order.iter().filter_map(|at| segments.get(*at)) {
                random = step_of(random);
                let left_out: &[usize] = match (random >> 33) % 100 {
                    chance if chance < self.dropout.0 => &SPELLING,
                    chance if chance < self.dropout.0 + self.dropout.1 => &KNOWLEDGE,
                    _ => &[],
                };
                loss += self.learn(segment, left_out);
            }
            if pass * 2 >= passes {
                self.remember();
            }
            eprintln!("pass {pass}: {:.4} a segment of {}", loss / order.len() as f32, order.len());
        }
        let mean = |sum: f32| step(sum / self.remembered);
        let rows = self.row_sums.iter().map(|row| row.map(mean)).collect();
        let steps = self.step_sums.map(|row| row.map(mean));
        Tagger::new(self.lexicon, Model::new(rows, steps))
    }

    /// Adds the weights as they are to the mean that is kept in the end.
    fn remember(&mut self) {
        self.remembered += 1.0;
        let sums = self.row_sums.iter_mut().flatten().zip(self.rows.iter().flatten());
        sums.for_each(|(sum, weight)| *sum += weight);
        let sums = self.step_sums.iter_mut().flatten().zip(self.steps.iter().flatten());
        sums.for_each(|(sum, weight)| *sum += weight);
    }

    fn segments(&self, texts: &[Text]) -> Vec<Vec<Sample>> {
        let mut segments = Vec::new();
        for text in texts {
            Tagger::samples(&self.lexicon, text.text.as_bytes(), |words| {
                let mut previous = None;
                let tag = |(start, end, rows): (usize, usize, Vec<u32>)| {
                    let span = text.spans.iter().position(|span| start < span.1 && span.0 < end);
                    let kind = span.and_then(|span| text.spans.get(span)).map(|span| span.2);
                    let goes_on = span.is_some() && previous == span;
                    previous = span;
                    let first = match kind {
                        None => 0,
                        Some(Kind::Person) => 1,
                        Some(Kind::Place) => 3,
                        Some(Kind::Organisation) => 5,
                        Some(Kind::Street | Kind::Address) => 7,
                    };
                    let tag = if goes_on && first != 7 { first + 1 } else { first };
                    Sample { rows, tag }
                };
                segments.push(words.into_iter().map(tag).collect());
            });
        }
        segments
    }

    fn forget_rare(&self, segments: &mut [Vec<Sample>]) {
        let mut seen = vec![0_u32; self.rows.len()];
        for row in segments.iter().flatten().flat_map(|sample| &sample.rows) {
            seen.get_mut(*row as usize).into_iter().for_each(|count| *count += 1);
        }
        for row in segments.iter_mut().flatten().flat_map(|sample| &mut sample.rows) {
            if seen.get(*row as usize).is_none_or(|count| *count < SEEN) {
                *row = RARE;
            }
        }
    }

    /// One gradient step; gives the loss before it.
    fn learn(&mut self, segment: &[Sample], left_out: &[usize]) -> f32 {
        let scores: Vec<Weights> = segment.iter().map(|sample| self.scores(sample, left_out)).collect();
        let (forward, all) = self.forward(&scores);
        let backward = self.backward(&scores);
        let mut gold = 0.0;
        let mut previous = TAGS;
        let mut steps = [[0.0; TAGS + 1]; TAGS];
        for (at, sample) in segment.iter().enumerate() {
            let (Some(score), Some(ahead), Some(behind)) =
                (scores.get(at), forward.get(at), backward.get(at))
            else {
                break;
            };
            let mut gradient: Weights = [0.0; TAGS];
            for (tag, slot) in gradient.iter_mut().enumerate() {
                *slot = (pick(ahead, tag) + pick(behind, tag) - all).exp()
                    - f32::from(u8::from(tag == sample.tag));
            }
            let before = at.checked_sub(1).and_then(|at| forward.get(at));
            for (to, row) in steps.iter_mut().enumerate() {
                for (from, slot) in row.iter_mut().enumerate().filter(|(from, _)| may_follow(*from, to)) {
                    let reached = match before {
                        None if from == TAGS => 0.0,
                        Some(before) if from < TAGS => pick(before, from),
                        _ => continue,
                    };
                    *slot += (reached + self.step(from, to) + pick(score, to) + pick(behind, to) - all).exp();
                }
            }
            if let Some(slot) = steps.get_mut(sample.tag).and_then(|row| row.get_mut(previous)) {
                *slot -= 1.0;
            }
            gold += pick(score, sample.tag) + self.step(previous, sample.tag);
            previous = sample.tag;
            self.update(sample, &gradient, left_out);
        }
        let slots = self.steps.iter_mut().flatten().zip(self.step_squares.iter_mut().flatten());
        slots
            .zip(steps.iter().flatten())
            .for_each(|((weight, square), gradient)| descend(weight, square, *gradient));
        all - gold
    }

    fn scores(&self, sample: &Sample, left_out: &[usize]) -> Weights {
        let mut scores = [0.0; TAGS];
        for row in sample.known(left_out).filter_map(|row| self.rows.get(row)) {
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += weight);
        }
        scores
    }

    fn update(&mut self, sample: &Sample, gradient: &Weights, left_out: &[usize]) {
        if gradient.iter().all(|slope| slope.abs() < 1e-4) {
            return;
        }
        for row in sample.known(left_out) {
            let (Some(weights), Some(squares)) = (self.rows.get_mut(row), self.squares.get_mut(row)) else {
                continue;
            };
            for ((weight, square), slope) in weights.iter_mut().zip(squares).zip(gradient) {
                descend(weight, square, *slope);
            }
        }
    }

    fn step(&self, from: usize, to: usize) -> f32 {
        self.steps.get(to).and_then(|row| row.get(from)).copied().unwrap_or(0.0)
    }

    /// Logarithms of the sums over all ways to each tag of each word, and over all ways.
    fn forward(&self, scores: &[Weights]) -> (Vec<Weights>, f32) {
        let mut reached: Vec<Weights> = Vec::with_capacity(scores.len());
        for score in scores {
            let mut next = [f32::NEG_INFINITY; TAGS];
            for (to, slot) in next.iter_mut().enumerate() {
                let ways = match reached.last() {
                    None if may_follow(TAGS, to) => self.step(TAGS, to),
                    None => f32::NEG_INFINITY,
                    Some(before) => log_sum(
                        (0..TAGS)
                            .filter(|from| may_follow(*from, to))
                            .map(|from| pick(before, from) + self.step(from, to)),
                    ),
                };
                *slot = ways + pick(score, to);
            }
            reached.push(next);
        }
        let all = log_sum(reached.last().into_iter().flatten().copied());
        (reached, all)
    }

    fn backward(&self, scores: &[Weights]) -> Vec<Weights> {
        let mut behind = vec![[0.0; TAGS]];
        for score in scores.iter().skip(1).rev() {
            let mut next = [0.0; TAGS];
            let later = behind.last().copied().unwrap_or_default();
            for (from, slot) in next.iter_mut().enumerate() {
                *slot = log_sum(
                    (0..TAGS)
                        .filter(|to| may_follow(from, *to))
                        .map(|to| self.step(from, to) + pick(score, to) + pick(&later, to)),
                );
            }
            behind.push(next);
        }
        behind.reverse();
        behind
    }
}

/// A linear congruential generator (Knuth, MMIX).
fn step_of(random: u64) -> u64 {
    random.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F)
}

fn pick(weights: &Weights, tag: usize) -> f32 {
    weights.get(tag).copied().unwrap_or(f32::NEG_INFINITY)
}

fn log_sum(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let most = values.clone().fold(f32::NEG_INFINITY, f32::max);
    if most == f32::NEG_INFINITY {
        most
    } else {
        most + values.map(|value| (value - most).exp()).sum::<f32>().ln()
    }
}

fn descend(weight: &mut f32, square: &mut f32, slope: f32) {
    *square += slope * slope;
    let rate = RATE / square.sqrt();
    let next = *weight - rate * slope;
    *weight = next.signum() * (next.abs() - SHRINK * rate).max(0.0);
}

/// A weight in whole steps; those of one step are dropped, for they cost much room and change little.
fn step(weight: f32) -> i8 {
    let steps = (weight * STEPS).round().clamp(-127.0, 127.0) as i8;
    if steps.unsigned_abs() < 2 { 0 } else { steps }
}
